import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ConnectorBatch } from '../connector.ts';
import { QueueLogConnector } from './queue-log-connector.ts';

const line = (n: number): string =>
  `${Math.floor(Date.now() / 1000) - 60 + n}|c.${n}|q|NONE|ENTERQUEUE||1|1\n`;

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-connector-'));
  file = join(folder, 'queue_log');
});
afterEach(() => rm(folder, { recursive: true }));

test('it waits for its file, runs, and says so; stopped it emits no more', async () => {
  const connector = new QueueLogConnector({ source: 'asterisk://pbx/queue_log', file, pollMs: 5 });
  expect(connector.status()).toEqual({ state: 'idle', counts: {} });
  const batches: ConnectorBatch[] = [];
  const done = connector.start(async (batch) => void batches.push(batch), new AbortController().signal);
  expect(connector.status().state).toBe('waiting');
  expect(connector.upTo()).toBeUndefined();

  await appendFile(file, line(1) + line(2) + 'nonsense\n');
  await vi.waitFor(() => expect(connector.upTo()).toBeDefined());
  expect(batches.flatMap(({ events }) => events)).toHaveLength(2);
  expect(connector.status()).toEqual({
    state: 'running',
    counts: { lines: 3, events: 2, forgottenCalls: 0, 'skipped.malformed': 1 },
  });

  await connector.stop();
  await done;
  await appendFile(file, line(3));
  expect(connector.status().state).toBe('stopped');
  expect(connector.status().counts['lines']).toBe(3);
});

test('while nobody takes its events it is failing, vouches for nothing, and goes on from the position it told', async () => {
  await appendFile(file, line(1));
  const options = { source: 'asterisk://pbx/queue_log', file, pollMs: 5 };
  const refused = new QueueLogConnector(options);
  const never = refused.start(() => Promise.reject(new Error('no log')), new AbortController().signal);
  await vi.waitFor(() => expect(refused.status()).toMatchObject({ state: 'failing', fault: 'no log' }));
  expect(refused.upTo()).toBeUndefined();
  await refused.stop();
  await never;

  let position: unknown;
  const first = new QueueLogConnector(options);
  const stop = new AbortController();
  const done = first.start(async (batch) => void (position = batch.position?.()), stop.signal);
  await vi.waitFor(() => expect(position).toBeDefined());
  stop.abort();
  await done;

  await appendFile(file, line(2));
  const ids: (string | undefined)[] = [];
  const second = new QueueLogConnector({ ...options, position: JSON.parse(JSON.stringify(position)) });
  const end = second.start(
    async ({ events }) => void ids.push(...events.map((event) => event.subject)),
    new AbortController().signal,
  );
  await vi.waitFor(() => expect(ids).toEqual(['c.2']));
  await second.stop();
  await end;
});
