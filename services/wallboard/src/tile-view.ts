import type { KpiValue, Row, Status } from '@vigie/contracts';

import { DASH, type Figure, figureOf, isNobodyWaiting } from './figure.ts';
import { formatDuration } from './format.ts';
import { keepsStatus, type Rung } from './ladder.ts';
import { TILES, type TileId } from './layout.ts';
import { opensNext, thresholdRange } from './names.ts';
import { longestWait, type WallKpi } from './rows.ts';
import { statusOf } from './status.ts';
import { ageOfRow, type Context, wordOf } from './view-context.ts';

/** One figure of the first page, in words ready to be set. */
export interface TileView {
  readonly label: string;
  /** Full name and meaning from the catalogue. */
  readonly hint: string;
  readonly figure: Figure;
  readonly details: readonly string[];
  readonly status: Status;
  readonly statusWord: string;
  readonly rung: Rung;
  /** The whole tile in one sentence, for a screen reader. */
  readonly spoken: string;
}

/** The figures of the first page: those of the totals row, with the queue that waits longest by name. */
export function tilesOf(
  total: Row | null,
  queues: readonly Row[],
  nameOf: (row: Row) => string,
  context: Context,
  ids: readonly TileId[] = TILES,
): ReadonlyMap<TileId, TileView> {
  const { text, formats, window } = context;
  const kpi = (id: string): KpiValue | undefined => total?.kpis[id];
  const count = (id: WallKpi): string | null => {
    const value = kpi(id)?.value ?? null;
    return value === null ? null : formats.count(value);
  };
  const sample = (id: string): string | null => {
    const n = kpi(id)?.n;
    return n === undefined ? null : text.sample(formats.count(n));
  };
  const thresholds = thresholdRange(queues, context.names);
  const threshold =
    thresholds === null || thresholds.least !== thresholds.most
      ? null
      : secondsText(thresholds.least, context);
  const within = thresholds === null ? null : rangeText(thresholds, context);
  const target = (id: string, within: string | null): string | null => {
    const ratio = kpi(id)?.target;
    return ratio === undefined ? null : text.target(formats.percentText(ratio, 0), within);
  };
  const joined = (...parts: (string | null)[]): string => parts.filter((part) => part !== null).join(' · ');
  const optional = (id: WallKpi, phrase: (count: string) => string): string => {
    const known = count(id);
    return known === null ? '' : phrase(known);
  };
  const tile = (id: WallKpi, label: string, details: readonly string[], figure?: Figure): TileView =>
    tileView(total, id, label, details, context, figure);
  const opensMs = opensNext(queues, context.names, context.atMs);
  const opens = opensMs === null ? null : text.opens(formats.hourOfDay(opensMs, context.atMs));
  /** What is closed says when it opens, in its first line. */
  const withOpening = (view: TileView): TileView =>
    view.figure.kind !== 'closed' || view.rung !== 'fresh' || opens === null
      ? view
      : { ...view, details: [opens, ...view.details.slice(1)], spoken: `${view.spoken}, ${opens}` };

  const longest = longestWait(queues);
  const nobody = total !== null && isNobodyWaiting(total);
  const since = longest?.kpi.since;
  const whose = longest === null ? '' : nameOf(longest.row);
  const sinceText = since === undefined ? null : text.since(formats.time(Date.parse(since)));
  const windowName = text.windowName(window);
  const slTarget = target('service_level_live', within);
  const abandonTarget = target('abandonment_rate', null);
  const usual: Readonly<Record<string, () => TileView>> = {
    longest_wait: () =>
      tile(
        'longest_wait_now',
        text.longestWait,
        [nobody ? text.nobodyWaiting : joined(whose === '' ? null : whose, sinceText)],
        nobody ? { number: formatDuration(0), fraction: '', unit: '', kind: 'value', why: '' } : undefined,
      ),
    waiting: () =>
      tile('waiting_now', text.waiting, [
        optional('over_threshold_now', (over) => text.beyond(over, threshold)),
        optional('in_progress_now', text.inProgress),
      ]),
    service_level: () =>
      tile('service_level_live', text.serviceLevel, [
        slTarget ?? windowName,
        slTarget === null
          ? joined(sample('service_level_live'))
          : joined(windowName, sample('service_level_live')),
      ]),
    abandonment: () =>
      tile('abandonment_rate', text.abandonment, [
        abandonTarget ?? windowName,
        joined(sample('abandonment_rate')),
      ]),
    answered: () => tile('answered', text.answered, [optional('offered', text.offered), windowName]),
  };
  const other = (id: TileId): TileView => {
    const ratio = target(id, null);
    const isNotAdded = queues.length > 1 && total !== null && kpi(id) === undefined;
    const details = isNotAdded
      ? [text.ofOneQueue, '']
      : ratio === null
        ? [windowName, joined(sample(id))]
        : [ratio, joined(windowName, sample(id))];
    const nothing: Figure = { number: DASH, fraction: '', unit: '', kind: 'nothing', why: '' };
    return tileView(total, id, shortName(id, context), details, context, isNotAdded ? nothing : undefined);
  };
  const make = (id: TileId): TileView =>
    Object.prototype.hasOwnProperty.call(usual, id) ? (usual[id]?.() ?? other(id)) : other(id);
  return new Map(ids.map((id) => [id, withOpening(make(id))]));
}

/** Longer names are too wide for a tile where there is an abbreviation. */
const LONG_NAME = 18;

/** What a figure is called on a tile. */
function shortName(id: string, { names, language }: Context): string {
  const known = names.kpis.get(id);
  if (known === undefined) return id;
  const name = known.name[language];
  return name.length > LONG_NAME ? (known.abbreviation[language] ?? name) : name;
}

function tileView(
  row: Row | null,
  id: string,
  label: string,
  fresh: readonly string[],
  context: Context,
  given?: Figure,
): TileView {
  const { text, formats, names, language, atMs } = context;
  const age = ageOfRow(row, context);
  const known = row !== null && context.ageMs !== null;
  const gone = age.rung === 'gone';
  const held =
    given ??
    figureOf(
      id,
      row?.kpis[id],
      age.rung === 'dimmed' ? age.asOfMs : atMs,
      formats,
      text,
      names.kpis.get(id)?.unit,
    );
  const figure: Figure =
    gone || !known ? { number: DASH, fraction: '', unit: '', kind: 'nothing', why: '' } : held;
  const status = keepsStatus(age.rung) && known && figure.kind === 'value' ? statusOf(row.kpis[id]) : 'none';
  const partial = row?.state === 'incomplete' && status !== 'warn' && status !== 'alert';
  const statusWord = keepsStatus(age.rung) ? (partial ? text.incomplete : wordOf(status, text)) : '';

  const details = [...fresh];
  if (figure.kind === 'nothing' && figure.why !== '')
    details.splice(0, details.length, figure.why, ...fresh.slice(1));
  if (!known) details.splice(0, details.length, text.noDataYet);
  else if (gone) {
    const words = [text.reasons.no_data, text.since(formats.hourMinute(age.asOfMs))];
    details.splice(0, details.length, ...(fresh.length > 1 ? words : [words.join(' ')]));
  } else if (age.rung === 'dimmed') details[details.length - 1] = text.asOf(formats.time(age.asOfMs));
  else if (age.rung === 'delayed') {
    details[details.length - 1] = text.delayed(text.seconds(formats.count(Math.floor(age.ageMs / 1000))));
  }
  while (details.length < fresh.length) details.push('');
  const catalogue = names.kpis.get(id);
  const spoken = [
    `${label}: ${figure.number}${figure.fraction}${figure.unit}`,
    statusWord,
    ...details,
  ].filter((part) => part !== '');
  return {
    label,
    hint:
      catalogue === undefined
        ? ''
        : [catalogue.name[language], catalogue.description].filter(Boolean).join('\n'),
    figure,
    details,
    status: partial ? 'none' : status,
    statusWord,
    rung: known ? age.rung : 'gone',
    spoken: spoken.join(', '),
  };
}

function secondsText(seconds: number, { text, formats }: Context): string {
  return seconds >= 120 && seconds % 60 === 0
    ? text.minutes(formats.count(seconds / 60))
    : text.seconds(formats.count(seconds));
}

/** `20 s`, or `20–60 s` where queues differ; nothing where they differ by so much that it would say nothing. */
function rangeText({ least, most }: { least: number; most: number }, context: Context): string | null {
  if (least === most) return secondsText(least, context);
  return most < 120
    ? context.text.seconds(`${context.formats.count(least)}–${context.formats.count(most)}`)
    : null;
}
