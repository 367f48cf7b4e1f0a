import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_LEVEL_FORMULAS } from '@vigie/contracts';
import { CATALOGUE } from '@vigie/metrics';

import { ROOT } from '../architecture/source.ts';

/** A figure that a page prints. */
export interface PrintedFigure {
  readonly kpi: string;
  readonly queue: string;
  readonly at: string;
  /** The formula that it holds for; the default one when absent. */
  readonly formula: string | undefined;
  /** As printed: `66.7 % of 6`. */
  readonly printed: string;
  readonly value: number | null;
  /** Decimals that were printed, of the value as a fraction or in seconds. */
  readonly decimals: number;
  readonly n: number | undefined;
}

/** An example of a page: what happened, and what figures it makes. */
export interface Example {
  readonly events: readonly object[];
  readonly window: string;
  readonly channel: string;
  readonly figures: readonly PrintedFigure[];
}

const DAYS: Readonly<Record<string, string>> = {
  Mon: '2026-11-23',
  Tue: '2026-11-24',
  lun: '2026-11-23',
  mar: '2026-11-24',
};
const TIME = /\b(?:(Mon|Tue|lun|mar)[a-z]*,? (?:at |à )?)?(\d\d:\d\d(?::\d\d)?)\b/;
const IDS = new Set(CATALOGUE.map(({ id }) => id));
const CENTRE_WIDE = new Set(CATALOGUE.filter(({ level }) => level === 'contact').map(({ id }) => id));

/** The examples of a page: each begins with a comment `example: at=… queue=… window=…`, or `example: same`. */
export function examplesOf(page: string): readonly Example[] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  const parts = text.split(/<!-- example: (.*?) -->/).slice(1);
  const examples: Example[] = [];
  let first: Pick<Example, 'events' | 'window' | 'channel'> & { readonly at: string; readonly queue: string };
  for (let i = 0; i < parts.length; i += 2) {
    const settings = parts[i]!;
    const body = parts[i + 1]!;
    if (settings !== 'same') {
      const setting = (name: string, preset = ''): string =>
        new RegExp(`${name}=((?:(?:Mon|Tue|lun|mar) )?\\S+)`).exec(settings)?.[1] ?? preset;
      const made = {
        events: eventsOf(/```text\n(.*?)```/s.exec(body)?.[1] ?? '', setting('channel', 'voice')),
        window: setting('window'),
        channel: setting('channel', 'voice'),
        at: instantOf(setting('at')),
        queue: setting('queue'),
      };
      first ??= made;
      examples.push({ ...made, figures: figuresOf(body, made) });
    } else examples.push({ ...first!, figures: figuresOf(body, first!) });
  }
  return examples;
}

/** What a page names in code that is written like the id of a figure, and is none. */
export function unknownIds(page: string): readonly string[] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  const named = [...text.matchAll(/`([a-z]+(?:_[a-z0-9]+)+)`/g)].map(([, word]) => word!);
  const formulas = new Set<string>(SERVICE_LEVEL_FORMULAS);
  return named.filter((word) => !IDS.has(word) && !formulas.has(word));
}

/** `09:10`, `Tue 00:10`, `09:00:20` as an instant. */
function instantOf(text: string): string {
  const [, day = 'Mon', clock = ''] = TIME.exec(text) ?? [];
  return `${DAYS[day]}T${clock.length === 5 ? `${clock}:00` : clock}Z`;
}

/** Columns, separated by two spaces or more: time, contact, what, of what or by whom; the rest is a remark. */
function eventsOf(text: string, channel: string): readonly object[] {
  const stays = new Map<string, { count: number; queue: string | undefined }>();
  return text
    .trim()
    .split('\n')
    .map((line, index) => {
      const [time = '', contact = '', what = '', whom = ''] = line.split(/ {2,}/);
      const stay = stays.get(contact) ?? { count: 0, queue: undefined };
      stays.set(contact, stay);
      if (what === 'queued') {
        stay.count += 1;
        [stay.queue] = whom.split(' ');
      }
      return {
        specversion: '1.0',
        id: `e-${index}`,
        source: 'example://page',
        type: `vigie.${typeOf(what)}`,
        time: instantOf(time),
        data: {
          ...contactOf(what, contact, channel, stay.count),
          ...(stay.queue === undefined ? {} : { queue: { id: stay.queue } }),
          ...customerOf(contact),
          ...dataOf(what, whom),
        },
      };
    });
}

/** An agent's state is of no contact: he stands in its column. */
function contactOf(what: string, id: string, channel: string, stay: number): object {
  if (what === 'agent.state') return { agent: { id } };
  return { contact: { id, channel, ...(stay === 0 ? {} : { segmentId: `${id}/${stay}` }) } };
}

/** `Ann-2` is the second contact of Ann. */
function customerOf(contact: string): object {
  const [key, count] = contact.split('-');
  return count === undefined ? {} : { customer: { key } };
}

function typeOf(what: string): string {
  if (what.includes('.')) return what;
  if (what === 'message') return 'message.posted';
  return what === 'survey' ? 'survey.response' : `contact.${what}`;
}

function dataOf(what: string, whom: string): object {
  switch (what) {
    case 'queued': {
      const [, kind] = whom.split(' ');
      return kind === undefined ? {} : { kind };
    }
    case 'survey': {
      const [kind = '', score] = whom.split(' ');
      const [min, max] = kind === 'nps' ? [0, 10] : [1, 5];
      return { kind, score: Number(score), min, max };
    }
    case 'abandoned':
    case 'callback.requested':
      return {};
    case 'flow_out':
      return { cause: whom };
    case 'agent.state':
      return { state: whom };
    case 'case.opened':
      return { case: { id: whom } };
    case 'case.resolved': {
      const [id, agent] = whom.split(' ');
      return { case: { id }, by: 'agent', agent: { id: agent } };
    }
    case 'handoff':
      return { from: 'bot' };
    case 'ended':
      return { by: 'customer', agent: { id: whom } };
    case 'message': {
      const [from, agent] = whom.split(' ');
      return { from, ...(agent === undefined ? {} : { agent: { id: agent } }) };
    }
    default:
      return { agent: { id: whom } };
  }
}

/** The rows of the tables that name a figure or a formula; a column whose head names a time is of that time. */
function figuresOf(body: string, preset: { readonly at: string; readonly queue: string }): PrintedFigure[] {
  const found: PrintedFigure[] = [];
  let head: readonly string[] = [];
  for (const line of body.split('\n')) {
    if (!line.startsWith('|')) {
      head = [];
      continue;
    }
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (head.length === 0) head = cells;
    const words = [...(cells[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, word]) => word!);
    const formula = words.find((word) => (SERVICE_LEVEL_FORMULAS as readonly string[]).includes(word));
    const kpi = formula === undefined ? words.find((word) => IDS.has(word)) : 'service_level';
    if (kpi === undefined) continue;
    const queue = words.find((word) => word !== kpi && word !== formula) ?? preset.queue;
    cells.slice(1).forEach((printed, index) => {
      const read = readValue(printed);
      if (read === undefined) return;
      const title = head[index + 1] ?? '';
      const at = TIME.test(title) && !preset.at.includes('T00') ? instantOf(title) : preset.at;
      found.push({ kpi, queue: CENTRE_WIDE.has(kpi) ? '_all' : queue, at, formula, printed, ...read });
    });
  }
  return found;
}

/** `66.7 % of 6`, `12 s`, `3`, `none`; in French `66,7 % sur 6`, `aucune`. Anything else is a remark. */
function readValue(text: string): Pick<PrintedFigure, 'value' | 'decimals' | 'n'> | undefined {
  if (text === 'none' || text === 'aucune') return { value: null, decimals: 0, n: undefined };
  const match = /^(\d+(?:[.,](\d+))?)\s?(%|s)?(?: (?:of|sur) (\d+))?$/u.exec(text);
  if (match === null) return undefined;
  const [, number = '', fraction = '', unit, n] = match;
  const value = Number(number.replace(',', '.'));
  return {
    value: unit === '%' ? value / 100 : value,
    decimals: fraction.length + (unit === '%' ? 2 : 0),
    n: n === undefined ? undefined : Number(n),
  };
}
