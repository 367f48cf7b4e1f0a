import type { KpiValue, Row, Status } from '@vigie/contracts';

import { DASH, isNobodyWaiting } from '../figure.ts';
import { keepsStatus, type Rung } from '../ladder.ts';
import { nameOfRow } from '../names.ts';
import { keptOrder, severalChannels } from '../page-view.ts';
import { ALL, mergeQueues, wallRows } from '../rows.ts';
import { alarmRank, worstStatus } from '../status.ts';
import { cellView, keyOfRow, markOf } from '../table-view.ts';
import { ageOfRow, wordOf } from '../view-context.ts';
import type { Address, GroupName } from './address.ts';
import type { Trends } from './answers.ts';
import type { Moment } from './moment.ts';
import { trendKpi, trendPainter, type TrendView } from './trend.ts';

/** The figures the desk follows. */
export const DESK_KPIS = [
  ...['waiting_now', 'longest_wait_now', 'over_threshold_now', 'service_level_live', 'abandonment_rate'],
  ...['avg_wait', 'agents_by_state_now', 'offered', 'answered', 'abandoned', 'in_progress_now'],
] as const;

/** The columns of figures, in order. */
export const COLUMNS = [
  'waiting_now',
  'longest_wait_now',
  'service_level_live',
  'abandonment_rate',
  'avg_wait',
  'agents_by_state_now',
] as const;
export type ColumnId = (typeof COLUMNS)[number];

export interface DeskCell {
  readonly kpi: ColumnId;
  readonly text: string;
  readonly note: string;
  readonly status: Status;
  readonly kind: 'value' | 'nothing' | 'closed' | 'absent';
  /** What a screen reader says before and after the words that are seen. */
  readonly lead: string;
  readonly tail: string;
}
export interface DeskRow {
  readonly key: string;
  readonly queue: string;
  readonly channel: string;
  readonly name: string;
  readonly status: Status;
  readonly statusWord: string;
  readonly rung: Rung;
  readonly mark: string;
  readonly cells: readonly DeskCell[];
  readonly trend: TrendView;
}
export interface DeskGroup {
  readonly key: string;
  /** `null`: not grouped. */
  readonly name: string | null;
  readonly rows: readonly DeskRow[];
  /** The group's rows added up; `null` when not grouped. */
  readonly total: DeskRow | null;
}
export interface QueuesView {
  readonly columns: readonly { readonly kpi: ColumnId; readonly label: string; readonly hint: string }[];
  readonly groups: readonly DeskGroup[];
  readonly total: DeskRow | null;
  /** What the trends are of. */
  readonly trendLabel: string;
  /** The total is the server's: it can be opened and explained. One that was added up here cannot. */
  readonly isTotalKnown: boolean;
  readonly shown: number;
  readonly all: number;
}

export const columnLabels = ({ context: { text }, desk }: Moment): Readonly<Record<ColumnId, string>> => ({
  waiting_now: text.waiting,
  longest_wait_now: text.longestWait,
  service_level_live: text.serviceLevel,
  abandonment_rate: text.abandonment,
  avg_wait: desk.avgWait,
  agents_by_state_now: desk.agents,
});

/** The table of queues at a moment. `held`: keys of the rows as they stand, kept so while somebody points at them. */
export function queuesView(
  moment: Moment,
  address: Address,
  trends: Trends,
  held?: readonly string[],
): QueuesView {
  const { context, rows, desk } = moment;
  const { queues, total } = wallRows(rows, address.window, []);
  const several = severalChannels(queues);
  const named = queues.map((row) => ({ row, name: nameOfRow(row, context.names, several, context.text) }));
  const matching = named.filter(({ row, name }) => matches(row, name, address.filter, moment));
  const collator = new Intl.Collator(context.language, { numeric: true });
  const direction = address.descending ? -1 : 1;
  const sorted = [...matching].sort((one, other) => {
    const order = compareBy(address.sort, one, other, collator, direction);
    return order === 0 ? collator.compare(one.name, other.name) : order;
  });
  const kept = keptOrder(
    sorted.map(({ row }) => row),
    held,
  );
  const nameOf = new Map(matching.map(({ row, name }) => [row, name]));
  const labels = columnLabels(moment);
  const kpi = trendKpi(address.sort);
  const trend = trendPainter(kpi, trends, labels[kpi], moment);
  const view = (row: Row, name: string): DeskRow =>
    deskRow(row, name, moment, trend(row.queue, row.channel, row.kpis[kpi]?.target ?? null));
  return {
    columns: COLUMNS.map((kpi) => ({
      kpi,
      label: labels[kpi],
      hint: context.names.kpis.get(kpi)?.name[context.language] ?? '',
    })),
    groups: grouped(kept, address.group, moment).map(({ key, name, members }) => {
      const merged = name === null ? null : mergeQueues(members, address.window);
      return {
        key,
        name,
        rows: members.map((row) => view(row, nameOf.get(row) ?? row.queue)),
        total: merged === null ? null : view(withoutAgents(merged), name ?? ''),
      };
    }),
    total: total === null ? null : view(total, context.text.total),
    trendLabel: labels[kpi],
    isTotalKnown: rows.some(({ queue, channel }) => queue === ALL && channel === ALL),
    shown: matching.length,
    all: named.length,
  };

  function grouped(members: readonly Row[], group: GroupName, { context: { names, text } }: Moment) {
    if (group === 'none') return [{ key: '', name: null, members }];
    const groups = new Map<string, Row[]>();
    for (const row of members) {
      const key = group === 'channel' ? row.channel : (names.queues.get(row.queue)?.team ?? '');
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    const nameOfKey = (key: string): string =>
      key === '' ? desk.noTeam : group === 'channel' ? (text.channels[key] ?? key) : key;
    return [...groups]
      .map(([key, of]) => ({ key: `${group} ${key}`, name: nameOfKey(key), members: of }))
      .sort((one, other) => collator.compare(one.name, other.name));
  }
}

/** Agents of several queues may be the same people: they cannot be added up here. */
function withoutAgents(row: Row): Row {
  const { agents_by_state_now: _agents, ...kpis } = row.kpis;
  return { ...row, kpis };
}

function matches(row: Row, name: string, filter: string, { context: { names, text } }: Moment): boolean {
  const words = filter.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const said = [
    name,
    row.queue,
    names.queues.get(row.queue)?.team ?? '',
    row.channel,
    text.channels[row.channel] ?? '',
  ]
    .join(' ')
    .toLocaleLowerCase();
  return words.every((word) => said.includes(word));
}

interface Named {
  readonly row: Row;
  readonly name: string;
}

function compareBy(
  sort: string,
  one: Named,
  other: Named,
  collator: Intl.Collator,
  direction: number,
): number {
  if (sort === 'name') return direction * collator.compare(one.name, other.name);
  if (sort === 'status')
    return (
      direction * (alarmRank(worstStatus(one.row, DESK_KPIS)) - alarmRank(worstStatus(other.row, DESK_KPIS)))
    );
  const [left, right] = [one, other].map(({ row }) => sortValue(row, sort));
  // what has no value stands last, whichever way
  if (left === null || right === null || left === undefined || right === undefined)
    return left === right ? 0 : left === null ? 1 : -1;
  return direction * (left - right);
}

function sortValue(row: Row, kpi: string): number | null {
  const held = row.kpis[kpi];
  if (held === undefined || held.value === null) return null;
  if (kpi === 'agents_by_state_now') return held.by?.['available'] ?? 0;
  return held.since === undefined ? held.value : -Date.parse(held.since);
}

/** One row, in words. */
export function deskRow(row: Row, name: string, moment: Moment, trend: TrendView): DeskRow {
  const { context } = moment;
  const { text } = context;
  const age = ageOfRow(row, context);
  const status = keepsStatus(age.rung) ? worstStatus(row, DESK_KPIS) : 'none';
  const mark = markOf(row, age, context);
  return {
    key: keyOfRow(row),
    queue: row.queue,
    channel: row.channel,
    name,
    status,
    statusWord: wordOf(status, text),
    rung: age.rung,
    mark,
    cells: COLUMNS.map((kpi) => deskCell(row, kpi, name, moment)),
    trend,
  };
}

/** One figure of a row. */
export function deskCell(row: Row, kpi: ColumnId, name: string, moment: Moment): DeskCell {
  const { context } = moment;
  const label = columnLabels(moment)[kpi];
  const age = ageOfRow(row, context);
  if (kpi === 'agents_by_state_now')
    return agentsCell(row.kpis[kpi], `${label}, ${name}: `, age.rung, moment);
  const cell = cellView(row, kpi, age, context);
  const nobody = kpi === 'longest_wait_now' && isNobodyWaiting(row);
  const tail = [nobody ? context.text.nobodyWaiting : '', wordOf(cell.status, context.text)];
  return {
    ...{ kpi, text: cell.text, note: cell.note, status: cell.status },
    kind: row.kpis[kpi] === undefined ? 'absent' : cell.kind,
    lead: `${label}, ${name}: `,
    tail: tail
      .filter((part) => part !== '')
      .map((part) => `, ${part}`)
      .join(''),
  };
}

/** Agents free, busy (on a contact, or wrapping one up) and paused. */
function agentsCell(
  held: KpiValue | undefined,
  lead: string,
  rung: Rung,
  { context, desk }: Moment,
): DeskCell {
  const nothing = { kpi: 'agents_by_state_now', note: '', status: 'none', lead, tail: '' } as const;
  if (held === undefined) return { ...nothing, text: '', kind: 'absent' };
  if (held.value === null || rung === 'gone') return { ...nothing, text: DASH, kind: 'nothing' };
  const count = (...states: readonly string[]): string =>
    context.formats.count(states.reduce((sum, state) => sum + (held.by?.[state] ?? 0), 0));
  const [free, busy, paused] = [count('available'), count('on_contact', 'acw'), count('paused')];
  return {
    ...nothing,
    text: `${free} / ${busy} / ${paused}`,
    kind: 'value',
    tail: `, ${desk.agentsSpoken(free, busy, paused)}`,
  };
}

/** The row of a queue and channel; its merged one where there are several. */
export function rowOf(rows: readonly Row[], queue: string, channel: string, window: string): Row | null {
  const own = rows.filter((row) => row.queue === queue && row.window === window);
  return (
    own.find((row) => row.channel === channel) ?? own.find((row) => row.channel === ALL) ?? own[0] ?? null
  );
}
