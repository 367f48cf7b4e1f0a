/** Words that figures are broken down by (categories): numbered, so that contributions can carry them. */
export interface Words {
  /** The number of a word, given at its first use. */
  readonly idOf: (word: string) => number;
  /** The word of a number that {@link idOf} gave. */
  readonly wordOf: (id: number) => string;
}

/** A tally counts each word once: so many hits are told as powers of two, each a word of its own. */
export const hitsWord = (hits: number, keyword: string): string => `${hits}×${keyword}`;

/** What {@link hitsWord} was made of; of any other word one hit. */
export function hitsOf(word: string): { readonly hits: number; readonly keyword: string } {
  const at = word.indexOf('×');
  const hits = Number(word.slice(0, Math.max(at, 0)));
  return hits > 0 ? { hits, keyword: word.slice(at + 1) } : { hits: 1, keyword: word };
}

/** Where nothing was counted there are no words to tell. */
export const NO_WORDS: Words = { idOf: () => 0, wordOf: String };
