interface Life {
  readonly role: string;
  readonly mib: number[];
}

/** Lives shorter than this have not come to rest yet, in samples. */
const LEAST_SAMPLES = 40;
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** What processes hold, over all their lives. */
export class Memory {
  readonly #lives = new Map<number, Life>();
  readonly #peaks = new Map<string, number[]>();

  /** A new round: peaks are told by round. */
  begin(): void {
    for (const peaks of this.#peaks.values()) peaks.push(0);
  }

  weighed(role: string, pid: number, mib: number): void {
    const life = this.#lives.get(pid);
    if (life === undefined) this.#lives.set(pid, { role, mib: [mib] });
    else life.mib.push(mib);
    const peaks = this.#peaks.get(role) ?? [0];
    peaks[peaks.length - 1] = Math.max(peaks.at(-1) ?? 0, mib);
    this.#peaks.set(role, peaks);
  }

  /** By role: the most it held in each round, and how much more long lives held in their last third than in their middle one. */
  report(): string[] {
    return [...this.#peaks].map(([role, peaks]) => {
      const long = [...this.#lives.values()].filter(
        (life) => life.role === role && life.mib.length >= LEAST_SAMPLES,
      );
      const growth = long.map(({ mib }) => {
        const third = Math.floor(mib.length / 3);
        return median(mib.slice(2 * third)) / median(mib.slice(third, 2 * third));
      });
      const grown =
        growth.length === 0
          ? ''
          : `; of ${growth.length} long lives the last third held ${median(growth).toFixed(2)} times the middle one, at most ${Math.max(...growth).toFixed(2)}`;
      return `${role}: at most ${Math.max(...peaks)} MiB resident, by round ${peaks.join(' ')}${grown}`;
    });
  }
}
