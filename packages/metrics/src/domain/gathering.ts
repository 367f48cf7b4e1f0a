import type { Contributions } from '../windowing/contribution.ts';

/** Where contributions are gathered, used again for every entity; as decimals, so that it never changes its form. */
const gathered: Contributions = [0.5];

/** The contributions of one entity while they are made; only one is made at a time. */
export class Gathering {
  #count = 0;

  /** How many numbers were added. */
  get length(): number {
    return this.#count;
  }

  /** Adds the first so many numbers of others. */
  addFirst(length: number, others: Contributions): void {
    for (let i = 0; i < length; i++) gathered[this.#count++] = others[i]!;
  }

  add(group: number, at: number, code: number, value = 0): void {
    gathered[this.#count++] = group;
    gathered[this.#count++] = at;
    gathered[this.#count++] = code;
    gathered[this.#count++] = value;
  }

  /** What was added, in its order. */
  taken(): Contributions {
    return gathered.slice(0, this.#count);
  }
}
