import { ALL, type FigureState, type NullReason, type SemanticConfig } from '@vigie/contracts';
import type { Epoch } from '../ports/checkpoint-store.ts';
import type { PartitionId } from '../ports/event-log.ts';
import type { FeedCounters, FeedFrame, FeedHeader, FeedRow } from '../ports/live-feed.ts';
import { MovingRows } from '../query/moving-rows.ts';
import { queuesWithoutChannel } from '../query/row-names.ts';
import type { LiveCentre } from './live-centre.ts';

const NEVER_LOOKED: { readonly size: number; readonly config: SemanticConfig | undefined } = {
  size: -1,
  config: undefined,
};

/**
 * Turns what moved in a centre into frames of the live feed: only groups that something touched are evaluated, only
 * figures that differ from the last sent are in a frame. The first frame of an epoch is complete.
 */
export class CentrePublisher {
  readonly #centre: LiveCentre;
  readonly #rows: MovingRows;
  readonly #partition: PartitionId;
  readonly #epoch: Epoch;
  readonly #nextOffset: (() => bigint) | undefined;
  /** By group: when its figures move though nothing happens. No event and no bucket marks that instant. */
  readonly #overtakes = new Map<number, number>();
  #seq = 0;
  /** How many groups there were, and of what configuration, when queues without a channel were looked for last. */
  #looked = NEVER_LOOKED;
  /** The instant of the figures told last, ms. */
  #toldAtMs = 0;
  /** State and configuration as last said. */
  #said = '';

  /** `nextOffset` answers up to where the partition is applied, at any time. */
  constructor(
    centre: LiveCentre,
    options: {
      readonly partition: PartitionId;
      readonly epoch: Epoch;
      readonly nextOffset?: () => bigint;
    },
  ) {
    this.#centre = centre;
    this.#partition = options.partition;
    this.#epoch = options.epoch;
    this.#nextOffset = options.nextOffset;
    this.#rows = new MovingRows(centre);
  }

  /**
   * The next frame, or nothing when nothing is to be said and `heartbeat` is not asked for. `recoveringSinceMs`: the
   * partition has been catching up since that instant: figures are told once, as they were restored, and not again
   * until it has caught up, since nobody can use them.
   */
  frame(recoveringSinceMs: number | undefined, heartbeat: boolean): FeedFrame | undefined {
    const complete = this.#rows.isEmpty;
    if (recoveringSinceMs !== undefined && !complete) {
      return heartbeat ? this.#next(this.#header(recoveringSinceMs), []) : undefined;
    }
    const { groups, versions } = this.#centre.facts;
    this.#toldAtMs = this.#centre.timeline.now;
    for (const [queue, channels] of versions.at(this.#centre.timeline.now).queueChannels) {
      for (const channel of channels) groups.idOf(queue, channel);
    }
    const total = groups.idOf(ALL, ALL);
    const dirty = new Set(this.#centre.takeTouched());
    // Groups made since the last frame, configured queues among them, show at once with their nothing.
    for (let group = 0; group < groups.size; group++) {
      if (this.#rows.knows(group) || groups.nameOf(group).scope !== undefined) continue;
      dirty.add(group);
      this.#centre.judgeNext(group);
      // Names the totals it counts into, which this loop then comes to.
      groups.parentsOf(group);
    }
    dirty.add(total);
    for (const [group, at] of this.#overtakes) {
      if (at > this.#centre.timeline.now) continue;
      dirty.add(group);
      // A queue that closes may be the last one of the total.
      for (const parent of groups.parentsOf(group)) dirty.add(parent);
    }
    const rows: FeedRow[] = [];
    this.#rows.begin();
    const removed = complete ? [] : this.#rows.dropAssumed();
    if (complete) this.#looked = NEVER_LOOKED;
    for (const queue of this.#silentToTell(dirty)) this.#rows.tellAssumed(queue, rows);
    const queues = new Set<string>();
    for (const group of dirty) {
      queues.add(groups.nameOf(group).queue);
      this.#overtakes.delete(group);
      this.#await(group, this.#rows.tellGroup(group, rows));
    }
    for (const queue of queues) {
      const [leaf] = groups.channelsOf(queue);
      if (leaf !== undefined) this.#await(leaf, this.#rows.tellMerged(queue, rows));
    }
    const header = this.#header(recoveringSinceMs);
    const said = `${header.state}|${header.sinceMs}|${header.untilMs}|${header.configVersion}`;
    if (rows.length + removed.length === 0 && !heartbeat && said === this.#said) return undefined;
    this.#said = said;
    return this.#next(header, rows, {
      complete,
      removed,
      counters: this.#counters(complete ? 'all' : 'moved'),
    });
  }

  /**
   * Queues without a channel that are to be told: those whose agents' time moved, taken out of `dirty`, and those that
   * were not told yet.
   */
  #silentToTell(dirty: Set<number>): ReadonlySet<string> {
    const { groups, versions } = this.#centre.facts;
    const config = versions.at(this.#toldAtMs);
    const queues = new Set<string>();
    for (const group of dirty) {
      const { queue, scope } = groups.nameOf(group);
      if (scope === undefined) continue;
      dirty.delete(group);
      if (groups.channelsOf(queue).length === 0) queues.add(queue);
    }
    if (this.#looked.size === groups.size && this.#looked.config === config) return queues;
    this.#looked = { size: groups.size, config };
    for (const queue of queuesWithoutChannel(this.#centre.facts, this.#toldAtMs))
      if (!this.#rows.assumes(queue)) queues.add(queue);
    return queues;
  }

  #next(
    header: FeedHeader,
    rows: readonly FeedRow[],
    {
      complete = false,
      removed = [],
      counters = [],
    }: Partial<Pick<FeedFrame, 'complete' | 'removed' | 'counters'>> = {},
  ): FeedFrame {
    const [partition, epoch] = [this.#partition, this.#epoch];
    return { partition, epoch, seq: ++this.#seq, header, complete, rows, removed, counters };
  }

  /** The last frame was not delivered: the next one says everything again. */
  reset(): void {
    this.#rows.forget();
  }

  /** Keeps the earliest instant at which something will move by itself. */
  #await(group: number, at: number): void {
    if (at < (this.#overtakes.get(group) ?? Number.POSITIVE_INFINITY)) this.#overtakes.set(group, at);
  }

  #header(recoveringSinceMs: number | undefined): FeedHeader {
    const { facts, now } = this.#centre;
    const state = this.#stateOf(recoveringSinceMs);
    return {
      centre: this.#centre.name,
      asOfMs: this.#toldAtMs,
      watermarkMs: facts.sources.watermarkMs ?? null,
      configVersion: facts.versions.versionAt(now).version,
      ...(this.#nextOffset === undefined ? {} : { nextOffset: this.#nextOffset().toString() }),
      ...state,
    };
  }

  #stateOf(recoveringSinceMs: number | undefined): {
    readonly state: FigureState;
    readonly sinceMs?: number;
    readonly untilMs?: number;
    readonly reason?: NullReason;
  } {
    // before anything that would judge what has changed: nobody asks for figures
    if (recoveringSinceMs !== undefined) {
      return { state: 'recovering', sinceMs: recoveringSinceMs, reason: 'recovering' };
    }
    const { facts, timeline } = this.#centre;
    const silent = facts.sources.silentSince(timeline.now);
    if (silent !== undefined) return { state: 'stale', sinceMs: silent, reason: 'no_feed' };
    const gap = facts.sources.incomplete(timeline.dayStart, timeline.now);
    return gap === undefined ? { state: 'live' } : { state: 'incomplete', ...gap };
  }

  /** Of all groups, or of those whose counters were stored since the last frame. */
  #counters(which: 'all' | 'moved'): FeedCounters[] {
    const { counters, facts } = this.#centre;
    const told: FeedCounters[] = [];
    for (const [group, exported] of counters.takeExported(which)) {
      const { queue, channel, scope } = facts.groups.nameOf(group);
      // Agents' time has no counters of its own.
      if (scope === undefined) told.push({ queue, channel, ...exported });
    }
    return told;
  }
}
