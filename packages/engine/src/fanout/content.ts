import { ALL, CHANNELS, isInScope, nearest, type RowKey } from '@vigie/contracts';
import { CATALOGUE } from '@vigie/metrics';

/** What is asked for, as written: a filter that is absent lets everything through. */
export interface Wanted {
  readonly windows?: readonly string[] | undefined;
  readonly queues?: readonly string[] | undefined;
  readonly channels?: readonly string[] | undefined;
  readonly kpis?: readonly string[] | undefined;
}

/** A checked selection of rows and KPIs; equal selections are written alike, `undefined` is everything. */
export interface Selection {
  readonly windows: readonly string[] | undefined;
  /** `*` is every queue but `_all`. */
  readonly queues: readonly string[] | undefined;
  readonly channels: readonly string[] | undefined;
  readonly kpis: readonly string[] | undefined;
  /** Patterns of the queues that may be seen at all; absent: every one, and the totals. */
  readonly scope?: readonly string[] | undefined;
}

/** What exists, to be chosen from. */
export interface Known {
  readonly windows: readonly string[];
  /** Absent: a queue may be asked for before it is known. */
  readonly queues?: ReadonlySet<string>;
}

/** A word of a filter that names nothing. */
export interface UnknownWord {
  readonly field: keyof Wanted;
  readonly value: string;
  /** One sentence, which names the value and what exists; the field is for the caller to name. */
  readonly message: string;
}

export type SelectionResult =
  | { readonly ok: true; readonly selection: Selection }
  | { readonly ok: false; readonly unknown: UnknownWord };

/** Names beyond this many are counted, not listed, in a message. */
const LISTED = 30;
const ALL_QUEUES = '*';
const KPI_IDS = CATALOGUE.map(({ id }) => id);

/** Checks a selection against what exists; the first word that names nothing is answered with what there is. */
export function select(wanted: Wanted, known: Known): SelectionResult {
  const queues = known.queues === undefined ? undefined : [ALL_QUEUES, ALL, ...known.queues];
  const choices: readonly (readonly [keyof Wanted, readonly string[] | undefined])[] = [
    ['windows', known.windows],
    ['queues', queues],
    ['channels', [...CHANNELS, ALL]],
    ['kpis', KPI_IDS],
  ];
  for (const [field, among] of choices) {
    if (among === undefined) continue;
    const value = wanted[field]?.find((word) => !among.includes(word));
    if (value !== undefined)
      return { ok: false, unknown: { field, value, message: unknownText(value, [...new Set(among)]) } };
  }
  return {
    ok: true,
    selection: {
      windows: listed(wanted.windows, known.windows),
      queues: listedQueues(wanted.queues),
      channels: listed(wanted.channels),
      kpis: listed(wanted.kpis, KPI_IDS),
    },
  };
}

/** Which value is unknown, and what exists, as one sentence. */
export function unknownText(value: string, known: readonly string[]): string {
  const near = nearest(value, known);
  const more = known.length > LISTED ? ` and ${known.length - LISTED} more` : '';
  const hint = near === undefined ? '' : ` (did you mean "${near}"?)`;
  const shown = JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);
  return `${shown} is unknown${hint}: known are ${known.slice(0, LISTED).join(', ')}${more}`;
}

function listed(
  words: readonly string[] | undefined,
  everything?: readonly string[],
): readonly string[] | undefined {
  if (words === undefined) return undefined;
  const unique = [...new Set(words)].sort();
  return everything?.every((word) => unique.includes(word)) === true ? undefined : unique;
}

function listedQueues(words: readonly string[] | undefined): readonly string[] | undefined {
  if (words?.includes(ALL_QUEUES) !== true) return listed(words);
  return words.includes(ALL) ? undefined : [ALL_QUEUES];
}

/**
 * The filter of a selection. Of the queue `_all` without a channel named, the merged total alone is meant: the totals
 * of channels are there for who asks for a channel.
 */
export function rowFilter(selection: Selection): (key: RowKey) => boolean {
  const setOf = (words: readonly string[] | undefined) => (words === undefined ? undefined : new Set(words));
  const windows = setOf(selection.windows);
  const queues = setOf(selection.queues);
  const channels = setOf(selection.channels);
  const everyQueue = queues?.has(ALL_QUEUES) === true;
  const { scope } = selection;
  return ({ queue, channel, window }) =>
    isInScope(queue, scope) &&
    (windows?.has(window) ?? true) &&
    (queues === undefined || queues.has(queue) || (everyQueue && queue !== ALL)) &&
    (channels?.has(channel) ?? (queue !== ALL || channel === ALL));
}
