import type { PartitionId } from '@vigie/engine';

/** The log tries a failed assignment again within 2 s; one that is not tried again was given to another member. */
const RETRIED_WITHIN_MS = 5000;

/** Partitions whose state is on its way from the checkpoint, between two attempts included: nobody has their figures. */
export class Restoring {
  readonly #clock: () => number;
  /** When the last attempt failed; `undefined` while one is under way. */
  readonly #failedAtMs = new Map<PartitionId, number | undefined>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get size(): number {
    const forgetBefore = this.#clock() - RETRIED_WITHIN_MS;
    for (const [partition, failedAt] of this.#failedAtMs) {
      if (failedAt !== undefined && failedAt < forgetBefore) this.#failedAtMs.delete(partition);
    }
    return this.#failedAtMs.size;
  }

  /** Counts the partition until `restore` has succeeded. */
  async during<T>(partition: PartitionId, restore: () => Promise<T>): Promise<T> {
    this.#failedAtMs.set(partition, undefined);
    try {
      const restored = await restore();
      this.#failedAtMs.delete(partition);
      return restored;
    } catch (error) {
      this.#failedAtMs.set(partition, this.#clock());
      throw error;
    }
  }
}
