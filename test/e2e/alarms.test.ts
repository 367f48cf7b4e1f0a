/** An alarm over the wire: it comes up, is told to a webhook, acknowledged, outlives a crash, and is over. */
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { Alarm, AlarmState } from '@vigie/contracts';
import { hashOfKey, makeKey } from '@vigie/service-kit';
import { temporaryDirectory, waitFor } from '@vigie/testkit';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { startService, type Service } from '../integration/exactness/service.ts';

const KEYS = { lea: makeKey(), pbx: makeKey(), hall: makeKey() };
const SECRET = 'canary-of-a-webhook';

let service: Service | undefined;
let receiver: Server | undefined;
afterEach(async () => {
  if (service?.running === true) await service.stop();
  receiver?.close();
  service = receiver = undefined;
});

interface Told {
  readonly id: string | undefined;
  readonly state: AlarmState;
  readonly was: AlarmState;
}

/** A receiver that is down until it is told to answer. */
async function listen(told: Told[]): Promise<{ readonly url: string; open(): void }> {
  let isOpen = false;
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      if (isOpen) {
        const { state, was } = JSON.parse(body) as Told;
        told.push({ id: request.headers['webhook-id'] as string | undefined, state, was });
      }
      response.writeHead(isOpen ? 204 : 503).end();
    });
  });
  await new Promise<void>((done) => receiver!.listen(0, '127.0.0.1', done));
  const { port } = receiver.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, open: () => (isOpen = true) };
}

const bearer = (name: keyof typeof KEYS) => ({ authorization: `Bearer ${KEYS[name]}` });

async function tell(url: string, call: string, type: 'queued' | 'answered'): Promise<void> {
  const event = {
    ...{ specversion: '1.0', id: `${call}-${type}`, source: 'test://pbx', type: `vigie.contact.${type}` },
    time: new Date().toISOString(),
    data: {
      contact: { id: call, segmentId: call, channel: 'voice' },
      queue: { id: 'sales' },
      ...(type === 'answered' ? { agent: { id: 'ann' } } : {}),
    },
  };
  const headers = { 'content-type': 'application/cloudevents+json', ...bearer('pbx') };
  const answer = await fetch(`${url}/v1/events`, { method: 'POST', headers, body: JSON.stringify(event) });
  expect(answer.status).toBe(202);
}

async function alarm(url: string): Promise<Alarm | undefined> {
  const answer = await fetch(`${url}/v1/alarms`, { headers: bearer('hall') });
  if (!answer.ok) return undefined;
  return ((await answer.json()) as { alarms: Alarm[] }).alarms[0];
}
const becomes = async (url: string, state: AlarmState): Promise<void> => {
  await waitFor(async () => (await alarm(url))?.state === state, { what: `the alarm to be ${state}` });
};

test('an alarm is the same for REST, WebSocket, Prometheus and webhook, before and after a crash', async () => {
  const told: Told[] = [];
  const hook = await listen(told);
  const data = await temporaryDirectory('data');
  const config = join(data, '..', 'alarms.yaml');
  const access = {
    keys: [
      { name: 'lea', hash: hashOfKey(KEYS.lea), roles: ['supervise'] },
      { name: 'pbx', hash: hashOfKey(KEYS.pbx), roles: ['ingest'] },
    ],
    screens: [{ name: 'hall', hash: hashOfKey(KEYS.hall), queues: ['s*'] }],
  };
  const voice = { channel: 'voice' };
  const alarms = {
    rules: {
      waiting: { kpi: 'waiting_now', queue: 'sales', critical: 0, hold: '2s', webhooks: ['pager'] },
      elsewhere: { kpi: 'waiting_now', queue: 'billing', critical: 0 },
    },
    webhooks: { pager: { url: hook.url, secretEnv: 'PAGER_SECRET' } },
  };
  await writeFile(config, JSON.stringify({ access, alarms, queues: { sales: voice, billing: voice } }));
  const start = async (): Promise<string> => {
    const env = { PAGER_SECRET: SECRET };
    service = await startService(['start', '--data', data, '--config', config], env);
    await service.ready();
    return service.url;
  };
  let url = await start();
  await becomes(url, 'ok');
  await tell(url, 'call-1', 'queued');
  await becomes(url, 'critical');
  expect(
    (await (await fetch(`${url}/v1/alarms`, { headers: bearer('hall') })).json()) as object,
  ).toMatchObject({
    alarms: [{ id: 'waiting:sales', state: 'critical', value: 1, acknowledged: null }],
  });
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
    /^vigie_alarm_state\{.*centre="default",alarm="waiting",queue="sales",channel="_all"\} 2$/m,
  );

  const seen = async (who: 'hall' | 'lea', id: string): Promise<number> => {
    const address = `${url}/v1/alarms/${encodeURIComponent(id)}/acknowledge`;
    return (await fetch(address, { method: 'POST', headers: bearer(who) })).status;
  };
  expect([await seen('hall', 'waiting:sales'), await seen('lea', 'waiting:nothing')]).toEqual([403, 404]);
  expect([await seen('lea', 'waiting:sales'), await seen('lea', 'elsewhere:billing')]).toEqual([200, 409]);
  const viewer = new WebSocket(`${url.replace('http', 'ws')}/v1/live`, { headers: bearer('hall') });
  const items: Alarm[] = [];
  viewer.on('message', (text: Buffer) => {
    const message = JSON.parse(text.toString()) as { readonly items?: Alarm[] };
    items.push(...(message.items ?? []));
  });
  viewer.on('open', () => viewer.send('{"op":"subscribe","id":"a","topic":"alarms"}'));
  await waitFor(() => items.length > 0, { what: 'alarms over the WebSocket' });
  expect(items[0]).toMatchObject({ state: 'critical', acknowledged: { by: 'lea' } });
  expect(new Set(items.map(({ queue }) => queue))).toEqual(new Set(['sales']));

  // what changed is in the checkpoint within a quarter of a second; the webhook has not been reached so far
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(told).toEqual([]);
  const before = service!.log();
  await service!.kill9();
  hook.open();
  url = await start();
  await becomes(url, 'critical');
  expect((await alarm(url))?.acknowledged?.by).toBe('lea');
  await waitFor(() => told.length > 0, { what: 'the webhook to be told' });
  expect(told[0]).toMatchObject({ state: 'critical', was: 'ok' });

  await tell(url, 'call-1', 'answered');
  await becomes(url, 'ok');
  await waitFor(() => told.length > 1, { what: 'the webhook to be told that it is over' });
  expect(told[1]).toMatchObject({ state: 'ok', was: 'critical' });
  expect((await alarm(url))?.acknowledged).toBeNull();

  const preview = await fetch(`${url}/v1/alarms/would-fire?rule=waiting&span=600&hold=0`, {
    headers: bearer('hall'),
  });
  const { queue, episodes } = (await preview.json()) as { queue: string; episodes: object[] };
  expect([queue, episodes]).toEqual(['sales', [expect.objectContaining({ state: 'critical', worst: 1 })]]);
  const log = before + service!.log();
  expect(log).toContain('"what":"POST /v1/alarms/:id/acknowledge"');
  for (const secret of [...Object.values(KEYS), SECRET]) expect(log).not.toContain(secret);
}, 120_000);
