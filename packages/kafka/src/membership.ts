import { LIMITS } from './options.ts';

/**
 * What a member of the consumer group knows of its membership, by what it was assigned and by the answers to its
 * heartbeats. Pure: instants are arguments, in ms of one clock that never steps.
 *
 * When an answer of the group is an error that it did not expect, kafkajs goes on with what it had: it fetches and
 * heartbeats, a member in good standing to the brokers, whose partitions nobody reads. {@link heartbeat} tells.
 */
export class Membership {
  /** When the group was joined last. */
  #joinedAtMs = Number.NEGATIVE_INFINITY;
  /** The generation that heartbeats have had since. */
  #generation: number | undefined;
  /** Since when nothing is held of what the group assigned; `undefined` while all of it is. */
  #emptySinceMs: number | undefined;

  /** The group was joined, and what it assigned is being taken. */
  joined(nowMs: number): void {
    this.#joinedAtMs = nowMs;
    this.#generation = undefined;
    this.#emptySinceMs = undefined;
  }

  /** All that was assigned was given up, until the group is joined anew. */
  takenAway(nowMs: number): void {
    this.#emptySinceMs ??= nowMs;
  }

  /**
   * The group has answered a heartbeat: the member belongs to it, in that generation. Answers what is wrong when it has
   * nothing of what that generation assigned to it.
   */
  heartbeat(generation: number, nowMs: number): string | undefined {
    if (this.#emptySinceMs !== undefined) {
      const emptyMs = nowMs - this.#emptySinceMs;
      // asked before, it may still be answered; a group that agrees anew answers none
      if (emptyMs <= LIMITS.requestMs) return undefined;
      return `the consumer goes on in its group ${Math.floor(emptyMs / 1000)} s after its partitions were taken away`;
    }
    // of a heartbeat from before joining the answer may still come right after it
    if (nowMs - this.#joinedAtMs < 2 * LIMITS.heartbeatMs) return undefined;
    this.#generation ??= generation;
    if (generation === this.#generation) return undefined;
    return `the consumer goes on in generation ${generation} of the group without having taken what it was assigned`;
  }
}
