interface Entry {
  readonly atMs: number;
  /** Entries of one instant run in the order they were made. */
  readonly order: number;
  readonly action: () => void;
}

/** What is still to happen, in the order of time: a binary heap. */
export class Timetable {
  readonly #heap: Entry[] = [];
  #order = 0;
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  /** The instant of the entry that runs, in whole milliseconds since 1970. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs `action` after `delayMs`, at once when that is not above 0. */
  after(delayMs: number, action: () => void): void {
    const atMs = this.#nowMs + Math.max(0, Math.round(delayMs));
    this.#heap.push({ atMs, order: this.#order++, action });
    let child = this.#heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) break;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** Runs the next entry, on its own time. */
  step(): void {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    this.#nowMs = first.atMs;
    first.action();
  }

  #sink(): void {
    for (let parent = 0; ;) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < this.#heap.length && this.#isBefore(child, least)) least = child;
      }
      if (least === parent) return;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #isBefore(left: number, right: number): boolean {
    const [a, b] = [this.#heap[left] as Entry, this.#heap[right] as Entry];
    return a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs;
  }

  #swap(left: number, right: number): void {
    const held = this.#heap[left] as Entry;
    this.#heap[left] = this.#heap[right] as Entry;
    this.#heap[right] = held;
  }
}
