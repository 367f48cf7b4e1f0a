/** A bucket of tokens. One that is overdrawn by `floodAt` belongs to a flood. */
export class RateLimit {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #floodAt: number;
  #tokens: number;
  #atMs: number;

  constructor(options: {
    readonly burst: number;
    readonly perSecond: number;
    readonly floodAt: number;
    readonly nowMs: number;
  }) {
    this.#burst = options.burst;
    this.#perSecond = options.perSecond;
    this.#floodAt = options.floodAt;
    this.#tokens = options.burst;
    this.#atMs = options.nowMs;
  }

  take(nowMs: number): 'pass' | 'over' | 'flood' {
    const gained = (Math.max(0, nowMs - this.#atMs) / 1000) * this.#perSecond;
    this.#atMs = nowMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained) - 1;
    if (this.#tokens >= 0) return 'pass';
    return -this.#tokens > this.#floodAt ? 'flood' : 'over';
  }
}
