import type { Row } from '@vigie/contracts';

import type { Language, Text } from './text.ts';
import { isTimeZone } from './zone.ts';

/** Names and settings that the gateway's catalogue and queue list give; empty until they answered. */
export interface Names {
  readonly queues: ReadonlyMap<string, QueueNames>;
  readonly kpis: ReadonlyMap<string, KpiNames>;
}

/** The centre, as the gateway tells it. */
export interface CentreNames {
  /** Empty where it has none. */
  readonly name: string;
  /** `null`: not told, or not known to this browser. */
  readonly timeZone: string | null;
}
export const NO_CENTRE: CentreNames = { name: '', timeZone: null };
export interface QueueNames {
  readonly name: string;
  readonly team: string | null;
  /** Service-level threshold in seconds by channel. */
  readonly thresholds: ReadonlyMap<string, number>;
  /** When it opens next by channel, where it is closed. */
  readonly opensMs: ReadonlyMap<string, number>;
}
export interface KpiNames {
  readonly name: Readonly<Record<Language, string>>;
  /** Shorter names, where there are some. */
  readonly abbreviation: Readonly<Partial<Record<Language, string>>>;
  readonly description: string;
  /** `count`, `ratio`, `seconds`, … */
  readonly unit: string;
}

export const NO_NAMES: Names = { queues: new Map(), kpis: new Map() };

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
const listIn = (body: unknown, field: string): readonly Fields[] => {
  const list = isObject(body) ? body[field] : null;
  return Array.isArray(list) ? list.filter(isObject) : [];
};

/** The centre in the body of `GET /v1/wall`. */
export function readCentre(body: unknown): CentreNames {
  const centre = isObject(body) && isObject(body['centre']) ? body['centre'] : {};
  const name = textOr(centre['name'], '');
  const timeZone = textOr(centre['timeZone'], '');
  return { name: name === 'default' ? '' : name, timeZone: isTimeZone(timeZone) ? timeZone : null };
}

/** The body of `GET /v1/queues`; what is not understood is left out. */
export function readQueueNames(body: unknown): Names['queues'] {
  return new Map(
    listIn(body, 'queues').map((queue) => {
      const id = textOr(queue['queue'], '');
      const channels = isObject(queue['channels']) ? Object.entries(queue['channels']) : [];
      const thresholds = new Map<string, number>();
      const opensMs = new Map<string, number>();
      for (const [channel, settings] of channels) {
        const seconds = secondsOf(isObject(settings) ? settings['threshold'] : undefined);
        if (seconds !== null) thresholds.set(channel, seconds);
        const opens = Date.parse(isObject(settings) ? textOr(settings['opensAt'], '') : '');
        if (!Number.isNaN(opens)) opensMs.set(channel, opens);
      }
      return [
        id,
        { name: textOr(queue['name'], id), team: textOr(queue['team'], '') || null, thresholds, opensMs },
      ];
    }),
  );
}

/** The body of `GET /v1/kpis`; what is not understood is left out. */
export function readKpiNames(body: unknown): Names['kpis'] {
  return new Map(
    listIn(body, 'kpis').map((kpi) => {
      const id = textOr(kpi['id'], '');
      const names: Fields = isObject(kpi['name']) ? kpi['name'] : {};
      const en = textOr(names['en'], id);
      const short: Fields = isObject(kpi['abbreviation']) ? kpi['abbreviation'] : {};
      const shortIn = (language: Language) =>
        typeof short[language] === 'string' ? { [language]: short[language] } : {};
      const known: KpiNames = {
        name: { en, fr: textOr(names['fr'], en) },
        abbreviation: { ...shortIn('en'), ...shortIn('fr') },
        description: textOr(kpi['description'], ''),
        unit: textOr(kpi['unit'], 'number'),
      };
      return [id, known] as const;
    }),
  );
}

/** Seconds, as a number or as the configuration writes them: `20s`, `1m`, `500ms`, `1h`. */
function secondsOf(value: unknown): number | null {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value) : null;
  if (match === null) return null;
  return Number(match[1]) * ({ ms: 0.001, s: 1, m: 60, h: 3600 }[match[2] ?? 's'] ?? 1);
}

/** Queues beyond the number that is kept apart, as the contract names them. */
const OTHER_QUEUE = '_other';

/** What readers call a row: the queue's name, with its channel where the queue has several. */
export function nameOfRow(row: Row, names: Names, severalChannels: ReadonlySet<string>, text: Text): string {
  const name =
    row.queue === OTHER_QUEUE ? text.otherQueues : (names.queues.get(row.queue)?.name ?? row.queue);
  if (!severalChannels.has(row.queue) || row.channel === '_all') return name;
  return `${name} · ${text.channels[row.channel] ?? row.channel}`;
}

/** The service-level thresholds of these rows, from least to most, in seconds; `null` when one is not known. */
export function thresholdRange(rows: readonly Row[], names: Names): { least: number; most: number } | null {
  const known = rows.map((row) => names.queues.get(row.queue)?.thresholds.get(row.channel) ?? NaN);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return Number.isFinite(least) && Number.isFinite(most) ? { least, most } : null;
}

/** When the first of these rows opens that is closed now; `null` where that is not known. */
export function opensNext(rows: readonly Row[], names: Names, atMs: number): number | null {
  const known = rows.flatMap(({ queue, channel }) => {
    const opens = names.queues.get(queue)?.opensMs ?? new Map<string, number>();
    return channel === '_all' ? [...opens.values()] : [opens.get(channel) ?? NaN];
  });
  const next = Math.min(...known.filter((opensMs) => opensMs > atMs));
  return Number.isFinite(next) ? next : null;
}
