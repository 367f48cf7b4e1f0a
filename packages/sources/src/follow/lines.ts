import { Buffer } from 'node:buffer';

/** Asterisk writes a line from a buffer of 8 KiB; far beyond that it is no line. */
export const MAX_LINE_BYTES = 65_536;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A whole line without its end; `undefined` stands for one that is too long, which is dropped. */
export type WholeLine = string | undefined;

/** Cuts a stream of bytes into whole lines. What has no line end yet is kept back, at most one line's worth. */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #decode: (line: Buffer) => string;
  #rest: Buffer[] = [];
  #restBytes = 0;

  /** `decode` makes text of a line that ends before its line feed. Without options: lines of a log. */
  constructor({
    maxBytes = MAX_LINE_BYTES,
    decode = decodeLine,
  }: { readonly maxBytes?: number; readonly decode?: (line: Buffer) => string } = {}) {
    this.#maxBytes = maxBytes;
    this.#decode = decode;
  }

  /** Bytes seen since the last line end, those of a line too long to be kept included. */
  get pendingBytes(): number {
    return this.#restBytes;
  }

  push(chunk: Uint8Array): WholeLine[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: WholeLine[] = [];
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
      lines.push(this.#complete(bytes.subarray(from, end)));
      from = end + 1;
    }
    if (from < bytes.length) this.#keep(bytes.subarray(from));
    return lines;
  }

  /** The last line, when it has no line end. */
  end(): WholeLine[] {
    return this.#restBytes === 0 ? [] : [this.#complete(Buffer.alloc(0))];
  }

  /** Forgets the half line, and tells how many bytes it had. */
  dropRest(): number {
    const dropped = this.#restBytes;
    this.#rest = [];
    this.#restBytes = 0;
    return dropped;
  }

  #keep(part: Buffer): void {
    this.#restBytes += part.length;
    // Copied, for the chunk's memory is read into again.
    if (this.#restBytes <= this.#maxBytes) this.#rest.push(Buffer.from(part));
    else this.#rest = [];
  }

  #complete(part: Buffer): WholeLine {
    const length = this.#restBytes + part.length;
    const whole = this.#restBytes === 0 ? part : Buffer.concat([...this.#rest, part]);
    this.dropRest();
    return length > this.#maxBytes ? undefined : this.#decode(whole);
  }
}

/**
 * Text of a line: UTF-8, or Latin-1 where it isn't UTF-8 (a file carries no word on its encoding, and one wrong byte
 * in a name must not cost the line). A byte order mark and a carriage return at the end are no part of it.
 */
export function decodeLine(bytes: Buffer): string {
  const text = decodeUtf8(bytes);
  const decoded = text.includes('\uFFFD') ? bytes.toString('latin1', 0, lengthOf(bytes)) : text;
  return decoded.startsWith('\uFEFF') ? decoded.slice(1) : decoded;
}

/** Text of a line of UTF-8; a carriage return at the end is no part of it. */
export function decodeUtf8(bytes: Buffer): string {
  return bytes.toString('utf8', 0, lengthOf(bytes));
}

function lengthOf(bytes: Buffer): number {
  return bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
}
