/** An answer that is longer on its way is trouble, ms. */
const DEFAULT_SLOW_MS = 1500;

/** How the last of several attempts at the same went: what readiness says of it. */
export class Attempts {
  readonly #sentence: string;
  readonly #slowMs: number;
  #failure: string | undefined;
  /** Of the oldest that is under way, of a clock that nobody sets. */
  #since: number | undefined;

  /** `sentence`: what is wrong while they do not succeed, e.g. `the checkpoint cannot be written`. */
  constructor(sentence: string, slowMs = DEFAULT_SLOW_MS) {
    this.#sentence = sentence;
    this.#slowMs = slowMs;
  }

  /** Why it does not succeed at present. */
  get trouble(): string | undefined {
    if (this.#failure !== undefined) return `${this.#sentence}: ${this.#failure}`;
    const waitedMs = this.#since === undefined ? 0 : performance.now() - this.#since;
    return waitedMs < this.#slowMs
      ? undefined
      : `${this.#sentence}: no answer for ${(waitedMs / 1000).toFixed(1)} s`;
  }

  /** Follows an attempt; answers and rejects as it does. */
  async watch<T>(attempt: Promise<T>): Promise<T> {
    this.#since ??= performance.now();
    try {
      const answer = await attempt;
      this.#failure = undefined;
      return answer;
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      this.#since = undefined;
    }
  }
}
