/** A bucket of tokens for each of many: who has used his up has to wait. */
export class Allowances<K> {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #max: number;
  readonly #used = new Map<K, { tokens: number; atMs: number }>();
  /** Those forgotten for want of room, whoever used theirs longest ago. */
  forgotten = 0;

  constructor(options: { readonly burst: number; readonly perSecond: number; readonly max: number }) {
    this.#burst = options.burst;
    this.#perSecond = options.perSecond;
    this.#max = options.max;
  }

  get size(): number {
    return this.#used.size;
  }

  /** Uses one; `false` when there is none left. */
  take(who: K, nowMs: number): boolean {
    const before = this.#used.get(who) ?? { tokens: this.#burst, atMs: nowMs };
    const regained = (Math.max(0, nowMs - before.atMs) / 1000) * this.#perSecond;
    const tokens = Math.min(this.#burst, before.tokens + regained);
    // Put last: the first of the map is whoever used one longest ago.
    this.#used.delete(who);
    this.#used.set(who, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
    if (this.#used.size > this.#max) {
      const [oldest] = this.#used.keys();
      if (oldest !== undefined) this.#used.delete(oldest);
      this.forgotten += 1;
    }
    return tokens >= 1;
  }
}
