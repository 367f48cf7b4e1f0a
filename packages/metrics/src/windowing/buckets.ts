import type { Visit } from './contribution.ts';
import { EntryChanges } from './entry-changes.ts';

const SECOND_MS = 1000;
/** Chains of a bucket: what is taken out before it is due must be found, and many wait in the seconds of the hours to come. */
const PARTS = 8;
const PART_MS = SECOND_MS / PARTS;
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

function partOf(timeMs: number): number {
  return Math.floor(timeMs / PART_MS);
}

/**
 * Sparse 1-second buckets of small signed entries, in no order. All entries lie in two arrays, those of a part of a
 * bucket chained: there may be millions of them, most come and go, and none is an object.
 */
export class Buckets {
  /** What {@link add} and {@link remove} did; what {@link drop} forgets is not told. */
  readonly changes = new EntryChanges();
  /** First entry by part of a second. */
  readonly #first = new Map<number, number>();
  /** The latest instant that ever had an entry. */
  #latestMs = Number.NEGATIVE_INFINITY;
  #instants = new Float64Array(LEAST_ENTRIES * INSTANTS);
  #links = new Int32Array(LEAST_ENTRIES * LINKS);
  /** Entries that were never used begin here. */
  #fresh = 0;
  /** First of the entries that were given back, chained like a bucket. */
  #free = NONE;

  add(group: number, at: number, code: number, value: number, sign: number): void {
    this.changes.add(group, at, code, value, sign, false);
    this.restore(group, at, code, value, sign);
  }

  /** Puts an entry back that a checkpoint had: no change. */
  restore(group: number, at: number, code: number, value: number, sign: number): void {
    const entry = this.#take();
    const part = partOf(at);
    if (at > this.#latestMs) this.#latestMs = at;
    this.#instants[entry * INSTANTS] = at;
    this.#instants[entry * INSTANTS + 1] = value;
    this.#links[entry * LINKS] = group;
    this.#links[entry * LINKS + 1] = code;
    this.#links[entry * LINKS + 2] = sign;
    this.#links[entry * LINKS + 3] = this.#first.get(part) ?? NONE;
    this.#first.set(part, entry);
  }

  /** Takes out an entry that was added with these numbers. Answers whether there was one. */
  remove(group: number, at: number, code: number, value: number, sign: number): boolean {
    if (!this.takeOut(group, at, code, value, sign)) return false;
    this.changes.add(group, at, code, value, sign, true);
    return true;
  }

  /** The same, of a checkpoint: no change. */
  takeOut(group: number, at: number, code: number, value: number, sign: number): boolean {
    const part = partOf(at);
    let before = NONE;
    let entry = this.#first.get(part) ?? NONE;
    while (entry !== NONE && !this.#holds(entry, group, at, code, value, sign)) {
      before = entry;
      entry = this.#next(entry);
    }
    if (entry === NONE) return false;
    const next = this.#next(entry);
    if (before !== NONE) this.#links[before * LINKS + 3] = next;
    else if (next !== NONE) this.#first.set(part, next);
    else this.#first.delete(part);
    this.#giveBack(entry);
    return true;
  }

  /** Calls `visit` for every entry of a second. */
  forEach(second: number, visit: Visit): void {
    this.#forEachIn(second * PARTS, (second + 1) * PARTS - 1, visit);
  }

  /** Calls `visit` for every entry dated after `from` and not after `to`. */
  forEachBetween(from: number, to: number, visit: Visit): void {
    const due: Visit = (group, at, code, value, sign) => {
      if (at > from && at <= to) visit(group, at, code, value, sign);
    };
    const [first, last] = [partOf(from), partOf(to)];
    if (last - first <= PARTS) this.#forEachIn(first, last, due);
    else for (const second of this.secondsBetween(secondOf(from), secondOf(to))) this.forEach(second, due);
  }

  #forEachIn(first: number, last: number, visit: Visit): void {
    for (let part = first; part <= last; part++) {
      let entry = this.#first.get(part) ?? NONE;
      while (entry !== NONE) {
        const at = this.#instants[entry * INSTANTS]!;
        const value = this.#instants[entry * INSTANTS + 1]!;
        const link = entry * LINKS;
        visit(this.#links[link]!, at, this.#links[link + 1]!, value, this.#links[link + 2]!);
        entry = this.#links[link + 3]!;
      }
    }
  }

  /** Forgets a second. */
  drop(second: number): void {
    for (let part = second * PARTS; part < (second + 1) * PARTS; part++) {
      let entry = this.#first.get(part) ?? NONE;
      if (entry === NONE) continue;
      while (entry !== NONE) {
        const next = this.#next(entry);
        this.#giveBack(entry);
        entry = next;
      }
      this.#first.delete(part);
    }
  }

  /** The seconds from `from` on that may have a bucket and whose remainder by `pages` is `page`. */
  secondsOf(page: number, pages: number, from: number): readonly number[] {
    const latest = secondOf(this.#latestMs);
    if ((latest - from) / pages > this.#first.size)
      return [...this.secondsBetween(from, latest)].filter((second) => second % pages === page);
    const seconds: number[] = [];
    const first = from + ((((page - from) % pages) + pages) % pages);
    for (let second = first; second <= latest; second += pages) seconds.push(second);
    return seconds;
  }

  /** The seconds of a stretch that may have a bucket: walks the shorter of the stretch and the buckets. */
  secondsBetween(from: number, to: number): Iterable<number> {
    if (to - from > this.#first.size) {
      const seconds = new Set<number>();
      for (const part of this.#first.keys()) {
        const second = Math.floor(part / PARTS);
        if (second >= from && second <= to) seconds.add(second);
      }
      return seconds;
    }
    const seconds: number[] = [];
    for (let second = from; second <= to; second++) seconds.push(second);
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
