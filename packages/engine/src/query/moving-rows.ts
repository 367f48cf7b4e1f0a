import { ALL, formatInstant, type FigureState, type KpiValue, type Presentation } from '@vigie/contracts';
import { CATALOGUE, type Kpi } from '@vigie/metrics';
import type { FeedRow } from '../ports/live-feed.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import type { WindowSpec } from './window-spec.ts';
import { valueOf } from './measure-rows.ts';
import { mergedGroups, RowMeasures } from './row-measures.ts';
import { sameValue } from '../fanout/rows.ts';

/** What is held of a window of a row. */
interface HeldWindow {
  /** Of the totals that `values` were computed from. */
  version: number;
  state: FigureState;
  since: string | undefined;
  /** Figures as last told, in the order of the row's KPIs. */
  readonly values: (KpiValue | undefined)[];
}

/** What is held of a queue and channel. */
interface HeldRows {
  readonly measures: RowMeasures;
  readonly kpis: readonly Kpi[];
  readonly windows: readonly HeldWindow[];
}

type WindowState = Pick<HeldWindow, 'state' | 'since'>;

const QUEUE_KPIS = CATALOGUE.filter(({ level }) => level !== 'contact');

/**
 * Tells what differs in a centre's rows from what it told before. Computes only what can have moved: figures of totals
 * when the totals did, figures of now once for all windows.
 */
export class MovingRows {
  readonly #centre: LiveCentre;
  readonly #windows: readonly WindowSpec[];
  readonly #presentation: Presentation;
  /** By group, and by queue for the rows that merge its channels. */
  readonly #held = new Map<number | string, HeldRows>();
  #states: readonly WindowState[] = [];

  /** `windows`: the rolling ones in the order the timeline has them, `today` anywhere. */
  constructor(centre: LiveCentre, windows: readonly WindowSpec[], presentation: Presentation) {
    this.#centre = centre;
    this.#windows = windows;
    this.#presentation = presentation;
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
  }

  /** To be called when the clock has moved, before rows are asked for. */
  begin(): void {
    this.#states = this.#windows.map((window) => this.#stateOf(window));
  }

  /**
   * Adds to `into` what differs in the rows of a group. Answers when its oldest wait will be the longest of a window,
   * though nothing happens; infinite when it is already, or nobody waits.
   */
  tellGroup(group: number, into: FeedRow[]): number {
    let held = this.#held.get(group);
    if (held === undefined) {
      held = this.#newRows(this.#centre.facts.groups.nameOf(group), [group]);
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
      held = this.#newRows({ queue, channel: ALL }, groups);
      this.#held.set(queue, held);
    }
    return this.#tell(held, into);
  }

  #tell(held: HeldRows, into: FeedRow[]): number {
    const { queue, channel } = held.measures;
    const { now } = this.#centre.timeline;
    const targets = this.#presentation.targetsOf(queue, channel as Parameters<Presentation['targetsOf']>[1]);
    const { measures, versions } = held.measures.read();
    const ofNow: KpiValue[] = [];
    let overtaken = Number.POSITIVE_INFINITY;
    for (let w = 0; w < this.#windows.length; w++) {
      const window = held.windows[w]!;
      const moved = window.version !== versions[w];
      window.version = versions[w]!;
      let told: Record<string, KpiValue> | undefined;
      for (let k = 0; k < held.kpis.length; k++) {
        const kpi = held.kpis[k]!;
        if (kpi.fromTotals && !moved) continue;
        const value = kpi.now
          ? (ofNow[k] ??= valueOf(kpi, kpi.compute(measures[w]!), targets.get(kpi.id)))
          : valueOf(kpi, kpi.compute(measures[w]!), targets.get(kpi.id));
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

  #collect(held: HeldRows, w: number, told: Record<string, KpiValue> | undefined, into: FeedRow[]): void {
    const window = held.windows[w]!;
    const { state, since } = this.#states[w]!;
    if (told === undefined && window.state === state && window.since === since) return;
    window.state = state;
    window.since = since;
    const { queue, channel } = held.measures;
    const name = { queue, channel, window: this.#windows[w]!.name };
    const kpis = told ?? {};
    into.push(since === undefined ? { ...name, state, kpis } : { ...name, state, since, kpis });
  }

  #newRows(name: { readonly queue: string; readonly channel: string }, groups: readonly number[]): HeldRows {
    const windows = this.#windows.map((): HeldWindow => ({
      version: -1,
      state: 'live',
      since: undefined,
      values: [],
    }));
    const kpis = name.queue === ALL ? CATALOGUE : QUEUE_KPIS;
    return { measures: new RowMeasures(this.#centre, this.#windows, name, groups), kpis, windows };
  }

  #stateOf(window: WindowSpec): WindowState {
    const { now, dayStart } = this.#centre.timeline;
    const from = window.sizeMs === undefined ? dayStart : now - window.sizeMs;
    const since = this.#centre.facts.sources.incompleteSince(from, now);
    return since === undefined
      ? { state: 'live', since: undefined }
      : { state: 'incomplete', since: formatInstant(since) };
  }
}

const MAX_WAIT = CATALOGUE.findIndex(({ id }) => id === 'max_wait');
const LONGEST_WAIT_NOW = CATALOGUE.findIndex(({ id }) => id === 'longest_wait_now');
const AT = new Map(
  [CATALOGUE, QUEUE_KPIS].map((kpis) => [
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
