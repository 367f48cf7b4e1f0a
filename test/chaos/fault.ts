import type { Random } from '@vigie/testkit/generator';
import type { Admin } from 'kafkajs';

import type { CheckpointSampler } from './checkpoint-sampler.ts';
import type { Deployment } from './deployment.ts';
import type { Judge } from './judge.ts';
import type { Ledger } from './ledger.ts';
import type { LogRecorder } from './log-recorder.ts';
import type { Traffic } from './traffic.ts';
import type { Viewer } from './viewer.ts';

/** What a fault may lay hands on. */
export interface World {
  readonly deployment: Deployment;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly checkpoints: CheckpointSampler;
  readonly viewers: readonly Viewer[];
  readonly traffic: Traffic;
  readonly log: LogRecorder;
  readonly judge: Judge;
  /** Of the broker, past every proxy. */
  readonly admin: Admin;
  /** Where Redis's append-only file was copied some seconds ago. */
  keptRedis(): string | undefined;
  /** Redis is about to go back in time, or a checkpoint to be lost. */
  forgetRedis(): void;
  /** Straight to the topic, as nobody but Vigie should: `refusals` are what its lines are good for. */
  appendRaw(centre: string, value: Uint8Array | string, refusals: number | undefined): Promise<void>;
}

/**
 * A fault: `run` injects it, holds it as long as chance has it, and heals it. It resolves when everything is as before,
 * but for what the product itself has to mend.
 */
export interface Fault {
  /** `F1 kill -9 of an aggregator`: kind and name. */
  readonly name: string;
  run(world: World): Promise<void>;
  /** How long the product may take until every centre is live again, counted from the end of `run`, ms. */
  readonly askedMs?: number;
  /** Done when that has been measured: what was killed comes back, say. */
  after?(world: World): Promise<void>;
  /**
   * It ends its round: figures are right after it (`right`), or they can no longer be, and `run` itself has seen that
   * this is said (`told`).
   */
  readonly last?: 'right' | 'told';
}
