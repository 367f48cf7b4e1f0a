import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '@vigie/embedded';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { vigie } from '../terminal.testkit.ts';
import { leaveCheckpointIn } from './checkpoint.testkit.ts';

const OPTIONS = { retentionMs: 1e12, maxLogBytes: 1e9, maxDeadLetters: 1 };
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigie-rebuild-'));
  await writeFile(join(directory, 'vigie.yaml'), '{}');
});
afterEach(async () => await rm(directory, { recursive: true }));

const rebuild = async (...args: readonly string[]) =>
  await vigie(['rebuild', '--config', join(directory, 'vigie.yaml'), '--data', directory, ...args]);

test('the checkpoint of a data directory is taken away, and it is said what is read again', async () => {
  await leaveCheckpointIn(directory);
  const { status, out } = await rebuild('--json');
  expect([status, JSON.parse(out)]).toEqual([
    0,
    { partitions: [{ partition: 0, nextOffset: '42', events: 3 }] },
  ]);
  const embedded = await openEmbedded(directory, OPTIONS);
  const { checkpoints } = embedded;
  expect([await checkpoints.load(0), await checkpoints.isForgotten(0)]).toEqual([undefined, true]);
  await embedded.close();
});

test('people are told how long it takes', async () => {
  await leaveCheckpointIn(directory);
  expect((await rebuild()).out).toBe(
    'partition 0: the checkpoint is gone, figures are built from the log by whoever takes it next: 3 events up to offset 42 are read again, which takes some 1 s\n',
  );
});

test('a directory that a running service has is left alone', async () => {
  await leaveCheckpointIn(directory);
  const running = await openEmbedded(directory, OPTIONS);
  const { status, err } = await rebuild('--while-running');
  const stored = await running.checkpoints.load(0);
  await running.close();
  expect([status, err]).toEqual([1, expect.stringMatching(/is in use by/)]);
  expect(stored).toBeDefined();
});

test('where there is nothing to forget, or no such partition, that is said', async () => {
  const { status, err } = await rebuild();
  expect([status, err]).toEqual([1, expect.stringMatching(/there is no checkpoint/)]);
  const wrong = await rebuild('--partition', '7');
  expect([wrong.status, wrong.err]).toEqual([2, expect.stringMatching(/--partition 7 is no partition/)]);
});
