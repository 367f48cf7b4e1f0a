/** Thrown when more is in flight than ingest will hold. The client is told to come back. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
}

/** Bytes that may be in flight at once. */
export class Budget {
  readonly #limitBytes: number;
  #usedBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** @throws {OverloadedError} when they don't fit; nothing is taken then. */
  take(bytes: number): void {
    if (this.#usedBytes + bytes > this.#limitBytes) {
      throw new OverloadedError(
        `${this.#usedBytes} bytes are in flight and ${bytes} more were asked for: at most ${this.#limitBytes} are held`,
      );
    }
    this.#usedBytes += bytes;
  }

  give(bytes: number): void {
    this.#usedBytes -= bytes;
  }
}
