import { createLogger } from '@vigie/service-kit';
import { expect, test } from 'vitest';
import type { PartitionRunner } from './partition-runner.ts';
import { ProgressWatch } from './progress.ts';

/** A watch over one partition, of which the log, the deliveries and the time are told. */
function watched() {
  const runner = { partition: 0, processor: { nextOffset: 5n }, figures: { batches: 0 } };
  const world = { now: 0, end: 5n as bigint | undefined, fatal: [] as string[], sought: [] as bigint[] };
  const watch = new ProgressWatch(new Map([[0, runner as unknown as PartitionRunner]]), {
    log: {
      bounds: async () => {
        if (world.end === undefined) throw new Error('the log is away');
        return { start: 0n, end: world.end };
      },
    },
    logger: createLogger({ name: 'test', level: 'silent' as never }),
    seek: (_partition, offset) => void world.sought.push(offset),
    onFatal: (error) => void world.fatal.push(error.message),
    now: () => world.now,
  });
  /** Lets so many seconds pass, with `each` before every look. */
  const pass = async (seconds: number, each: () => void = () => undefined): Promise<void> => {
    for (let n = 0; n < seconds; n++) {
      world.now += 1000;
      each();
      await watch.look();
    }
  };
  return { runner, world, pass };
}

test('records that come and are not delivered for ten seconds end the process, after they were asked for again', async () => {
  const { world, pass } = watched();
  await pass(9, () => (world.end = (world.end ?? 0n) + 3n));
  expect(world.sought).toEqual([5n]);
  expect(world.fatal).toEqual([]);
  await pass(4, () => (world.end = (world.end ?? 0n) + 3n));
  expect(world.fatal).toHaveLength(1);
  expect(world.fatal[0]).toMatch(
    /^partition 0: \d+ records wait in the log, and none was delivered for 1\d s/,
  );
});

test('a log to which nothing is added is idle, however long', async () => {
  const { world, pass } = watched();
  await pass(600);
  expect(world).toMatchObject({ fatal: [], sought: [] });
});

test('offsets at the end that no record has are no lack of progress', async () => {
  const { world, pass } = watched();
  world.end = 7n;
  await pass(600);
  expect(world.fatal).toEqual([]);
});

test('a log that is away is waited for, and the time counts from its return', async () => {
  const { world, pass } = watched();
  world.end = undefined;
  await pass(60);
  world.end = 9n;
  await pass(9, () => (world.end = (world.end ?? 0n) + 1n));
  expect(world.fatal).toEqual([]);
});

test('what is delivered late but delivered is progress', async () => {
  const { runner, world, pass } = watched();
  for (let round = 0; round < 10; round++) {
    await pass(9, () => (world.end = (world.end ?? 0n) + 1n));
    runner.figures.batches++;
  }
  expect(world.fatal).toEqual([]);
});
