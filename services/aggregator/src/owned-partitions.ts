import { setTimeout as delay } from 'node:timers/promises';
import {
  CheckpointNewerError,
  type Epoch,
  type PartitionHandler,
  type PartitionId,
  type RecordBatch,
} from '@vigie/engine';
import type { MetricFamily } from '@vigie/service-kit';
import { PartitionRunner, type RunnerParts } from './partition-runner.ts';
import { Restoring } from './restoring.ts';
import { ForeignLogError } from './taking.ts';

/** A partition that another took while it is assigned here is left to it for so long: the group may be about to say so. */
const FENCED_GRACE_MS = 3000;
const RETRY_TAKE_MS = 500;
/** A partition taken away and taken back more often than this within a minute: two processes have it, and neither gives way. */
const MAX_RETAKES = 5;
const MINUTE_MS = 60_000;

export type OwnedParts = Omit<RunnerParts, 'lastEpoch' | 'onFenced'>;

/**
 * The partitions that the group has assigned here, each with its {@link PartitionRunner}. One that is fenced is taken
 * again under a higher epoch, and loaded again, as long as it stays assigned: the store has lost writes, another server
 * answers for it, or somebody who no longer has the partition took it.
 */
export class OwnedPartitions implements PartitionHandler {
  readonly runners = new Map<PartitionId, PartitionRunner>();
  readonly restoring: Restoring;
  readonly #parts: OwnedParts;
  readonly #onTaken: () => void;
  readonly #epochs = new Map<PartitionId, Epoch>();
  /** One object for each assignment, so that a later one of the same partition is told from it. */
  readonly #assignments = new Map<PartitionId, object>();
  readonly #stopping = new AbortController();
  /** When it was taken again, of each partition: a store that lost writes takes away all of them at once. */
  readonly #retakenAt = new Map<PartitionId, readonly number[]>();
  #retakes = 0;

  /** `onTaken`: a partition has its figures. */
  constructor(parts: OwnedParts, onTaken: () => void) {
    this.#parts = parts;
    this.#onTaken = onTaken;
    this.restoring = new Restoring(parts.clock);
  }

  async assigned(partition: PartitionId): Promise<bigint> {
    this.#assignments.set(partition, {});
    const runner = await this.restoring.during(partition, async () => await this.#take(partition));
    this.#begin(runner);
    return runner.fromOffset;
  }

  async batch(batch: RecordBatch): Promise<void> {
    // Without a runner it is being taken again: what comes meanwhile is asked for anew.
    await this.runners.get(batch.partition)?.apply(batch);
  }

  async revoked(partition: PartitionId): Promise<void> {
    this.#assignments.delete(partition);
    const runner = this.runners.get(partition);
    this.runners.delete(partition);
    await runner?.stop({ commit: true });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const runner of this.runners.values()) await runner.stop({ commit: true });
  }

  families(): MetricFamily[] {
    const help =
      'Partitions taken and loaded again because the store had lost writes, or another owner came in between';
    return [
      { name: 'vigie_partition_retakes_total', type: 'counter', help, samples: [{ value: this.#retakes }] },
    ];
  }

  async #take(partition: PartitionId): Promise<PartitionRunner> {
    const parts: RunnerParts = {
      ...this.#parts,
      lastEpoch: (of) => this.#epochs.get(of) ?? 0,
      onFenced: (runner) => void this.#fenced(runner),
    };
    try {
      const runner = await PartitionRunner.take(partition, parts);
      this.#epochs.set(partition, runner.epoch);
      return runner;
    } catch (error) {
      if (error instanceof CheckpointNewerError || error instanceof ForeignLogError)
        this.#parts.onFatal(error);
      throw error;
    }
  }

  #begin(runner: PartitionRunner): void {
    this.runners.set(runner.partition, runner);
    runner.start();
    this.#onTaken();
  }

  async #fenced(fenced: PartitionRunner): Promise<void> {
    const { partition } = fenced;
    if (this.runners.get(partition) !== fenced) return;
    // Its state goes before it is loaded again: there is not room for two.
    this.runners.delete(partition);
    const assignment = this.#assignments.get(partition);
    const { signal } = this.#stopping;
    const isOurs = (): boolean => !signal.aborted && this.#assignments.get(partition) === assignment;
    await this.restoring.during(partition, async () => {
      let pauseMs = (await this.#isTakenByAnother(fenced)) ? FENCED_GRACE_MS : 0;
      for (;;) {
        await delay(pauseMs, undefined, { signal }).catch(() => undefined);
        if (!isOurs()) return;
        pauseMs = RETRY_TAKE_MS;
        try {
          const runner = await this.#take(partition);
          if (!isOurs()) return await runner.stop({ commit: false });
          this.#count(partition);
          this.#begin(runner);
          return this.#parts.seek(partition, runner.fromOffset);
        } catch (error) {
          this.#parts.logger.warn({ err: error, partition }, 'the partition cannot be taken again yet');
        }
      }
    });
  }

  /** Does the store name somebody else? Not known while it cannot be asked: then it is not ours to take at once. */
  async #isTakenByAnother({ partition, epoch }: PartitionRunner): Promise<boolean> {
    try {
      const owner = await this.#parts.checkpoints.owner(partition);
      return (
        owner !== undefined &&
        (owner.epoch > epoch || (owner.epoch === epoch && owner.url !== this.#parts.url))
      );
    } catch {
      return true;
    }
  }

  #count(partition: PartitionId): void {
    const now = performance.now();
    this.#retakes++;
    const before = this.#retakenAt.get(partition) ?? [];
    const retakenAt = [...before.filter((at) => now - at < MINUTE_MS), now];
    this.#retakenAt.set(partition, retakenAt);
    if (retakenAt.length <= MAX_RETAKES) return;
    this.#parts.onFatal(
      new Error(
        `partition ${partition}: its checkpoint was taken away ${retakenAt.length} times within a minute while it is assigned here`,
      ),
    );
  }
}
