import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfiguration } from '@vigie/contracts';
import { openEmbedded, type Embedded } from '@vigie/embedded';
import type { CheckpointStore } from '@vigie/engine';
import {
  createHealth,
  createLogger,
  createMetrics,
  type RunningService,
  type ServiceContext,
} from '@vigie/service-kit';
import { waitFor } from '@vigie/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { storeBut } from './partition-runner.testkit.ts';
import { start } from './start.ts';

const checked = checkConfiguration({});
if (!checked.ok) throw new Error('the empty configuration is right');
const { configuration } = checked;

let directory: string;
let embedded: Embedded;
let running: RunningService[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vigie-aggregator-'));
  embedded = await openEmbedded(directory, { retentionMs: 1e12, maxLogBytes: 1e9, maxDeadLetters: 100 });
  running = [];
});
afterEach(async () => {
  for (const service of running) await service.stop();
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Starts an aggregator on that checkpoint store; answers why it is not ready, nothing when it is. */
async function started(checkpoints: CheckpointStore): Promise<() => readonly string[]> {
  const health = createHealth();
  const context: Partial<ServiceContext> = {
    configuration,
    logger: createLogger({ name: 'test', level: 'silent' as never }),
    url: 'http://127.0.0.1:1',
    metrics: createMetrics({ defaults: false }),
    health,
    clock: Date.now,
  };
  const onFatal = (error: Error): never => {
    throw error;
  };
  const { log, feed } = embedded;
  running.push(await start(context as ServiceContext, { log, feed, checkpoints, onFatal }));
  return () => health.report('ready').checks.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
}

/** The store of `embedded`, except that a checkpoint is loaded when `load` has resolved. */
function storeThat(load: () => Promise<void>): CheckpointStore {
  const real = embedded.checkpoints;
  return storeBut(real, {
    load: async (...args) => {
      await load();
      return await real.load(...args);
    },
  });
}

test('it is not ready while the checkpoint is loaded, and says so', async () => {
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  let loading = false;
  const reasons = await started(
    storeThat(async () => {
      loading = true;
      await arrived;
    }),
  );
  expect(reasons()).toContain('joining the consumer group');
  await waitFor(() => loading, { what: 'the checkpoint to be asked for', timeoutMs: 5000 });
  expect(reasons()).toEqual(['joining the consumer group', 'restoring 1 partition(s)']);
  arrive();
  await waitFor(() => reasons().length === 0, { what: 'readiness', timeoutMs: 5000 });
});

test('it is not ready between two attempts to restore', async () => {
  let attempts = 0;
  const seen: (readonly string[])[] = [];
  const reasons: () => readonly string[] = await started(
    storeThat(async () => {
      attempts++;
      if (attempts < 3) throw new Error('the store is away');
    }),
  );
  await waitFor(() => seen.push(reasons()) > 0 && reasons().length === 0, {
    what: 'readiness',
    timeoutMs: 5000,
  });
  expect(attempts).toBe(3);
  expect(seen.filter((said) => said.includes('restoring 1 partition(s)')).length).toBeGreaterThan(0);
});

test('a member of the group that is to spare is ready', async () => {
  const first = await started(embedded.checkpoints);
  await waitFor(() => first().length === 0, { what: 'the first to be ready', timeoutMs: 5000 });
  const second = await started(embedded.checkpoints);
  expect(second()).toEqual(['joining the consumer group']);
  await waitFor(() => second().length === 0, { what: 'the second to be ready', timeoutMs: 5000 });
});
