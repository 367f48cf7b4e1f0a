import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A run of the simulation and how far it was posted: enough to go on with it, for the rest is deterministic. */
export interface RunState {
  readonly seed: number;
  readonly rate: number;
  readonly startMs: number;
  readonly postedToMs: number;
}

const FILE = 'simulator.json';

/** `undefined` when there is none, or it can't be read. */
export async function loadRun(dataDirectory: string): Promise<RunState | undefined> {
  try {
    const read = JSON.parse(await readFile(join(dataDirectory, FILE), 'utf8')) as Partial<RunState>;
    const { seed, rate, startMs, postedToMs } = read;
    const numbers = [seed, rate, startMs, postedToMs];
    return numbers.every((value) => Number.isFinite(value)) ? (read as RunState) : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces it whole. An older one does no harm: the same events are posted again. */
export async function saveRun(dataDirectory: string, run: RunState): Promise<void> {
  await mkdir(dataDirectory, { recursive: true });
  const path = join(dataDirectory, FILE);
  await writeFile(`${path}.new`, JSON.stringify(run));
  await rename(`${path}.new`, path);
}

/**
 * The run to play: the one that was interrupted, if it is the same traffic, stopped less than `backfillMs` ago and is
 * not too long to be gone through again; else a new one that begins `backfillMs` before now.
 */
export function chooseRun(
  saved: RunState | undefined,
  wanted: { readonly seed: number; readonly rate: number },
  { nowMs, backfillMs, maxRunMs }: { nowMs: number; backfillMs: number; maxRunMs: number },
): RunState {
  const isSame = saved?.seed === wanted.seed && saved.rate === wanted.rate;
  if (saved !== undefined && isSame) {
    const isRecent = saved.postedToMs >= nowMs - backfillMs && saved.postedToMs <= nowMs;
    if (isRecent && nowMs - saved.startMs <= maxRunMs && saved.startMs <= saved.postedToMs) return saved;
  }
  // A new run must not overlap an older one: the same agents would live twice.
  const startMs = Math.max(nowMs - backfillMs, Math.min(saved?.postedToMs ?? 0, nowMs));
  return { ...wanted, startMs, postedToMs: startMs };
}
