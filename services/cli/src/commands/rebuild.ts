import type { Configuration } from '@vigie/contracts';
import { CheckpointFormatError, positionOfHead, type CheckpointStore, type PartitionId } from '@vigie/engine';
import type { Variables } from '@vigie/service-kit';
import { FailedError, UsageError } from '../errors.ts';
import { openCheckpoints, type CheckpointFlags } from '../stored-checkpoints.ts';
import { shown, type Terminal } from '../terminal.ts';

export interface RebuildFlags extends CheckpointFlags {
  readonly partition?: readonly string[];
  readonly whileRunning?: boolean;
  readonly json?: boolean;
}

/** A checkpoint that was taken away. */
interface Forgotten {
  readonly partition: PartitionId;
  /** Up to where the log was in it, and how many events that were; absent: it could not be read. */
  readonly nextOffset?: string;
  readonly events?: number;
  /** Who is to build it anew; absent: who takes the partition next. */
  readonly owner?: string;
}

/** What the estimate of the time goes by: an aggregator that reads on end. */
const EVENTS_A_SECOND = 5000;
const ANSWER_WITHIN_MS = 2000;

/** `vigie rebuild`: figures built from the log anew, history that was imported included. Answers the exit status. */
export async function rebuildCommand(
  flags: RebuildFlags,
  terminal: Terminal,
  env: Variables,
): Promise<number> {
  const store = await openCheckpoints(flags, env);
  const forgotten: Forgotten[] = [];
  try {
    const partitions = partitionsOf(flags.partition, store.partitions);
    const owners = await livingOwners(store.configuration, store.checkpoints, partitions);
    const [alive] = owners;
    if (alive !== undefined && flags.whileRunning !== true) {
      throw new FailedError(
        `partition ${alive[0]} has an owner at ${alive[1]}: stop it first; or say --while-running, and viewers see "recovering" until the figures are built`,
      );
    }
    for (const partition of partitions) {
      const found = await forget(store.checkpoints, partition);
      const owner = owners.get(partition);
      if (found !== undefined) forgotten.push({ ...found, ...(owner === undefined ? {} : { owner }) });
    }
  } finally {
    await store.close();
  }
  if (flags.json === true) await terminal.out(`${JSON.stringify({ partitions: forgotten })}\n`);
  else for (const one of forgotten) await terminal.out(`${shown(lineOf(one))}\n`);
  if (forgotten.length === 0)
    terminal.err('vigie: there is no checkpoint: figures are built from the log anyway\n');
  return forgotten.length === 0 ? 1 : 0;
}

function partitionsOf(named: readonly string[] | undefined, count: number): readonly PartitionId[] {
  if (named === undefined) return Array.from({ length: count }, (_, partition) => partition);
  return named.map((text) => {
    const partition = Number(text);
    if (/^\d+$/.test(text) && partition < count) return partition;
    throw new UsageError(`--partition ${text} is no partition: expected 0 to ${count - 1}`);
  });
}

/** Whoever has a partition and answers. Of an embedded store nobody does: the directory would be refused. */
async function livingOwners(
  { redis }: Configuration,
  checkpoints: CheckpointStore,
  partitions: readonly PartitionId[],
): Promise<ReadonlyMap<PartitionId, string>> {
  const living = new Map<PartitionId, string>();
  if (redis === undefined) return living;
  const answers = new Map<string, Promise<boolean>>();
  for (const partition of partitions) {
    const url = (await checkpoints.owner(partition))?.url;
    if (url === undefined) continue;
    if (!answers.has(url)) answers.set(url, isAlive(url));
    if (await answers.get(url)!) living.set(partition, url);
  }
  return living;
}

async function isAlive(url: string): Promise<boolean> {
  try {
    await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return true;
  } catch {
    return false;
  }
}

/** Takes the checkpoint away; `undefined` when nothing is known of the partition. */
async function forget(checkpoints: CheckpointStore, partition: PartitionId): Promise<Forgotten | undefined> {
  const stored = await checkpoints.load(partition);
  if (!(await checkpoints.forget(partition))) return undefined;
  if (stored === undefined) return { partition };
  try {
    const { nextOffset, accounts } = positionOfHead(stored.head);
    const events = Object.values(accounts).reduce((sum, count) => sum + count, 0);
    return { partition, nextOffset: nextOffset.toString(), events };
  } catch (error) {
    if (!(error instanceof CheckpointFormatError)) throw error;
    return { partition };
  }
}

function lineOf({ partition, nextOffset, events = 0, owner }: Forgotten): string {
  const read =
    nextOffset === undefined
      ? 'all of the log is read'
      : `${events} events up to offset ${nextOffset} are read again, which takes some ${Math.ceil(events / EVENTS_A_SECOND)} s`;
  const who = owner === undefined ? 'by whoever takes it next' : `by ${owner}, at once`;
  return `partition ${partition}: the checkpoint is gone, figures are built from the log ${who}: ${read}`;
}
