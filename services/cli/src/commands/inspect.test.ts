import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '@vigie/embedded';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { vigie } from '../terminal.testkit.ts';
import { leaveCheckpointIn } from './checkpoint.testkit.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigie-inspect-'));
  await writeFile(join(directory, 'vigie.yaml'), '{}');
});
afterEach(async () => await rm(directory, { recursive: true }));

const inspect = async (...args: readonly string[]) =>
  await vigie(['inspect', '--config', join(directory, 'vigie.yaml'), '--data', directory, ...args]);

test('what is in a checkpoint is told: position, accounts, what it holds of each centre', async () => {
  await leaveCheckpointIn(directory);
  const { status, out } = await inspect('--json');
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    partitions: [
      {
        partition: 0,
        commit: 1,
        nextOffset: '42',
        asOf: '2026-11-23T09:00:10.000Z',
        owner: 'http://127.0.0.1:8080',
        accounts: { applied: 3, duplicate: 0 },
        centres: [{ centre: 'default', queues: 1, entities: { contact: 2 } }],
      },
    ],
  });
  expect((await inspect()).out).toMatch(/^partition 0: commit 1, next offset 42, as of 2026-11-23T09:00:10/);
});

test('where there is none, that is said, and the exit status is 1', async () => {
  const { status, err } = await inspect();
  expect([status, err]).toEqual([1, 'vigie: there is no checkpoint yet\n']);
});

test('a directory that a running service has is left alone', async () => {
  const running = await openEmbedded(directory, { retentionMs: 1e12, maxLogBytes: 1e9, maxDeadLetters: 1 });
  const { status, err } = await inspect();
  await running.close();
  expect([status, err]).toEqual([1, expect.stringMatching(/stop the service, or look at a copy/)]);
});
