import { ALL, CHANNELS, compareText, formatInstant, type NullReason, type Row } from '@vigie/contracts';
import type { FeedCounters, FeedFrame, FeedHeader, FeedRow, FeedState } from '../ports/live-feed.ts';
import type { Standing } from '../query/standing.ts';
import { EmptyRows, missingGroups, type CentrePlan } from './empty-rows.ts';
import { MergedFeed, type Changed, type Outcome } from './merged-feed.ts';
import { rowKeyOf, rowName, sinceField, standingOf } from './rows.ts';

/** Can the figures of a centre be vouched for, and if not, why and since when? */
export interface CentreStatus extends Standing {
  readonly reason?: NullReason;
}

/**
 * A centre as viewers see it: the rows of the feed, completed by those that configuration promises. Its state is the
 * owner's, until the feed falls silent: then it is `stale`, reason `no_feed`, since the last frame's `asOf`.
 */
export class CentreView {
  readonly id: string;
  readonly plan: CentrePlan;
  readonly #feed = new MergedFeed();
  readonly #startedMs: number;
  readonly #empty: EmptyRows;
  #planned = new Map<string, FeedRow>();
  #plannedReason: NullReason | undefined;
  #order: readonly string[] | undefined;
  /** Names of the feed's rows when the plan was completed last. */
  #known: ReadonlySet<string> = new Set();

  constructor(id: string, plan: CentrePlan, nowMs: number) {
    this.id = id;
    this.plan = plan;
    this.#startedMs = nowMs;
    this.#empty = new EmptyRows(plan.presentation);
    this.#completePlan();
  }

  /** Epoch of the feed; 0 before its first word. */
  get epoch(): number {
    return this.#feed.epoch;
  }
  /** The partition that the centre is in; `undefined` before the feed's first word. */
  get partition(): number | undefined {
    return this.#feed.partition;
  }
  get header(): FeedHeader | undefined {
    return this.#feed.header;
  }
  get counters(): Iterable<FeedCounters> {
    return this.#feed.counters;
  }
  /** The instant that the figures are of; before the feed's first word, when this centre was first asked for. */
  get asOfMs(): number {
    return this.#feed.header?.asOfMs ?? this.#startedMs;
  }
  get watermarkMs(): number | null {
    return this.#feed.header?.watermarkMs ?? null;
  }

  /** Did nothing come for longer than `FEED_SILENCE_MS`? */
  isSilent(nowMs: number): boolean {
    return this.#feed.isSilent(nowMs);
  }

  apply(frame: FeedFrame, nowMs: number): Outcome {
    return this.#complete(this.#feed.apply(frame, nowMs));
  }
  load(state: FeedState, nowMs: number): Outcome {
    return this.#complete(this.#feed.load(state, nowMs));
  }

  status(nowMs: number): CentreStatus {
    const { header } = this.#feed;
    const said = header?.state ?? 'stale';
    if (said !== 'stale' && this.#feed.isSilent(nowMs)) {
      return { state: 'stale', ...sinceField(this.asOfMs), reason: 'no_feed' };
    }
    if (header === undefined) return { state: 'stale', ...sinceField(this.#startedMs), reason: 'no_feed' };
    const reason = header.reason === undefined ? {} : { reason: header.reason };
    const until = header.untilMs === undefined ? {} : { until: formatInstant(header.untilMs) };
    return { state: header.state, ...sinceField(header.sinceMs), ...until, ...reason };
  }

  /** A row as it stands in a document of this status. */
  row(name: string, status: Standing): Row | undefined {
    const row = this.#feed.rows.get(name) ?? this.#planned.get(name);
    if (row === undefined) return undefined;
    const { queue, channel, window, kpis } = row;
    return { queue, channel, window, ...standingOf(row, status), kpis };
  }

  /** Names of all rows, in the order to be shown. */
  names(): readonly string[] {
    this.#order ??= sorted([...this.#feed.rows.keys(), ...this.#planned.keys()], this.plan);
    return this.#order;
  }

  /** Queues with rows, `_all` and `_other` included, in the order to be shown, with their channels. */
  queues(): ReadonlyMap<string, ReadonlySet<string>> {
    const found = new Map<string, Set<string>>();
    for (const name of this.names()) {
      const { queue, channel } = rowKeyOf(name);
      const channels = found.get(queue);
      if (channels === undefined) found.set(queue, new Set([channel]));
      else channels.add(channel);
    }
    return found;
  }

  #complete(outcome: Outcome): Outcome {
    if (outcome.kind !== 'applied') return outcome;
    const before = this.#planned;
    const { changed } = outcome;
    const keysChanged = changed === 'all' || [...changed].some((name) => this.#isNews(name));
    if (!keysChanged && this.#reason() === this.#plannedReason) return outcome;
    this.#completePlan();
    return { kind: 'applied', changed: withPlanned(changed, before, this.#planned) };
  }

  /** Does this name change the set of rows? */
  #isNews(name: string): boolean {
    return this.#feed.rows.has(name) !== this.#known.has(name);
  }

  #reason(): NullReason | undefined {
    const { header } = this.#feed;
    if (header === undefined) return 'no_feed';
    return header.state === 'recovering' ? 'recovering' : undefined;
  }

  #completePlan(): void {
    const present = new Map<string, Set<string>>();
    for (const { queue, channel } of this.#feed.rows.values()) {
      const channels = present.get(queue);
      if (channels === undefined) present.set(queue, new Set([channel]));
      else channels.add(channel);
    }
    this.#plannedReason = this.#reason();
    this.#order = undefined;
    this.#known = new Set(this.#feed.rows.keys());
    this.#planned = new Map();
    for (const group of missingGroups(this.plan, present)) {
      for (const window of this.plan.windows) {
        const row = this.#empty.rowOf(group, window, this.#plannedReason);
        this.#planned.set(rowName(row), row);
      }
    }
  }
}

function withPlanned(
  changed: Changed,
  before: ReadonlyMap<string, FeedRow>,
  after: ReadonlyMap<string, FeedRow>,
): Changed {
  return changed === 'all' ? 'all' : new Set([...changed, ...before.keys(), ...after.keys()]);
}

/** Queues as configured, then by name, `_all` last; channels and windows in their own order. */
function sorted(names: readonly string[], plan: CentrePlan): readonly string[] {
  const rank = (order: readonly string[]) => new Map(order.map((item, index) => [item, index]));
  const queues = rank(plan.queues.map(({ queue }) => queue));
  const channels = rank(CHANNELS);
  const windows = rank(plan.windows);
  const place = (ranks: ReadonlyMap<string, number>, item: string): number =>
    item === ALL ? Number.MAX_SAFE_INTEGER : (ranks.get(item) ?? Number.MAX_SAFE_INTEGER - 1);
  return names
    .map((name) => ({ name, key: rowKeyOf(name) }))
    .sort(
      (a, b) =>
        place(queues, a.key.queue) - place(queues, b.key.queue) ||
        compareText(a.key.queue, b.key.queue) ||
        place(channels, a.key.channel) - place(channels, b.key.channel) ||
        compareText(a.key.channel, b.key.channel) ||
        place(windows, a.key.window) - place(windows, b.key.window) ||
        compareText(a.key.window, b.key.window),
    )
    .map(({ name }) => name);
}
