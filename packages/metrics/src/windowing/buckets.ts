import type { Visit } from './contribution.ts';

const SECOND_MS = 1000;
const NONE = -1;
const LEAST_ENTRIES = 256;
/** Numbers of an entry in {@link Buckets.#instants}: at, value. */
const INSTANTS = 2;
/** Numbers of an entry in {@link Buckets.#links}: group, code, sign, the next entry of its bucket. */
const LINKS = 4;

/** The second that contains an instant. */
export function secondOf(timeMs: number): number {
  return Math.floor(timeMs / SECOND_MS);
}

/**
 * Sparse 1-second buckets of small signed entries, in no order. All entries lie in two arrays, those of a bucket
 * chained: there may be millions of them, most come and go, and none is an object.
 */
export class Buckets {
  /** First entry by second. */
  readonly #first = new Map<number, number>();
  #instants = new Float64Array(LEAST_ENTRIES * INSTANTS);
  #links = new Int32Array(LEAST_ENTRIES * LINKS);
  /** Entries that were never used begin here. */
  #fresh = 0;
  /** First of the entries that were given back, chained like a bucket. */
  #free = NONE;

  add(group: number, at: number, code: number, value: number, sign: number): void {
    const entry = this.#take();
    const second = secondOf(at);
    this.#instants[entry * INSTANTS] = at;
    this.#instants[entry * INSTANTS + 1] = value;
    this.#links[entry * LINKS] = group;
    this.#links[entry * LINKS + 1] = code;
    this.#links[entry * LINKS + 2] = sign;
    this.#links[entry * LINKS + 3] = this.#first.get(second) ?? NONE;
    this.#first.set(second, entry);
  }

  /** Takes out an entry that was added with these numbers. Answers whether there was one. */
  remove(group: number, at: number, code: number, value: number, sign: number): boolean {
    const second = secondOf(at);
    let before = NONE;
    let entry = this.#first.get(second) ?? NONE;
    while (entry !== NONE && !this.#holds(entry, group, at, code, value, sign)) {
      before = entry;
      entry = this.#next(entry);
    }
    if (entry === NONE) return false;
    const next = this.#next(entry);
    if (before !== NONE) this.#links[before * LINKS + 3] = next;
    else if (next !== NONE) this.#first.set(second, next);
    else this.#first.delete(second);
    this.#giveBack(entry);
    return true;
  }

  /** Calls `visit` for every entry of a second. */
  forEach(second: number, visit: Visit): void {
    let entry = this.#first.get(second) ?? NONE;
    while (entry !== NONE) {
      const at = this.#instants[entry * INSTANTS]!;
      const value = this.#instants[entry * INSTANTS + 1]!;
      const link = entry * LINKS;
      visit(this.#links[link]!, at, this.#links[link + 1]!, value, this.#links[link + 2]!);
      entry = this.#links[link + 3]!;
    }
  }

  /** Forgets a second. */
  drop(second: number): void {
    let entry = this.#first.get(second) ?? NONE;
    while (entry !== NONE) {
      const next = this.#next(entry);
      this.#giveBack(entry);
      entry = next;
    }
    this.#first.delete(second);
  }

  /** The seconds of a stretch that may have a bucket: walks the shorter of the stretch and the buckets. */
  secondsBetween(from: number, to: number): readonly number[] {
    const seconds: number[] = [];
    if (to - from > this.#first.size) {
      for (const second of this.#first.keys()) if (second >= from && second <= to) seconds.push(second);
    } else for (let second = from; second <= to; second++) seconds.push(second);
    return seconds;
  }

  #next(entry: number): number {
    return this.#links[entry * LINKS + 3]!;
  }

  #holds(entry: number, group: number, at: number, code: number, value: number, sign: number): boolean {
    const link = entry * LINKS;
    return (
      this.#instants[entry * INSTANTS] === at &&
      this.#instants[entry * INSTANTS + 1] === value &&
      this.#links[link] === group &&
      this.#links[link + 1] === code &&
      this.#links[link + 2] === sign
    );
  }

  #take(): number {
    const entry = this.#free;
    if (entry === NONE) {
      if ((this.#fresh + 1) * LINKS > this.#links.length) this.#grow();
      return this.#fresh++;
    }
    this.#free = this.#next(entry);
    return entry;
  }

  #giveBack(entry: number): void {
    this.#links[entry * LINKS + 3] = this.#free;
    this.#free = entry;
  }

  #grow(): void {
    const { length } = this.#links;
    const links = new Int32Array(length * 2);
    links.set(this.#links);
    this.#links = links;
    const instants = new Float64Array((length / LINKS) * 2 * INSTANTS);
    instants.set(this.#instants);
    this.#instants = instants;
  }
}
