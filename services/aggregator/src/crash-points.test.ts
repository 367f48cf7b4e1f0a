import type { CheckpointStore, EventLog, LiveFeed, PartitionHandler } from '@vigie/engine';
import { expect, test } from 'vitest';
import { CRASH_MOMENTS, CRASH_STEPS, withCrashPoint } from './crash-points.ts';

/** Adapters that write down what they are asked. */
function adapters(said: string[]) {
  const tell = (name: string) => async () => void said.push(name);
  const log = {
    bounds: tell('bounds'),
    partitions: tell('partitions'),
    append: tell('append'),
    deadLetter: tell('deadLetter'),
    storeReports: tell('storeReports'),
    consume: async (handler: PartitionHandler) => {
      await handler.assigned(0);
      await handler.batch({ partition: 0, records: [], endOffset: 0n, isStale: () => false });
      await handler.revoked(0);
      return { publishProgress: tell('publishProgress'), stop: tell('stop'), seek: () => undefined };
    },
  } as unknown as EventLog;
  const checkpoints = {
    acquire: tell('acquire'),
    load: tell('load'),
    commit: tell('commit'),
    archived: tell('archived'),
  } as unknown as CheckpointStore;
  return { log, checkpoints, feed: { publish: tell('publish') } as unknown as LiveFeed };
}

/** Reaches every step once. */
async function goThrough({ log, checkpoints, feed }: ReturnType<typeof adapters>): Promise<void> {
  const call = async (of: object, name: string) =>
    await (of as Record<string, () => Promise<unknown>>)[name]?.();
  for (const name of ['acquire', 'load', 'commit', 'archived']) await call(checkpoints, name);
  for (const name of ['bounds', 'partitions', 'append', 'deadLetter', 'storeReports']) await call(log, name);
  await feed.publish({} as never);
  const handler = { assigned: async () => 0n, batch: async () => {}, revoked: async () => {} };
  const consumer = await log.consume(handler, () => undefined);
  await consumer.publishProgress(0, 0n);
  await consumer.stop();
}

test.each(CRASH_STEPS.flatMap((step) => CRASH_MOMENTS.map((moment) => `${step}:${moment}`)))(
  'the process ends at %s, once, and never elsewhere',
  async (point) => {
    const said: string[] = [];
    const crashes: number[] = [];
    const armed = withCrashPoint(point, adapters(said), () => crashes.push(said.length));
    await goThrough(armed);
    expect(crashes).toHaveLength(1);
    await goThrough(armed);
    expect(crashes).toHaveLength(1);
  },
);

test('before a commit nothing of it is done, after it all', async () => {
  const doneAt = async (point: string): Promise<number[]> => {
    const said: string[] = [];
    const done: number[] = [];
    const { checkpoints } = withCrashPoint(point, adapters(said), () => done.push(said.length));
    for (let n = 0; n < 3; n++) await checkpoints.commit(0, 1, {} as never);
    return done;
  };
  expect(await doneAt('checkpoints.commit:before:2')).toEqual([1]);
  expect(await doneAt('checkpoints.commit:after:2')).toEqual([2]);
});

test('without a point the adapters are left as they are', () => {
  const plain = adapters([]);
  expect(withCrashPoint(undefined, plain)).toBe(plain);
});

test.each(['commit', 'checkpoints.commit', 'checkpoints.commit:sometime', 'feed.publish:after:0'])(
  'a point that is none is refused: %s',
  (point) => {
    expect(() => withCrashPoint(point, adapters([]))).toThrow(/VIGIE_CRASH_AT.*expected/);
  },
);
