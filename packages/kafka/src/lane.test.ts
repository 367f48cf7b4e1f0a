import type { PartitionHandler, RecordBatch } from '@vigie/engine';
import type { Batch } from 'kafkajs';
import { expect, test } from 'vitest';
import { Lane } from './lane.ts';

/** Ten records from an offset on, as kafkajs has fetched them. */
function fetched(from: number): Batch {
  const messages = Array.from({ length: 10 }, (_, i) => ({
    offset: String(from + i),
    key: null,
    value: null,
  }));
  return { partition: 0, fetchedOffset: String(from), highWatermark: '1000', messages } as never;
}

/** A lane that has been assigned from an offset on, and what became of it. */
async function assigned(from: bigint) {
  const offsets: bigint[] = [];
  const handler: PartitionHandler = {
    assigned: async () => from,
    batch: async ({ records }: RecordBatch) => void offsets.push(...records.map(({ offset }) => offset)),
    revoked: async () => {},
  };
  const told: string[] = [];
  let answer = Promise.resolve();
  let asked = 0;
  const lane = new Lane(0, handler, {
    bounds: async () => {
      asked += 1;
      await answer;
      return { start: 0n, end: 1000n };
    },
    hold: () => void told.push('hold'),
    position: (_partition, offset) => void told.push(`at ${offset}`),
    fatal: (error) => void told.push(error.message),
    log: (_error, message) => void told.push(message),
  });
  await lane.assign();
  const slowly = (): (() => void) => {
    const { promise, resolve } = withResolvers();
    answer = promise;
    return resolve;
  };
  return { lane, told, offsets, asked: () => asked, slowly };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

test('a seek comes to its end however many batches come meanwhile, and nothing of them is delivered', async () => {
  const { lane, told, offsets, asked, slowly } = await assigned(0n);
  expect(await lane.deliver(fetched(0))).toBe(true);
  const askedBefore = asked();
  const answer = slowly();
  lane.seek(4n);
  for (let i = 0; i < 50; i++) expect(await lane.deliver(fetched(10))).toBe(false);
  expect(asked()).toBe(askedBefore + 1);
  expect(told).toEqual(['at 0', 'hold']);
  answer();
  await turn();
  expect(told.slice(2)).toEqual(['at 4']);
  expect(await lane.deliver(fetched(4))).toBe(true);
  expect(offsets.map(Number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
});

test('a batch that was fetched before the seek is not delivered after it, and the seek is made again', async () => {
  const { lane, told, offsets } = await assigned(0n);
  lane.seek(4n);
  await turn();
  expect(await lane.deliver(fetched(0))).toBe(false);
  await turn();
  expect(told).toEqual(['at 0', 'hold', 'at 4', 'hold', 'at 4']);
  expect(await lane.deliver(fetched(4))).toBe(true);
  expect(Number(offsets[0])).toBe(4);
});

test('of two seeks the later one counts', async () => {
  const { lane, told, slowly } = await assigned(0n);
  const answer = slowly();
  lane.seek(4n);
  lane.seek(7n);
  answer();
  await turn();
  expect(told.filter((word) => word !== 'hold')).toEqual(['at 0', 'at 7']);
});
