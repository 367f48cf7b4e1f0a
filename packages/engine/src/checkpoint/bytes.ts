/** Larger numbers are instants, ms since 1970, and best told by how far they lie from others. */
export const LEAST_INSTANT = 2 ** 36;
const FIRST_BYTES = 4096;
/** A buffer that has grown beyond this is given back. */
const KEPT_BYTES = 2 ** 20;
/** The most bytes that a count takes, and a code unit of a text. */
const MOST_COUNT_BYTES = 8;
const MOST_UNIT_BYTES = 3;

/** Words that a text may be told by, each by its number. */
export class WordList {
  readonly words: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(words: readonly string[]) {
    this.words = words;
    this.#numbers = new Map(words.map((word, number) => [word, number]));
  }

  /** −1: it is none of them. */
  numberOf(word: string): number {
    return this.#numbers.get(word) ?? -1;
  }
}

/** Writes numbers and texts one after the other into a buffer that grows. Texts come back exactly, whatever is in them. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written since the last call, as a copy of its own. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.clear();
    return taken;
  }

  /** What was written from a position on; valid until more is written. */
  from(position: number): Uint8Array {
    return this.#bytes.subarray(position, this.#length);
  }

  /** Forgets what was written. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#replace(new Uint8Array(FIRST_BYTES));
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A non-negative integer up to 2^53. */
  count(value: number): void {
    this.#reserve(MOST_COUNT_BYTES);
    const bytes = this.#bytes;
    if (value < 0x80) {
      bytes[this.#length++] = value;
      return;
    }
    let at = this.#length;
    let rest = value;
    while (rest >= 0x80) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest = rest > 0x7fffffff ? Math.floor(rest / 0x80) : rest >>> 7;
    }
    bytes[at++] = rest;
    this.#length = at;
  }

  /** An integer of either sign up to 2^52. */
  integer(value: number): void {
    this.count(value < 0 ? -value * 2 - 1 : value * 2);
  }

  /** Any number: an integer as one, another in full. */
  number(value: number): void {
    if (Number.isSafeInteger(value) && Math.abs(value) < 2 ** 51 && !Object.is(value, -0)) {
      this.integer(value * 2);
      return;
    }
    this.integer(1);
    this.float64(value);
  }

  /** Eight bytes, the highest first. */
  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value);
    this.#length += 8;
  }

  /** Four bytes, the highest first. */
  uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
  }

  /** Puts another number in the place of one that {@link uint32} wrote. */
  replaceUint32(position: number, value: number): void {
    this.#view.setUint32(position, value);
  }

  /**
   * A text, told by what it shares with the beginning of `previous`; one of `words` by its number among them, which the
   * reader has as well.
   */
  text(value: string, previous: string, words?: WordList): void {
    const word = words === undefined ? -1 : words.numberOf(value);
    if (word >= 0) {
      // It cannot share more than there is.
      this.count(previous.length + 1 + word);
      return;
    }
    const { length } = value;
    const most = Math.min(length, previous.length);
    let shared = 0;
    while (shared < most && value.charCodeAt(shared) === previous.charCodeAt(shared)) shared++;
    this.count(shared);
    this.count(length - shared);
    this.#reserve((length - shared) * MOST_UNIT_BYTES);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = shared; i < length; i++) {
      // as a count, of which there is room
      let code = value.charCodeAt(i);
      for (; code >= 0x80; code >>>= 7) bytes[at++] = (code & 0x7f) | 0x80;
      bytes[at++] = code;
    }
    this.#length = at;
  }

  textList(values: readonly string[], words: WordList): void {
    this.count(values.length);
    for (const value of values) this.text(value, '', words);
  }

  /** Bytes whose length the reader knows. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#replace(grown);
  }

  #replace(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Reads what a {@link ByteWriter} wrote, in the same order. Throws a `RangeError` beyond the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = bytes;
    this.position = position;
  }

  get isAtEnd(): boolean {
    return this.position >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.position];
    if (value === undefined) throw new RangeError('the bytes end in the middle of a value');
    this.position++;
    return value;
  }

  count(): number {
    let value = this.byte();
    if (value < 0x80) return value;
    value &= 0x7f;
    for (let scale = 0x80; ; scale *= 0x80) {
      const next = this.byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) return value;
    }
  }

  integer(): number {
    const value = this.count();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  number(): number {
    const value = this.integer();
    if (value % 2 === 0) return value / 2;
    const { buffer, byteOffset } = this.#bytes;
    const read = new DataView(buffer, byteOffset).getFloat64(this.position);
    this.position += 8;
    return read;
  }

  text(previous: string, words?: WordList): string {
    const shared = this.count();
    if (words !== undefined && shared > previous.length)
      return words.words[shared - previous.length - 1] ?? '';
    const length = this.count();
    if (length === 0) return previous.slice(0, shared);
    let tail = '';
    for (let i = 0; i < length; i++) {
      const code = this.#bytes[this.position]! < 0x80 ? this.#bytes[this.position++]! : this.count();
      tail += String.fromCharCode(code);
    }
    return shared === 0 ? tail : previous.slice(0, shared) + tail;
  }

  /** Is the text that stands here, told against `previous`, that one? */
  isText(expected: string, previous: string): boolean {
    const shared = this.count();
    const length = this.count();
    if (shared + length !== expected.length || !expected.startsWith(previous.slice(0, shared))) return false;
    let i = shared;
    while (i < expected.length && this.count() === expected.charCodeAt(i)) i++;
    return i === expected.length;
  }

  textList(words: WordList): readonly string[] {
    return Array.from({ length: this.count() }, () => this.text('', words));
  }
}
