/** Status of a figure by its target, over the wire: hold, a crash in between, and what Prometheus says. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Row, Status } from '@vigie/contracts';
import { temporaryDirectory, waitFor } from '@vigie/testkit';
import { afterEach, expect, test } from 'vitest';

import { startService, type Service } from '../integration/exactness/service.ts';

const HOLD_SECONDS = 4;
const CONFIGURATION = `
queues:
  sales:
    channel: voice
    targets:
      waiting_now: { target: 0, hold: ${HOLD_SECONDS}s }
      service_level: { target: 0.8, hold: 1s }
`;

let service: Service | undefined;
afterEach(async () => {
  if (service?.running === true) await service.stop();
  service = undefined;
});

async function start(data: string): Promise<string> {
  const config = join(data, '..', 'statuses.yaml');
  await writeFile(config, CONFIGURATION);
  service = await startService(['start', '--data', data, '--config', config]);
  await service.ready();
  return service.url;
}

async function waits(url: string, call: string): Promise<void> {
  const event = {
    specversion: '1.0',
    id: call,
    source: 'test://pbx',
    type: 'vigie.contact.queued',
    time: new Date().toISOString(),
    data: { contact: { id: call, segmentId: call, channel: 'voice' }, queue: { id: 'sales' } },
  };
  const headers = { 'content-type': 'application/cloudevents+json' };
  const answer = await fetch(`${url}/v1/events`, { method: 'POST', headers, body: JSON.stringify(event) });
  expect(answer.status).toBe(202);
}

interface Seen {
  readonly state: string;
  readonly value: number | null | undefined;
  readonly status: Status | undefined;
}

async function seen(url: string, kpi: string): Promise<Seen> {
  const answer = await fetch(`${url}/v1/snapshot?window=30m&queue=sales&kpi=${kpi}`);
  const { state, rows } = (await answer.json()) as { state: string; rows: Row[] };
  const figure = rows[0]?.kpis[kpi];
  return { state, value: figure?.value, status: figure?.status };
}

/** Waits until the status is this; answers how long that took, in seconds. */
async function becomes(url: string, status: Status): Promise<number> {
  const began = performance.now();
  await waitFor(async () => (await seen(url, 'waiting_now')).status === status, { what: `status ${status}` });
  return (performance.now() - began) / 1000;
}

test('a status shows after it held, outlives a crash, and is the same for Prometheus', async () => {
  const data = await temporaryDirectory('data');
  let url = await start(data);
  await becomes(url, 'ok');
  expect(await seen(url, 'service_level')).toEqual({ state: 'live', value: null, status: 'none' });

  await waits(url, 'call-1');
  const heldFor = await becomes(url, 'alert');
  expect(heldFor).toBeGreaterThan(HOLD_SECONDS - 1);
  await waitFor(
    async () => (await (await fetch(`${url}/metrics`)).text()).includes('vigie_kpi_status{kpi="waiting_now"'),
    { what: 'the status in Prometheus' },
  );
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
    /^vigie_kpi_status\{kpi="waiting_now",centre="default",queue="sales",channel="voice"\} 2$/m,
  );

  // the checkpoint is a quarter of a second old at most
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await service!.kill9();
  url = await start(data);
  const statuses = new Set<Status | undefined>();
  for (let reading = 0; reading < 10; reading++) {
    const { state, status } = await seen(url, 'waiting_now');
    if (state === 'live') statuses.add(status);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect([...statuses]).toEqual(['alert']);
});
