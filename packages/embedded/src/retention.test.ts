import { rm } from 'node:fs/promises';

import type { DeadLetter } from '@vigie/engine';
import { temporaryDirectory, waitFor } from '@vigie/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { EmbeddedLogOptions } from './event-log.ts';
import { type Embedded, openEmbedded } from './open.ts';

let directory: string;
let embedded: Embedded;
let nowMs = 0;

async function open(change: Partial<EmbeddedLogOptions> = {}): Promise<Embedded> {
  const options = { retentionMs: 1_000, maxLogBytes: 1024 ** 3, maxDeadLetters: 5, now: () => nowMs };
  embedded = await openEmbedded(directory, { ...options, ...change });
  return embedded;
}
async function append(count: number, bytes = 10): Promise<void> {
  await embedded.log.append(
    Array.from({ length: count }, () => ({ key: 'centre', value: Buffer.alloc(bytes, 'x') })),
  );
}

beforeEach(async () => {
  directory = await temporaryDirectory('embedded');
  nowMs = 1_000_000;
});
afterEach(async () => {
  await embedded.close();
  await rm(directory, { recursive: true });
});

it('records older than the retention are removed and counted, however many', async () => {
  const { log } = await open();
  await append(2_500);
  nowMs += 900;
  await append(10);
  nowMs += 101;
  await log.enforceRetention();
  expect(await log.bounds(0)).toEqual({ start: 2_500n, end: 2_510n });
  expect(log.counters()).toMatchObject({ removedByAge: 2_500, removedBySize: 0 });
});

it('the offset goes on where it was, also when everything grew old and the log was opened anew', async () => {
  const { log } = await open();
  await append(20);
  nowMs += 10_000;
  await log.enforceRetention();
  expect((await log.bounds(0)).end).toBe(20n);
  await embedded.close();
  await open();
  await append(1);
  expect((await embedded.log.bounds(0)).end).toBe(21n);
});

it('above the byte cap the oldest records go by themselves, and are counted', async () => {
  const { log } = await open({ maxLogBytes: 50_000 });
  for (let n = 0; n < 10; n += 1) await append(10, 1_000);
  await waitFor(() => log.counters().bytes <= 50_000, { what: 'the log to shrink' });
  await log.enforceRetention();
  const { start, end } = await log.bounds(0);
  expect(end).toBe(100n);
  expect(Number(start)).toBe(log.counters().removedBySize);
  expect(Number(end - start)).toBeGreaterThan(40);
});

it('the size is known again after the log was opened anew', async () => {
  const { log } = await open();
  await append(10, 1_000);
  const { bytes } = log.counters();
  expect(bytes).toBeGreaterThan(10_000);
  await embedded.close();
  expect((await open()).log.counters().bytes).toBe(bytes);
});

it('a consumer that fell behind the retention goes on with the oldest record there is', async () => {
  const { log } = await open();
  await append(30);
  nowMs += 5_000;
  await append(5);
  await log.enforceRetention();
  const offsets: bigint[] = [];
  const handler = {
    assigned: async () => 3n,
    batch: async (batch: { readonly records: readonly { readonly offset: bigint }[] }) => {
      offsets.push(...batch.records.map(({ offset }) => offset));
    },
    revoked: async () => undefined,
  };
  const consumer = await log.consume(handler, (error) => {
    throw error;
  });
  await waitFor(() => offsets.length === 5, { what: 'what is left' });
  expect(offsets).toEqual([30n, 31n, 32n, 33n, 34n]);
  await consumer.stop();
});

it('only the newest dead letters are kept, over restarts too', async () => {
  const letter = (n: number): DeadLetter => ({ centre: 'a', code: 'late', reason: 'r', line: String(n) });
  const lines = (): string[] => embedded.log.deadLetters(100).map(({ line }) => line);
  await open();
  await embedded.log.deadLetter([0, 1, 2].map(letter));
  await embedded.log.deadLetter([3, 4, 5].map(letter));
  expect(lines()).toEqual(['1', '2', '3', '4', '5']);
  await embedded.close();
  await open();
  await embedded.log.deadLetter([6, 7, 8, 9, 10, 11, 12].map(letter));
  expect(lines()).toEqual(['8', '9', '10', '11', '12']);
  expect(embedded.log.deadLetters(2).map(({ line }) => line)).toEqual(['11', '12']);
  expect(embedded.log.counters().removedDeadLetters).toBe(7);
});

it('a batch holds at most 500 records and about a mebibyte', async () => {
  const { log } = await open();
  await append(1_200);
  await append(9, 256 * 1024);
  const batches: { readonly count: number; readonly bytes: number }[] = [];
  const handler = {
    assigned: async () => 'earliest' as const,
    batch: async (batch: { readonly records: readonly { readonly value: Uint8Array | null }[] }) => {
      const bytes = batch.records.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0);
      batches.push({ count: batch.records.length, bytes });
    },
    revoked: async () => undefined,
  };
  const consumer = await log.consume(handler, (error) => {
    throw error;
  });
  await waitFor(() => batches.reduce((sum, { count }) => sum + count, 0) === 1_209, { what: 'all records' });
  expect(Math.max(...batches.map(({ count }) => count))).toBe(500);
  expect(Math.max(...batches.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1024 * 1024);
  await consumer.stop();
});
