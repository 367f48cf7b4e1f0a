/**
 * Writes to many clients without holding the event loop: so many in a turn, then others have theirs. Jobs run in the
 * order they were added.
 */
export class Outbox {
  readonly #perTurn: number;
  readonly #jobs: Iterator<void>[] = [];
  #scheduled: NodeJS.Immediate | undefined;

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
  }

  /** A job does a small step at each `next`. */
  add(job: Iterator<void>): void {
    this.#jobs.push(job);
    if (this.#scheduled === undefined && this.#jobs.length === 1) this.#run();
  }

  stop(): void {
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    this.#jobs.length = 0;
  }

  #run(): void {
    this.#scheduled = undefined;
    let left = this.#perTurn;
    for (let job = this.#jobs[0]; job !== undefined; job = this.#jobs[0]) {
      while (left > 0 && job.next().done !== true) left -= 1;
      if (left === 0) {
        this.#scheduled = setImmediate(() => this.#run());
        return;
      }
      this.#jobs.shift();
    }
  }
}
