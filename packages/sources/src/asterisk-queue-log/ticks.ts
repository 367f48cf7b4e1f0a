/** What is counted within one second of the log. */
interface Second {
  lines: number;
  /** How often a text was seen: whole lines, and (call, queue) entries. */
  seen: Map<string, number>;
}

/** JSON-safe picture of {@link Ticks}. */
export type TicksState = readonly (readonly [
  epochSeconds: number,
  lines: number,
  seen: readonly (readonly [string, number])[],
])[];

/** Threads of the PBX read the clock before they write, so that a second can come back once the next one began. */
const SECONDS_KEPT = 4;
/** Width of `sequence`: a million lines in one second. */
const SEQUENCE_WIDTH = 6;

/** Tells the lines of one second apart: their order, and which of identical ones is which. Keeps a few seconds only. */
export class Ticks {
  readonly #seconds = new Map<number, Second>();

  constructor(state?: TicksState) {
    for (const [second, lines, seen] of state ?? [])
      this.#seconds.set(second, { lines, seen: new Map(seen) });
  }

  /** Ordinal of the next line of that second, as the fixed-width text of `sequence`. */
  nextSequence(epochSeconds: number): string {
    const second = this.#of(epochSeconds);
    second.lines += 1;
    return String(second.lines).padStart(SEQUENCE_WIDTH, '0');
  }

  /** How often this text was seen in that second before: 0 for the first. */
  ordinal(epochSeconds: number, text: string): number {
    const { seen } = this.#of(epochSeconds);
    const before = seen.get(text) ?? 0;
    seen.set(text, before + 1);
    return before;
  }

  clear(): void {
    this.#seconds.clear();
  }

  state(): TicksState {
    return [...this.#seconds].map(([second, { lines, seen }]) => [second, lines, [...seen]] as const);
  }

  #of(epochSeconds: number): Second {
    let second = this.#seconds.get(epochSeconds);
    if (second === undefined) {
      second = { lines: 0, seen: new Map() };
      this.#seconds.set(epochSeconds, second);
      for (const oldest of this.#seconds.keys()) {
        if (this.#seconds.size <= SECONDS_KEPT) break;
        this.#seconds.delete(oldest);
      }
    }
    return second;
  }
}
