import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openKafkaLog, partitionOf } from '@vigie/kafka';
import { createLogger, createServiceContext } from '@vigie/service-kit';
import { sharedKafka, uniqueName, waitFor } from '@vigie/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { configurationOf } from './ingest.testkit.ts';
import { start } from './start.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigie-ingest-'));
});
afterAll(async () => await rm(directory, { recursive: true }));

test('on Kafka a centre has one partition, its configuration first, and a request is one record', async () => {
  const { brokers } = await sharedKafka();
  const log = openKafkaLog({
    brokers,
    clientId: 'ingest-test',
    groupId: uniqueName('ingest'),
    partitions: 4,
    replication: 1,
    retentionMs: 86_400_000,
    topicPrefix: uniqueName('ingest'),
  });
  const configuration = configurationOf({ server: { port: 0 }, dataDirectory: directory });
  const context = await createServiceContext({
    name: 'ingest',
    loaded: { configuration, notYetInForce: [], logLevel: 'silent', allowOpen: false, file: undefined },
    logger: createLogger({ name: 'ingest', level: 'silent' }),
  });
  const ingest = await start(context, { log });
  await context.serve();
  await waitFor(async () => (await fetch(`${context.url}/readyz`)).ok, { what: 'ready', timeoutMs: 30_000 });

  const events = Array.from({ length: 100 }, (_, n) => ({
    specversion: '1.0',
    id: `e-${n}`,
    source: 'test://acd',
    type: 'vigie.contact.queued',
    time: new Date().toISOString(),
    centre: 'lyon',
    data: { contact: { id: `c-${n}` }, queue: { id: 'sales' } },
  }));
  const response = await fetch(`${context.url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: [...events.map((event) => JSON.stringify(event)), 'broken'].join('\n'),
  });
  expect([response.status, await response.json()]).toMatchObject([
    202,
    { accepted: 100, rejected: [{ index: 100 }] },
  ]);

  const records: string[][] = [];
  const consumer = await log.consume(
    {
      assigned: async () => 'earliest',
      async batch({ partition, records: some }) {
        for (const { key, value } of some) {
          if (key !== 'lyon') continue;
          expect(partition).toBe(partitionOf('lyon', 4));
          const types = Buffer.from(value ?? [])
            .toString()
            .split('\n')
            .map((line) => (JSON.parse(line) as { type: string }).type);
          if (!types.includes('vigie.source.heartbeat')) records.push(types);
        }
      },
      revoked: async () => undefined,
    },
    () => undefined,
  );
  await waitFor(() => records.length >= 2, { what: 'both records', timeoutMs: 30_000 });
  expect(records).toEqual([
    ['vigie.config.changed'],
    Array.from({ length: 100 }, () => 'vigie.contact.queued'),
  ]);
  expect(await log.deadLetters(10)).toMatchObject([{ code: 'invalid', line: 'broken' }]);

  await consumer.stop();
  await ingest.stop();
  await context.close();
  await log.close();
});
