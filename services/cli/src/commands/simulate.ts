import { runSimulate } from '@vigie/simulator';
import { UsageError } from '../errors.ts';
import { accessKey } from '../keyed-fetch.ts';
import { urlOf } from './replay.ts';

export interface SimulateFlags {
  readonly to: string;
  readonly rate?: string;
  readonly seed?: string;
}

const MAX_RATE = 100_000;

/** `vigie simulate`: traffic for a running service, until it is stopped. Answers the exit status. */
export async function simulateCommand(flags: SimulateFlags): Promise<number> {
  const to = urlOf(flags.to);
  const rate = flags.rate === undefined ? undefined : Number(flags.rate);
  if (rate !== undefined && !(rate > 0 && rate <= MAX_RATE))
    throw new UsageError(`--rate ${flags.rate} is not a rate: expected contacts a minute, such as 12`);
  const seed = flags.seed === undefined ? undefined : Number(flags.seed);
  if (seed !== undefined && !Number.isSafeInteger(seed))
    throw new UsageError(`--seed ${flags.seed} is not a whole number`);
  return await runSimulate({ to, rate, seed, key: accessKey(process.env) });
}
