import { Buffer } from 'node:buffer';

/** Longer lines are no events: the same limit as `POST /v1/events` has. */
export const MAX_LINE_BYTES = 256 * 1024;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A line without its end; `undefined` stands for one that was too long to be kept. */
export type Line = string | undefined;

/** Cuts a stream of bytes into lines of UTF-8, keeping at most one line's worth of what is not whole yet. */
export class LineSplitter {
  #rest: Buffer[] = [];
  #restBytes = 0;

  push(chunk: Uint8Array): Line[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: Line[] = [];
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
      lines.push(this.#complete(bytes.subarray(from, end)));
      from = end + 1;
    }
    if (from < bytes.length) this.#keep(bytes.subarray(from));
    return lines;
  }

  /** The last line, when it has no line end. */
  end(): Line[] {
    return this.#restBytes === 0 ? [] : [this.#complete(Buffer.alloc(0))];
  }

  #keep(part: Buffer): void {
    this.#restBytes += part.length;
    // Copied, for the chunk's memory is read into again.
    if (this.#restBytes <= MAX_LINE_BYTES) this.#rest.push(Buffer.from(part));
    else this.#rest = [];
  }

  #complete(part: Buffer): Line {
    const length = this.#restBytes + part.length;
    const whole =
      this.#restBytes === 0 || length > MAX_LINE_BYTES ? part : Buffer.concat([...this.#rest, part]);
    this.#rest = [];
    this.#restBytes = 0;
    if (length > MAX_LINE_BYTES) return undefined;
    return whole.toString('utf8', 0, whole.at(-1) === CARRIAGE_RETURN ? whole.length - 1 : whole.length);
  }
}
