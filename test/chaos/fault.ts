import type { Random } from '@vigie/testkit/generator';

import type { CheckpointSampler } from './checkpoint-sampler.ts';
import type { Deployment } from './deployment.ts';
import type { Ledger } from './ledger.ts';
import type { Viewer } from './viewer.ts';

/** What a fault may lay hands on. */
export interface World {
  readonly deployment: Deployment;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly checkpoints: CheckpointSampler;
  readonly viewers: readonly Viewer[];
  /** Where Redis's append-only file was copied some seconds ago. */
  keptRedis(): string | undefined;
  /** Redis is about to go back in time. */
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
}
