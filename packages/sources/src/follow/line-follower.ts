import { persist, type FollowClock } from './clock.ts';
import { describe, firstTimeOf, generationsOf, type Generation, type LineTime } from './generations.ts';
import type { WholeLine } from './lines.ts';
import { holdsPosition, TailedFile, type FilePosition } from './tailed-file.ts';

/** Lines that could not be read any more: rotated and compressed or removed, or cut away, before they were seen. */
export interface LineGap {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface LineFollowerOptions {
  readonly file: string;
  /** Where an earlier follower stopped, and when it last saw the end. */
  readonly resume?: { readonly position: FilePosition; readonly seenEndMs: number };
  /** At a first start, rotated files last written before this instant are left alone. */
  readonly notBeforeMs: number;
  readonly lineTime: LineTime;
  /** Gets every whole line once, in order. Nothing more is read until it resolves; a rejection ends the follower. */
  readonly onLines: (lines: readonly WholeLine[], position: FilePosition) => Promise<void>;
  readonly onGap: (gap: LineGap) => Promise<void>;
  /** A rotated file ended, or the file was cut, in the middle of a line. */
  readonly onHalfLine: (bytes: number) => void;
  readonly clock: FollowClock;
  readonly signal: AbortSignal;
  readonly pollMs: number;
}

/**
 * Follows a growing file by name and inode, through rotation by rename (the old file is read to its end through its
 * open handle, and left only once the new one has been written to), through truncation (what was copied away before
 * is read in the copy), and through its own absence (lines written meanwhile are found in the rotated files).
 */
export class LineFollower {
  readonly #options: LineFollowerOptions;
  #tail: TailedFile | undefined;
  #resume: LineFollowerOptions['resume'];
  #seenEndMs: number | undefined;
  #lastLineMs = 0;
  #fault: unknown;

  constructor(options: LineFollowerOptions) {
    this.#options = options;
    this.#resume = options.resume;
  }

  /** When it last saw the end of the file, with all before it delivered; `undefined` until then. */
  get seenEndMs(): number | undefined {
    return this.#seenEndMs;
  }

  /** Up to when everything written has been delivered: the last line's time, or when the end was last seen. */
  get coveredMs(): number {
    return Math.max(this.#seenEndMs ?? 0, this.#resume?.seenEndMs ?? 0, this.#lastLineMs);
  }

  /** File being read; `undefined` while there is none. */
  get path(): string | undefined {
    return this.#tail?.path;
  }

  /** What the system said when the file could not be looked at or read, until that works again. */
  get fault(): unknown {
    return this.#fault;
  }

  /** Runs until the signal is aborted. Rejects only with what `onLines` or `onGap` rejected with. */
  async run(): Promise<void> {
    const { clock, signal, pollMs } = this.#options;
    let isAtEnd = false;
    const step = async (): Promise<void> => {
      isAtEnd = await this.#step();
      this.#fault = undefined;
    };
    const onFailure = (error: unknown): void => {
      if (error instanceof DeliveryError) throw error.cause;
      this.#fault = error;
    };
    try {
      while (!signal.aborted) {
        await persist(step, { clock, signal, onFailure });
        if (isAtEnd) await clock.pause(pollMs, signal);
      }
    } finally {
      await this.#tail?.close();
      this.#tail = undefined;
    }
  }

  /** Reads on; answers whether there is nothing more for now. */
  async #step(): Promise<boolean> {
    const { file, clock, signal } = this.#options;
    const lookedAtMs = clock.now();
    const tail = (this.#tail ??= await this.#openFirst());
    if (tail === undefined) return true;
    const live = await describe(file);
    if ((await this.#drain(tail)) === 'rewritten') {
      await this.#recoverTruncated(tail);
      return false;
    }
    if (signal.aborted) return true;
    // Seen before draining: whoever writes to the new file writes no more to the old one, which is thus complete.
    if (live !== undefined && live.inode !== tail.inode && live.size > 0) {
      await this.#moveOn(tail);
      return false;
    }
    if (!tail.hasHalfLine) this.#seenEndMs = lookedAtMs;
    return true;
  }

  async #drain(tail: TailedFile): Promise<'end' | 'rewritten'> {
    while (!this.#options.signal.aborted) {
      const lines = await tail.read();
      if (typeof lines === 'string') return lines;
      if (lines.length === 0) continue;
      await delivered(this.#options.onLines(lines, tail.position));
      this.#lastLineMs = firstTimeOf(lines.toReversed(), this.#options.lineTime) ?? this.#lastLineMs;
    }
    return 'end';
  }

  async #openFirst(): Promise<TailedFile | undefined> {
    const { file, lineTime, notBeforeMs } = this.#options;
    const generations = await generationsOf(file, lineTime);
    const resume = this.#resume;
    if (resume === undefined) return openGeneration(firstWrittenSince(generations, notBeforeMs));
    const { position, seenEndMs } = resume;
    const own = generations.filter(({ inode }) => inode === position.inode);
    // Where nothing was read yet, every file would match.
    const others = generations.filter(({ inode }) => inode !== position.inode && position.offset > 0);
    for (const generation of [...own, ...others]) {
      if (!(await holdsPosition(generation.path, position))) continue;
      const tail = await openGeneration(generation, position);
      if (tail !== undefined) this.#resume = undefined;
      return tail;
    }
    const next = firstWrittenSince(generations, seenEndMs);
    if (next === undefined) return undefined;
    const toMs = Math.max(next.firstMs ?? this.#options.clock.now(), seenEndMs);
    await delivered(this.#options.onGap({ fromMs: seenEndMs, toMs }));
    const tail = await openGeneration(next);
    if (tail !== undefined) this.#resume = undefined;
    return tail;
  }

  /** Leaves a rotated file for the one that came after it, which need not be the live one yet. */
  async #moveOn(tail: TailedFile): Promise<void> {
    const { file, lineTime, onHalfLine } = this.#options;
    const generations = await generationsOf(file, lineTime);
    const at = generations.findIndex(({ inode }) => inode === tail.inode);
    // Compressed or removed while it was read: then what begins where it ended comes next.
    const next = at === -1 ? firstBegunSince(generations, this.#lastLineMs) : generations[at + 1];
    const successor = await openGeneration(next);
    if (successor === undefined) return;
    const half = tail.dropHalfLine();
    if (half > 0) onHalfLine(half);
    this.#tail = successor;
    await tail.close();
  }

  /**
   * The file was cut. If a copy was made before, reading goes on there, and then in what came after the copy: further
   * copies, the file itself. If not, nobody knows what was cut away.
   */
  async #recoverTruncated(tail: TailedFile): Promise<void> {
    const { file, lineTime, onHalfLine, onGap, clock } = this.#options;
    const { position } = tail;
    if (position.offset > 0) {
      const copies = (await generationsOf(file, lineTime)).filter(({ inode }) => inode !== tail.inode);
      for (const { path } of copies) {
        if (!(await holdsPosition(path, position))) continue;
        this.#tail = await TailedFile.open(path, position);
        await tail.close();
        return;
      }
      const toMs = clock.now();
      await delivered(onGap({ fromMs: Math.min(this.#seenEndMs ?? toMs, toMs), toMs }));
    }
    const half = tail.dropHalfLine();
    if (half > 0) onHalfLine(half);
    tail.restart();
  }
}

/** Tells what the receiver rejected with from what the file system did: only the latter is tried again. */
class DeliveryError extends Error {}

async function delivered(delivery: Promise<void>): Promise<void> {
  try {
    await delivery;
  } catch (error) {
    throw new DeliveryError('the receiver gave up', { cause: error });
  }
}

function firstWrittenSince(generations: readonly Generation[], sinceMs: number): Generation | undefined {
  return generations.find(({ modifiedMs }) => modifiedMs >= sinceMs) ?? generations.at(-1);
}

function firstBegunSince(generations: readonly Generation[], sinceMs: number): Generation | undefined {
  return generations.find(({ firstMs }) => firstMs !== undefined && firstMs >= sinceMs) ?? generations.at(-1);
}

/** Opens what was found; nothing when another file has its name by now: to be looked for again. */
async function openGeneration(
  generation: Generation | undefined,
  from?: FilePosition,
): Promise<TailedFile | undefined> {
  if (generation === undefined) return undefined;
  const tail = await TailedFile.open(generation.path, from);
  if (tail.inode === generation.inode) return tail;
  await tail.close();
  return undefined;
}
