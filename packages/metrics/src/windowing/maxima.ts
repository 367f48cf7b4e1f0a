/**
 * The largest value since a second, for every group and any look-back, exact under late arrivals and retractions.
 * Kept: the maximum of each second, and a list of candidates (falling values, rising seconds) that answers a query at
 * once. A late or retracted value marks the list stale; it is rebuilt from the seconds at the next read.
 */
export class Maxima {
  readonly #bySecond = new Map<number, number>();
  #candidates: { second: number; value: number }[] = [];
  #stale = false;

  offer(second: number, value: number): void {
    const known = this.#bySecond.get(second);
    if (known !== undefined && known >= value) return;
    this.#bySecond.set(second, value);
    const last = this.#candidates.at(-1);
    if (last !== undefined && second < last.second) this.#stale = true;
    if (!this.#stale) this.#push(second, value);
  }

  /** A value of that second was taken back; `remaining` is the maximum of what is left in it. */
  retract(second: number, value: number, remaining: number | undefined): void {
    if (this.#bySecond.get(second) !== value) return;
    if (remaining === undefined) this.#bySecond.delete(second);
    else this.#bySecond.set(second, remaining);
    this.#stale = true;
  }

  /** Forgets a second. */
  dropAt(second: number): void {
    if (this.#bySecond.delete(second)) this.#stale = true;
  }

  /** Forgets what lies before `second`. */
  dropBefore(second: number): void {
    if (this.#bySecond.size === 0) return;
    for (const key of this.#bySecond.keys()) if (key < second) this.#bySecond.delete(key);
    while (this.#candidates.length > 0 && this.#candidates[0]!.second < second) this.#candidates.shift();
  }

  /** The largest value at `second` or later. */
  since(second: number): number | undefined {
    if (this.#stale) {
      this.#candidates = [];
      this.#stale = false;
      const seconds = [...this.#bySecond].sort((a, b) => a[0] - b[0]);
      for (const [key, value] of seconds) this.#push(key, value);
    }
    return this.#candidates.find((candidate) => candidate.second >= second)?.value;
  }

  #push(second: number, value: number): void {
    while (this.#candidates.length > 0 && this.#candidates.at(-1)!.value <= value) this.#candidates.pop();
    this.#candidates.push({ second, value });
  }
}
