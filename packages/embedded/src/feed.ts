import type { FeedFrame, FeedState, LiveFeed } from '@vigie/engine';

import { feedState, judgeFrame, mergeFrame, type MergedFeed } from './feed-state.ts';

/** A live feed within one process. Frames are handed on as they are: neither side may change them afterwards. */
export function createFeed(): LiveFeed {
  return new ProcessFeed();
}

class ProcessFeed implements LiveFeed {
  readonly #centres = new Map<string, MergedFeed>();
  /** The highest epoch seen, by partition. */
  readonly #epochs = new Map<number, number>();
  readonly #subscribers = new Set<(frame: FeedFrame) => void>();
  #closed = false;

  async publish(frame: FeedFrame): Promise<'published' | 'fenced'> {
    this.#assertOpen();
    const { centre } = frame.header;
    const held = this.#centres.get(centre);
    if (frame.epoch < (this.#epochs.get(frame.partition) ?? 0)) return 'fenced';
    const verdict = judgeFrame(held?.frame, frame);
    if (verdict === 'fenced') return 'fenced';
    if (verdict === 'repeated') return 'published';
    if (verdict === 'gap') {
      const has = held === undefined ? 'nothing' : `epoch ${held.frame.epoch}, seq ${held.frame.seq}`;
      throw new Error(
        `centre ${centre}: frame of epoch ${frame.epoch}, seq ${frame.seq} does not follow what the feed holds (${has}): publish a complete frame`,
      );
    }
    this.#epochs.set(frame.partition, frame.epoch);
    this.#centres.set(centre, mergeFrame(held, frame));
    // On a turn of its own each: what a subscriber throws is its fault, not the publisher's.
    for (const onFrame of this.#subscribers) {
      queueMicrotask(() => this.#subscribers.has(onFrame) && onFrame(frame));
    }
    return 'published';
  }

  async readAll(): Promise<readonly FeedState[]> {
    this.#assertOpen();
    return [...this.#centres.values()].map(feedState);
  }

  /** Nothing can be missed here: `onGap` is never called. */
  async subscribe(onFrame: (frame: FeedFrame) => void): Promise<() => Promise<void>> {
    this.#assertOpen();
    const subscriber = (frame: FeedFrame): void => onFrame(frame);
    this.#subscribers.add(subscriber);
    return async () => void this.#subscribers.delete(subscriber);
  }

  async ping(): Promise<void> {
    this.#assertOpen();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#subscribers.clear();
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('the live feed is closed');
  }
}
