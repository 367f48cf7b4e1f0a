/** Words that figures are broken down by (categories): numbered, so that contributions can carry them. */
export interface Words {
  /** The number of a word, given at its first use. */
  readonly idOf: (word: string) => number;
  /** The word of a number that {@link idOf} gave. */
  readonly wordOf: (id: number) => string;
}

/** Where nothing was counted there are no words to tell. */
export const NO_WORDS: Words = { idOf: () => 0, wordOf: String };
