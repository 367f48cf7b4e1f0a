import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PartitionProcessor } from '@vigie/engine';

/** Entities that may wait to be judged. */
const MOST_UNSETTLED = 16_384;
/** So many are judged before the process does other work again. */
const SETTLED_AT_ONCE = 256;

/** Judges what has changed in a partition bit by bit, so that the process has turns for its other work in between. */
export class Settling {
  readonly #processor: Pick<PartitionProcessor, 'settle' | 'unsettled'>;
  readonly #isStopped: () => boolean;
  #running: Promise<void> | undefined;

  constructor(processor: Pick<PartitionProcessor, 'settle' | 'unsettled'>, isStopped: () => boolean) {
    this.#processor = processor;
    this.#isStopped = isStopped;
  }

  /** Is it under way, or has so much changed that nothing further may be applied before it was? */
  get isDue(): boolean {
    return this.#running !== undefined || this.#processor.unsettled >= MOST_UNSETTLED;
  }

  /** Judges everything, unless the partition is given up meanwhile. Rejects when something cannot be judged. */
  async run(): Promise<void> {
    if (this.#running === undefined && this.#processor.unsettled <= SETTLED_AT_ONCE) return;
    this.#running ??= this.#bitByBit().finally(() => (this.#running = undefined));
    await this.#running;
  }

  async #bitByBit(): Promise<void> {
    while (this.#processor.unsettled > 0 && !this.#isStopped()) {
      this.#processor.settle(SETTLED_AT_ONCE);
      await nextTurn();
    }
  }
}
