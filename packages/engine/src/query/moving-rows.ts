import { ALL, type KpiValue, type RowKey, type TargetSetting } from '@vigie/contracts';
import {
  CATALOGUE,
  figureOf,
  isInRow,
  isJudged,
  MEASURES,
  type Kpi,
  type Measures,
  type Totals,
} from '@vigie/metrics';
import type { FeedRow } from '../ports/live-feed.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import { LIVE, sameStanding, standingWithin, type Standing } from './standing.ts';
import { ASSUMED_CHANNEL } from './row-names.ts';
import type { WindowSpec } from './window-spec.ts';
import { valueOf } from './measure-rows.ts';
import { mergedGroups, RowMeasures } from './row-measures.ts';
import { sameValue } from '../fanout/rows.ts';

/** What is held of a window of a row. */
interface HeldWindow {
  /** Of the totals that `values` were computed from. */
  version: number;
  /** The totals and their sums as they were then. */
  totals: Totals | undefined;
  histsVersion: number;
  readonly sums: Float64Array;
  standing: Standing;
  /** Figures as last told, in the order of the row's KPIs. */
  readonly values: (KpiValue | undefined)[];
}

/** What is held of a queue and channel. */
interface HeldRows {
  readonly measures: RowMeasures;
  /** Under which its statuses are kept: a group, or a queue. */
  readonly key: number | string;
  readonly kpis: readonly Kpi[];
  /** In the order of `kpis`. */
  readonly targets: readonly (TargetSetting | undefined)[];
  readonly windows: readonly HeldWindow[];
  /** Were its queues closed? */
  closed: boolean;
}

type TargetsOf = LiveCentre['targetsOf'];

/** The figures of the rows of queues, of the totals of a channel, and of the whole. */
const ROW_KPIS = [
  { queue: '', channel: ALL },
  { queue: ALL, channel: '' },
  { queue: ALL, channel: ALL },
].map((row): readonly Kpi[] => CATALOGUE.filter((kpi) => isInRow(kpi, row)));

/**
 * Tells what differs in a centre's rows from what it told before. Computes only what can have moved: figures of totals
 * when the totals did, figures of now once for all windows.
 */
export class MovingRows {
  readonly #centre: LiveCentre;
  readonly #windows: readonly WindowSpec[];
  /** By group, and by queue for the rows that merge its channels. */
  readonly #held = new Map<number | string, HeldRows>();
  /** By queue: rows of the channel that is assumed while none is known. */
  readonly #assumed = new Map<string, HeldRows>();
  #states: readonly Standing[] = [];

  constructor(centre: LiveCentre) {
    this.#centre = centre;
    this.#windows = centre.windows;
  }

  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  /** Was the group ever told? */
  knows(group: number): boolean {
    return this.#held.has(group);
  }

  /** Nothing was told: everything differs. */
  forget(): void {
    this.#held.clear();
    this.#assumed.clear();
  }

  /** To be called when the clock has moved, before rows are asked for. */
  begin(): void {
    this.#states = this.#windows.map((window) => this.#stateOf(window));
  }

  /**
   * Adds to `into` what differs in the rows of a group. Answers when they will differ again though nothing happens: its
   * oldest wait becomes the longest of a window, it opens or closes, an age of business hours grows.
   */
  tellGroup(group: number, into: FeedRow[]): number {
    let held = this.#held.get(group);
    if (held === undefined) {
      held = this.#newRows(group, this.#centre.facts.groups.nameOf(group), [group]);
      this.#held.set(group, held);
    }
    return this.#tell(held, into);
  }

  /** The same of the merged rows of a queue that takes several channels; nothing for any other. */
  tellMerged(queue: string, into: FeedRow[]): number {
    const groups = mergedGroups(this.#centre, queue);
    if (groups.length === 0) return Number.POSITIVE_INFINITY;
    let held = this.#held.get(queue);
    if (held?.measures.groups !== groups.length) {
      held = this.#newRows(queue, { queue, channel: ALL }, groups);
      this.#held.set(queue, held);
    }
    return this.#tell(held, into);
  }

  /** Are rows of a queue without a channel told? */
  assumes(queue: string): boolean {
    return this.#assumed.has(queue);
  }

  /** The same of a queue of which no channel is known. */
  tellAssumed(queue: string, into: FeedRow[]): number {
    let held = this.#assumed.get(queue);
    if (held === undefined) {
      held = this.#newRows(queue, { queue, channel: ASSUMED_CHANNEL }, []);
      this.#assumed.set(queue, held);
    }
    return this.#tell(held, into);
  }

  /** Gives up assumed rows whose queue has turned out to take another channel. Answers the rows that are no more. */
  dropAssumed(): readonly RowKey[] {
    const { groups } = this.#centre.facts;
    return [...this.#assumed.keys()].flatMap((queue): readonly RowKey[] => {
      const channels = groups.channelsOf(queue).map((group) => groups.nameOf(group).channel);
      if (channels.length === 0) return [];
      this.#assumed.delete(queue);
      if (channels.includes(ASSUMED_CHANNEL)) return [];
      return this.#windows.map(({ name }) => ({ queue, channel: ASSUMED_CHANNEL, window: name }));
    });
  }

  #tell(held: HeldRows, into: FeedRow[]): number {
    const { now } = this.#centre.timeline;
    const { measures, versions, closed, nextAt } = held.measures.read();
    const turned = closed !== held.closed;
    held.closed = closed;
    const ofNow: KpiValue[] = [];
    let overtaken = nextAt;
    for (let w = 0; w < this.#windows.length; w++) {
      const window = held.windows[w]!;
      const moved = window.version === versions[w] ? STILL : movedSince(window, measures[w]!.totals);
      window.version = versions[w]!;
      let told: Record<string, KpiValue> | undefined;
      for (let k = 0; k < held.kpis.length; k++) {
        const kpi = held.kpis[k]!;
        // a status changes with the clock, though the totals stand still
        const isStill = kpi.fromTotals && held.targets[k] === undefined && !readsAny(kpi, moved);
        if (isStill && !turned && window.values[k] !== undefined) continue;
        const value = kpi.now
          ? (ofNow[k] ??= this.#value(held, w, k, measures[w]!))
          : this.#value(held, w, k, measures[w]!);
        const before = window.values[k];
        if (sameValue(before, value)) continue;
        window.values[k] = value;
        (told ??= {})[kpi.id] = value;
      }
      this.#collect(held, w, told, into);
      const at = overtakenAt(held.kpis, window.values);
      if (at > now && at < overtaken) overtaken = at;
    }
    return overtaken;
  }

  #value(held: HeldRows, w: number, k: number, measures: Measures): KpiValue {
    const kpi = held.kpis[k]!;
    const figure = figureOf(kpi, measures);
    const target = held.targets[k];
    if (target === undefined) return valueOf(figure);
    // what can no longer be judged says so at once, not at the next whole second
    const status = isJudged(figure, target, kpi) ? this.#centre.statuses.statusOf(held.key, w, kpi) : 'none';
    return valueOf(figure, { status, target: target.target });
  }

  #collect(held: HeldRows, w: number, told: Record<string, KpiValue> | undefined, into: FeedRow[]): void {
    const window = held.windows[w]!;
    const standing = this.#states[w]!;
    if (told === undefined && sameStanding(window.standing, standing)) return;
    window.standing = standing;
    const { queue, channel } = held.measures;
    const name = { queue, channel, window: this.#windows[w]!.name };
    const kpis = told ?? {};
    into.push({ ...name, ...standing, kpis });
  }

  #newRows(
    key: number | string,
    name: { readonly queue: string; readonly channel: string },
    groups: readonly number[],
  ): HeldRows {
    const windows = this.#windows.map((): HeldWindow => ({
      version: -1,
      totals: undefined,
      histsVersion: -1,
      sums: new Float64Array(MEASURES.sums),
      standing: LIVE,
      values: [],
    }));
    const kpis = ROW_KPIS[name.queue !== ALL ? 0 : name.channel === ALL ? 2 : 1]!;
    const targets = this.#centre.targetsOf(name.queue, name.channel as Parameters<TargetsOf>[1]);
    return {
      key,
      measures: new RowMeasures(this.#centre, this.#windows, name, groups),
      kpis,
      targets: kpis.map(({ id }) => targets.get(id)),
      windows,
      closed: false,
    };
  }

  #stateOf(window: WindowSpec): Standing {
    const { now, dayStart } = this.#centre.timeline;
    const from = window.sizeMs === undefined ? dayStart : now - window.sizeMs;
    return standingWithin(this.#centre.facts.sources.incomplete(from, now));
  }
}

const STILL: readonly number[] = [];

/** Positions, as {@link Kpi.reads} has them, of what differs in the totals of a window since it was asked last. */
function movedSince(window: HeldWindow, totals: Totals): readonly number[] {
  const moved: number[] = [];
  const { sums } = window;
  for (let i = 0; i < sums.length; i++) {
    if (sums[i] === totals.sums[i]) continue;
    sums[i] = totals.sums[i]!;
    moved.push(i);
  }
  if (window.totals !== totals || window.histsVersion !== totals.histsVersion) moved.push(sums.length);
  window.totals = totals;
  window.histsVersion = totals.histsVersion;
  return moved;
}

function readsAny({ reads }: Kpi, moved: readonly number[]): boolean {
  for (let i = 0; i < moved.length; i++) if (reads[moved[i]!] === 1) return true;
  return false;
}

const MAX_WAIT = CATALOGUE.findIndex(({ id }) => id === 'max_wait');
const LONGEST_WAIT_NOW = CATALOGUE.findIndex(({ id }) => id === 'longest_wait_now');
const AT = new Map(
  ROW_KPIS.map((kpis) => [
    kpis,
    [kpis.indexOf(CATALOGUE[MAX_WAIT]!), kpis.indexOf(CATALOGUE[LONGEST_WAIT_NOW]!)] as const,
  ]),
);

/** When the longest wait of now will be the window's `max_wait`; infinite when it is already, or nobody waits. */
function overtakenAt(kpis: readonly Kpi[], values: HeldWindow['values']): number {
  const [maxWait, longestWaitNow] = AT.get(kpis)!;
  const decided = values[maxWait];
  const since = values[longestWaitNow]?.since;
  if (decided?.since !== undefined || typeof decided?.value !== 'number' || since === undefined) {
    return Number.POSITIVE_INFINITY;
  }
  return Date.parse(since) + Math.ceil(decided.value * 1000);
}
