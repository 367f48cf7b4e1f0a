import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LineSplitter } from './lines.ts';

/** One file of a rotated log. */
export interface Generation {
  readonly path: string;
  readonly inode: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** Time of its first line that has one, milliseconds since 1970. */
  readonly firstMs: number | undefined;
}

/** Tells the time of a line; `undefined` for one without. */
export type LineTime = (line: string) => number | undefined;

/** Rotated files looked at: the newest so many. */
const MAX_GENERATIONS = 64;
const COMPRESSED = /\.(gz|bz2|xz|zst|lz4|Z)$/;
const HEAD_BYTES = 65_536;

/**
 * The files of a log, oldest first: rotated ones (`queue_log.0`, `queue_log.1`, `queue_log-20261121`, …) by the time of
 * their first line, since their numbers run up or down as the PBX is set, and the live one last, if it is there.
 * Compressed ones and those without a timed line are left out.
 */
export async function generationsOf(file: string, lineTime: LineTime): Promise<Generation[]> {
  for (;;) {
    const before = await describe(file);
    const rotated = await rotatedFilesOf(file, lineTime);
    const live = await describe(file);
    // Renamed meanwhile, the file of before may be under neither name in what was seen.
    if (live?.inode !== before?.inode) continue;
    const others = rotated.filter(({ inode }) => inode !== live?.inode);
    return live === undefined ? others : [...others, { ...live, firstMs: await firstTime(file, lineTime) }];
  }
}

async function rotatedFilesOf(file: string, lineTime: LineTime): Promise<Generation[]> {
  const folder = dirname(file);
  const name = basename(file);
  const names = await readdir(folder).catch((): string[] => []);
  const rotated = names.filter(
    (other) => (other.startsWith(`${name}.`) || other.startsWith(`${name}-`)) && !COMPRESSED.test(other),
  );
  const found = await Promise.all(rotated.map((other) => describe(join(folder, other))));
  const newest = found
    .filter((generation) => generation !== undefined)
    .toSorted((a, b) => b.modifiedMs - a.modifiedMs)
    .slice(0, MAX_GENERATIONS);
  const timed = await Promise.all(
    newest.map(async (generation) => ({
      ...generation,
      firstMs: await firstTime(generation.path, lineTime),
    })),
  );
  return timed
    .filter(({ firstMs }) => firstMs !== undefined)
    .toSorted((a, b) => (a.firstMs ?? 0) - (b.firstMs ?? 0) || a.modifiedMs - b.modifiedMs);
}

/** The file as it is now, without its first line's time; `undefined` when it isn't there or no regular file. */
export async function describe(path: string): Promise<Omit<Generation, 'firstMs'> | undefined> {
  const found = await stat(path, { bigint: true }).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined || !found.isFile()) return undefined;
  const { ino, size, mtimeMs } = found;
  return { path, inode: String(ino), size: Number(size), modifiedMs: Number(mtimeMs) };
}

async function firstTime(path: string, lineTime: LineTime): Promise<number | undefined> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: new Uint8Array(HEAD_BYTES), position: 0 });
    const lines = new LineSplitter().push(buffer.subarray(0, bytesRead));
    return firstTimeOf(lines, lineTime);
  } finally {
    await handle.close();
  }
}

/** Time of the first line that has one. */
export function firstTimeOf(lines: readonly (string | undefined)[], lineTime: LineTime): number | undefined {
  for (const line of lines) {
    const timeMs = line === undefined ? undefined : lineTime(line);
    if (timeMs !== undefined) return timeMs;
  }
  return undefined;
}
