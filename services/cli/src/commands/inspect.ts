import { formatInstant, type Configuration } from '@vigie/contracts';
import {
  CheckpointFormatError,
  partitionKeepingAll,
  restoreCheckpoint,
  type PartitionId,
  type PartitionProcessor,
  type StoredCheckpoint,
} from '@vigie/engine';
import type { Variables } from '@vigie/service-kit';
import { FailedError } from '../errors.ts';
import { openCheckpoints, type CheckpointFlags } from '../stored-checkpoints.ts';
import { shown, type Terminal } from '../terminal.ts';

export interface InspectFlags extends CheckpointFlags {
  readonly json?: boolean;
}

/** What the checkpoint of a partition holds. */
interface Inspected {
  readonly partition: PartitionId;
  readonly owner: string | null;
  /** Number of the last commit. */
  readonly commit: number;
  /** First offset that is not in it. */
  readonly nextOffset: string;
  readonly asOf: string;
  readonly bytes: { readonly head: number; readonly pages: number; readonly deltas: number };
  readonly accounts: PartitionProcessor['accounts'];
  readonly centres: readonly {
    readonly centre: string;
    readonly configVersion: string;
    readonly watermark: string | null;
    readonly queues: number;
    /** By kind: contact, agent, … */
    readonly entities: Readonly<Record<string, number>>;
    /** Rows whose figures have a status or are about to. */
    readonly judgedRows: number;
  }[];
}

/** `vigie inspect`: what is in the checkpoints. Reads only. Answers the exit status. */
export async function inspectCommand(
  flags: InspectFlags,
  terminal: Terminal,
  env: Variables,
): Promise<number> {
  const store = await openCheckpoints(flags, env);
  const found: Inspected[] = [];
  try {
    for (let partition = 0; partition < store.partitions; partition++) {
      const stored = await store.checkpoints.load(partition);
      if (stored === undefined) continue;
      const owner = await store.checkpoints.owner(partition);
      found.push({ ...readable(partition, stored, store.configuration), owner: owner?.url ?? null });
    }
  } finally {
    await store.close();
  }
  if (flags.json === true) await terminal.out(`${JSON.stringify({ partitions: found })}\n`);
  else for (const line of found.flatMap(linesOf)) await terminal.out(`${shown(line)}\n`);
  if (found.length === 0) terminal.err('vigie: there is no checkpoint yet\n');
  return found.length === 0 ? 1 : 0;
}

/** Throws a {@link FailedError} for a checkpoint that cannot be read. */
function readable(...asked: Parameters<typeof inspect>): ReturnType<typeof inspect> {
  try {
    return inspect(...asked);
  } catch (error) {
    if (!(error instanceof CheckpointFormatError)) throw error;
    throw new FailedError(`partition ${asked[0]}: ${error.message}`);
  }
}

function inspect(
  partition: PartitionId,
  stored: StoredCheckpoint,
  configuration: Configuration,
): Omit<Inspected, 'owner'> {
  const processor = partitionKeepingAll(partition, configuration);
  const commit = restoreCheckpoint(processor, stored);
  const sum = (blobs: Iterable<Uint8Array>): number =>
    [...blobs].reduce((bytes, { length }) => bytes + length, 0);
  return {
    partition,
    commit,
    nextOffset: processor.nextOffset.toString(),
    asOf: formatInstant(processor.now),
    bytes: {
      head: stored.head.length,
      pages: sum(stored.pages.values()),
      deltas: sum(stored.deltas.map(({ bytes }) => bytes)),
    },
    accounts: { ...processor.accounts },
    centres: [...processor.centres.values()].map(({ name, facts, statuses }) => {
      const entities: Record<string, number> = {};
      for (const { id } of facts.entities.since(Number.NEGATIVE_INFINITY)) {
        const kind = id.slice(0, id.indexOf('|'));
        entities[kind] = (entities[kind] ?? 0) + 1;
      }
      const { watermarkMs } = facts.sources;
      return {
        centre: name,
        configVersion: facts.versions.versionAt(processor.now).version,
        watermark: watermarkMs === undefined ? null : formatInstant(watermarkMs),
        queues: facts.groups.queues.size,
        entities,
        judgedRows: statuses.keys.filter((key) => statuses.store(key).length > 0).length,
      };
    }),
  };
}

function linesOf({
  partition,
  owner,
  commit,
  nextOffset,
  asOf,
  bytes,
  accounts,
  centres,
}: Inspected): string[] {
  const counts = (of: object): string =>
    Object.entries(of)
      .map(([what, n]) => `${what} ${n}`)
      .join(', ');
  return [
    `partition ${partition}: commit ${commit}, next offset ${nextOffset}, as of ${asOf}, owner ${owner ?? 'unknown'}`,
    `  bytes: ${counts(bytes)}`,
    `  events: ${counts(accounts)}`,
    ...centres.map(
      ({ centre, configVersion, watermark, queues, entities, judgedRows }) =>
        `  centre ${centre}: configuration ${configVersion}, watermark ${watermark ?? 'none'}, ${queues} queues, ${judgedRows} judged rows; ${counts(entities)}`,
    ),
  ];
}
