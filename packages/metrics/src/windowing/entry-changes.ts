/** What is told of an entry that came into a bucket, or was taken out of it again before it was due. */
export type EntryVisit = (
  group: number,
  at: number,
  code: number,
  value: number,
  sign: number,
  isTakenOut: boolean,
) => void;

/** Entries that are remembered; what nobody asked for until then is told as a whole. */
const MOST_ENTRIES = 2 ** 18;
const LEAST_ENTRIES = 256;
const INSTANTS = 2;
const LINKS = 3;
const TAKEN_OUT = 2;

/** What came into buckets and was taken out of them since somebody asked, in that order. Bounded. */
export class EntryChanges {
  #instants = new Float64Array(LEAST_ENTRIES * INSTANTS);
  #links = new Int32Array(LEAST_ENTRIES * LINKS);
  #length = 0;
  #isOverfull = false;

  add(group: number, at: number, code: number, value: number, sign: number, isTakenOut: boolean): void {
    if (this.#isOverfull || (this.#length * LINKS === this.#links.length && !this.#grow())) return;
    const link = this.#length * LINKS;
    this.#instants[this.#length * INSTANTS] = at;
    this.#instants[this.#length * INSTANTS + 1] = value;
    this.#links[link] = group;
    this.#links[link + 1] = code;
    this.#links[link + 2] = isTakenOut ? sign * TAKEN_OUT : sign;
    this.#length++;
  }

  /** Were there too many to remember? Then {@link forEach} tells none. */
  get isOverfull(): boolean {
    return this.#isOverfull;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  forEach(visit: EntryVisit): void {
    for (let entry = 0; entry < this.#length; entry++) {
      const link = entry * LINKS;
      const told = this.#links[link + 2]!;
      visit(
        this.#links[link]!,
        this.#instants[entry * INSTANTS]!,
        this.#links[link + 1]!,
        this.#instants[entry * INSTANTS + 1]!,
        Math.sign(told),
        Math.abs(told) === TAKEN_OUT,
      );
    }
  }

  /** Begins anew. */
  clear(): void {
    this.#length = 0;
    this.#isOverfull = false;
  }

  #grow(): boolean {
    if (this.#length >= MOST_ENTRIES) {
      this.#length = 0;
      this.#isOverfull = true;
      return false;
    }
    const instants = new Float64Array(this.#instants.length * 2);
    instants.set(this.#instants);
    this.#instants = instants;
    const links = new Int32Array(this.#links.length * 2);
    links.set(this.#links);
    this.#links = links;
    return true;
  }
}
