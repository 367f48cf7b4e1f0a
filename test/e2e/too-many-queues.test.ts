import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Row } from '@vigie/contracts';
import { temporaryDirectory, waitFor } from '@vigie/testkit';
import type { OracleEvent } from '@vigie/testkit/oracle';
import { afterEach, expect, test } from 'vitest';

import * as check from '../integration/exactness/check.ts';
import { scrape, sumOf } from '../integration/exactness/scrape.ts';
import { deliver } from '../integration/exactness/sender.ts';
import { startService, type Service } from '../integration/exactness/service.ts';

const DELIVERY_TIMEOUT_MS = 60_000;
const RECOVERY_TIMEOUT_MS = 30_000;

let service: Service | undefined;
afterEach(async () => {
  if (service?.running === true) await service.stop();
  service = undefined;
});

/** One call into each of `count` queues that nobody has configured. */
function inventedQueues(count: number): OracleEvent[] {
  const time = new Date(Date.now() - 1_000).toISOString();
  return Array.from({ length: count }, (_, n) => ({
    specversion: '1.0',
    id: `event-${n}`,
    source: 'test://pbx',
    type: 'vigie.contact.queued',
    time,
    data: {
      contact: { id: `call-${n}`, segmentId: `stay-${n}`, channel: 'voice' },
      queue: { id: `invented-${n}` },
    },
  }));
}

async function send(url: string, events: readonly OracleEvent[]): Promise<void> {
  const half = Math.ceil(events.length / 2);
  const batches = [events.slice(0, half), events.slice(half)];
  const delivery = deliver(batches, { url, lanes: 1, timeoutMs: DELIVERY_TIMEOUT_MS });
  await delivery.done;
  await check.caughtUp(url, 'default', delivery.lastAcknowledgedMs);
}

/** Calls offered today, by queue. */
async function offeredByQueue(url: string): Promise<Map<string, number>> {
  const answer = await fetch(`${url}/v1/snapshot?window=today&kpi=offered`);
  const { rows } = (await answer.json()) as { rows: Row[] };
  return new Map(rows.map(({ queue, kpis }) => [queue, kpis['offered']?.value ?? 0]));
}

test('5,001 invented queues are accepted; the one too many is counted in the total and under _other', async () => {
  service = await startService(['start', '--data', await temporaryDirectory('data')]);
  await service.ready();
  await send(service.url, inventedQueues(5_001));
  const offered = await offeredByQueue(service.url);
  expect(offered.get('_all')).toBe(5_001);
  expect(offered.get('_other')).toBe(1);
  const named = [...offered].filter(([queue]) => queue.startsWith('invented-'));
  expect(named).toHaveLength(5_000);
  expect(named.every(([, count]) => count === 1)).toBe(true);
  expect(sumOf(await scrape(service.url), 'vigie_queues_overflowed')).toBe(1);
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
});

test('which queues are too many is the same after a kill', async () => {
  const data = await temporaryDirectory('data');
  const config = join(data, '..', 'few-queues.yaml');
  await writeFile(config, 'limits: { queues: 10 }\n');
  const running = await startService(['start', '--config', config, '--data', data]);
  service = running;
  await running.ready();
  await send(running.url, inventedQueues(40));
  const before = await offeredByQueue(running.url);
  expect(before.get('_other')).toBe(30);
  await running.until(
    async () => sumOf(await scrape(running.url), 'vigie_checkpoints_total') > 0,
    RECOVERY_TIMEOUT_MS,
  );
  await running.kill9();
  await running.restart();
  await running.ready();
  await waitFor(async () => (await check.snapshotOf(running.url, 'default')).state === 'live', {
    what: 'live figures after the kill',
    timeoutMs: RECOVERY_TIMEOUT_MS,
  });
  expect(await offeredByQueue(running.url)).toEqual(before);
});
