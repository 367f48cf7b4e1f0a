import type { FeedCounters, FeedFrame, FeedHeader, FeedRow, FeedState } from '../ports/live-feed.ts';
import { rowName } from './rows.ts';

/** Silence of a feed that makes what is held `stale`. */
export const FEED_SILENCE_MS = 3000;
/** Frames kept while the feed is read again; beyond, the oldest go, and one more reading follows. */
export const MAX_PENDING_FRAMES = 200;

/** Names of the rows that a frame touched; `all` when what was held before is void. */
export type Changed = ReadonlySet<string> | 'all';

/** What a frame was to what is held. `gap`: frames are missing in between, the feed must be read again. */
export type Outcome =
  | { readonly kind: 'applied'; readonly changed: Changed }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'gap' };

const IGNORED: Outcome = { kind: 'ignored' };
const GAP: Outcome = { kind: 'gap' };

/**
 * What the feed says of one centre: rows and counters merged over its frames. A frame of a lower epoch is ignored, one
 * that does not follow the last is a gap; it and its successors wait until {@link load} brings the state between.
 * Changed in place: its readers look, and keep nothing across a frame.
 */
export class MergedFeed {
  #frame: Pick<FeedFrame, 'partition' | 'epoch' | 'seq' | 'header'> | undefined;
  #rows = new Map<string, FeedRow>();
  #counters = new Map<string, FeedCounters>();
  #heardMs: number | undefined;
  #pending: FeedFrame[] = [];

  /** 0 before the first frame. */
  get epoch(): number {
    return this.#frame?.epoch ?? 0;
  }
  get seq(): number {
    return this.#frame?.seq ?? 0;
  }
  /** The partition that the centre is in; `undefined` before the first frame. */
  get partition(): number | undefined {
    return this.#frame?.partition;
  }
  get header(): FeedHeader | undefined {
    return this.#frame?.header;
  }
  get rows(): ReadonlyMap<string, FeedRow> {
    return this.#rows;
  }
  get counters(): Iterable<FeedCounters> {
    return this.#counters.values();
  }
  /** Did nothing come for longer than {@link FEED_SILENCE_MS}? */
  isSilent(nowMs: number): boolean {
    return this.#heardMs === undefined || nowMs - this.#heardMs > FEED_SILENCE_MS;
  }

  apply(frame: FeedFrame, nowMs: number): Outcome {
    const held = this.#frame;
    if (held !== undefined && frame.epoch < held.epoch) {
      // a store that lost its epochs begins again below: only a reading of it can tell that from a fenced owner
      return this.isSilent(nowMs) ? this.#wait(frame) : IGNORED;
    }
    const sameEpoch = held !== undefined && frame.epoch === held.epoch;
    if (sameEpoch && frame.seq <= held.seq) return IGNORED;
    if (!frame.complete && !(sameEpoch && frame.seq === held.seq + 1)) return this.#wait(frame);
    if (frame.complete) this.#pending = [];
    this.#heardMs = nowMs;
    return { kind: 'applied', changed: this.#merge(frame) };
  }

  /**
   * Takes a state that was read from the feed, then the frames that waited for it. A state of a lower epoch than the
   * one held counts only when the feed had fallen silent: then the store behind it was lost and began again.
   */
  load(state: FeedState, nowMs: number): Outcome {
    const held = this.#frame;
    const lower = held !== undefined && state.epoch < held.epoch;
    const older = lower || (held !== undefined && state.epoch === held.epoch && state.seq <= held.seq);
    const believed = lower ? this.isSilent(nowMs) : !older;
    if (believed) {
      this.#merge({ ...state, complete: true, removed: [] });
      this.#heardMs = Math.min(nowMs, Math.max(this.#heardMs ?? 0, state.header.asOfMs));
    }
    const waiting = this.#pending.sort((a, b) => a.epoch - b.epoch || a.seq - b.seq);
    this.#pending = [];
    const outcomes = new Set(waiting.map((frame) => this.apply(frame, nowMs).kind));
    if (outcomes.has('gap')) return GAP;
    return believed || outcomes.has('applied') ? { kind: 'applied', changed: 'all' } : IGNORED;
  }

  #wait(frame: FeedFrame): Outcome {
    this.#pending.push(frame);
    if (this.#pending.length > MAX_PENDING_FRAMES) this.#pending.shift();
    return GAP;
  }

  #merge(frame: FeedFrame): Changed {
    const { partition, epoch, seq, header } = frame;
    this.#frame = { partition, epoch, seq, header };
    if (frame.complete) {
      this.#rows = new Map(frame.rows.map((row) => [rowName(row), row]));
      this.#counters = new Map(frame.counters.map((entry) => [counterName(entry), entry]));
      return 'all';
    }
    const changed = new Set<string>();
    for (const key of frame.removed) {
      const name = rowName(key);
      this.#rows.delete(name);
      changed.add(name);
    }
    for (const row of frame.rows) {
      const name = rowName(row);
      const before = this.#rows.get(name);
      this.#rows.set(name, before === undefined ? row : { ...row, kpis: { ...before.kpis, ...row.kpis } });
      changed.add(name);
    }
    for (const entry of frame.counters) this.#counters.set(counterName(entry), entry);
    return changed;
  }
}

function counterName({ queue, channel }: FeedCounters): string {
  return JSON.stringify([queue, channel]);
}
