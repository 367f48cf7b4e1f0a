import { statfs } from 'node:fs/promises';

/** Writes that fail for so long on a disk that has room: the disk is broken, or LMDB has given the environment up. */
const LOST_AFTER_MS = 10_000;
/** A disk with less room is full. */
const ROOM_BYTES = 1024 * 1024;

/** A write that is not on the disk: nothing of it is, and it may be tried again. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
}

/**
 * The disk under a data directory. A full one is waited for: writes are rejected until there is room. One that fails
 * although it has room is told to `onLost`, once.
 */
export class Disk {
  readonly #place: string;
  readonly #onLost: (error: Error) => void;
  readonly #now: () => number;
  #failingSinceMs: number | undefined;
  #lost = false;

  constructor(
    place: string,
    onLost: (error: Error) => void = () => undefined,
    now: () => number = () => performance.now(),
  ) {
    this.#place = place;
    this.#onLost = onLost;
    this.#now = now;
  }

  /** What `write` answers, once all of it is on the disk. Rejects with a {@link DiskError}. */
  async write<T>(write: () => Promise<T>): Promise<T> {
    try {
      const answer = await write();
      this.#failingSinceMs = undefined;
      return answer;
    } catch (error) {
      throw await this.#failure(error);
    }
  }

  async #failure(error: unknown): Promise<unknown> {
    const cause = await causeOf(error);
    // A refusal of our own is none of the disk.
    if (cause === undefined) return error;
    const since = (this.#failingSinceMs ??= this.#now());
    const isFull = await this.#isFull();
    const why = isFull ? 'the disk is full' : `the disk fails (${cause.message})`;
    if (!isFull && !this.#lost && this.#now() - since >= LOST_AFTER_MS) {
      this.#lost = true;
      this.#onLost(
        new Error(`${this.#place}: no write has succeeded for ${LOST_AFTER_MS / 1000} s: ${why}`, { cause }),
      );
    }
    return new DiskError(`${this.#place} cannot be written: ${why}`, { cause });
  }

  async #isFull(): Promise<boolean> {
    try {
      const { bavail, bsize } = await statfs(this.#place);
      return bavail * bsize < ROOM_BYTES;
    } catch {
      return false;
    }
  }
}

/** The system's error behind one of LMDB: its commits are rejected with a promise of why. */
async function causeOf(error: unknown): Promise<Error | undefined> {
  const { commitError, code } = error as { readonly commitError?: Promise<never>; readonly code?: unknown };
  if (commitError !== undefined) {
    // It may never come; what is known says enough then.
    const told = await Promise.race([
      commitError.catch((reason: unknown) => reason),
      new Promise((resolve) => setImmediate(resolve)),
    ]);
    return told instanceof Error ? told : (error as Error);
  }
  return typeof code === 'number' ? (error as Error) : undefined;
}
