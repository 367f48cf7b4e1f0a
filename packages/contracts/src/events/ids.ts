/** An id is at most this long in UTF-8: what is kept of it, on disk and in keys, is bounded by it. */
export const MAX_ID_BYTES = 200;

/** Is a text short enough for an id? Each of its UTF-16 units takes three bytes at most. */
export function fitsId(text: string): boolean {
  return text.length * 3 <= MAX_ID_BYTES || utf8Length(text) <= MAX_ID_BYTES;
}

/** Bytes of a text in UTF-8; a lone surrogate counts three, as the replacement character it is written as. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
