import { FIGURE_NAMES, type Words } from '@vigie/metrics';

/** Words beyond the cap are counted under this one. */
export const OTHER_WORD = '_other';
const MAX_WORDS = 1000;

/**
 * Numbers the words that a centre's figures are broken down by, beginning with the names of imported figures; those
 * beyond the cap count as {@link OTHER_WORD}.
 */
export class WordTable implements Words {
  readonly #words: string[] = [...FIGURE_NAMES];
  readonly #ids = new Map(this.#words.map((word, id) => [word, id]));

  readonly idOf = (word: string): number => {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    if (this.#words.length >= MAX_WORDS && word !== OTHER_WORD) return this.idOf(OTHER_WORD);
    const id = this.#words.push(word) - 1;
    this.#ids.set(word, id);
    return id;
  };

  readonly wordOf = (id: number): string => {
    const word = this.#words[id];
    if (word === undefined) throw new Error(`word ${id} was never numbered`);
    return word;
  };
}
