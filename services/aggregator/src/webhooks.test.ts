import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Alarm } from '@vigie/contracts';
import type { DueNotice, LiveCentre } from '@vigie/engine';
import { createLogger } from '@vigie/service-kit';
import { waitFor } from '@vigie/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { signed, Webhooks } from './webhooks.ts';

const SECRET = 'a secret that signs';
const alarm: Alarm = {
  ...{
    id: 'waiting:sales',
    rule: 'waiting',
    queue: 'sales',
    channel: '_all',
    kpi: 'waiting_now',
    window: '30m',
  },
  ...{ state: 'critical', since: '2026-11-21T10:15:00.000Z', value: 4, n: 4, warning: 1, critical: 3 },
  acknowledged: null,
};

/** A receiver that answers what the test says, and alarms of which one is due until it was told. */
async function stage(answers: readonly number[]) {
  const heard: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      response.statusCode = answers[heard.length] ?? 200;
      if (response.statusCode === 302) response.setHeader('location', '/elsewhere');
      heard.push({ headers: request.headers, body });
      response.end('thanks');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  let due: readonly DueNotice[] = [{ webhook: 'pager', was: 'ok', alarm }];
  const told: unknown[] = [];
  const alarms = {
    due: () => due,
    told: (...args: unknown[]) => {
      told.push(args);
      due = [];
    },
  };
  let nowMs = Date.UTC(2026, 10, 21, 10, 15, 5);
  const lines: string[] = [];
  const webhooks = new Webhooks({
    settings: [{ name: 'pager', url: `http://127.0.0.1:${port}/hook?token=canary`, secretEnv: 'PAGER' }],
    env: { PAGER: SECRET },
    centres: () => [{ name: 'default', alarms } as unknown as LiveCentre],
    clock: () => nowMs,
    logger: createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } }),
  });
  onTestFinished(async () => {
    await webhooks.stop();
    server.close();
  });
  const counted = () => [...webhooks.families()].flatMap(({ samples }) => [...samples]);
  return { webhooks, heard, told, lines, counted, pass: (ms: number) => (nowMs += ms) };
}

test('a change is posted as JSON, signed, and not told again once it was taken', async () => {
  const { webhooks, heard, told } = await stage([200]);
  webhooks.look();
  webhooks.look();
  await waitFor(() => told.length === 1, { what: 'the webhook to be told' });
  webhooks.look();
  expect(heard).toHaveLength(1);
  expect(told).toEqual([['waiting:sales', 'pager', 'critical']]);
  const { headers, body } = heard[0]!;
  expect(JSON.parse(body)).toEqual({ type: 'vigie.alarm', centre: 'default', was: 'ok', ...alarm });
  const [id, seconds] = [headers['webhook-id'], headers['webhook-timestamp']];
  expect(id).toBe('default%3Awaiting%3Asales%3Acritical%3A2026-11-21T10%3A15%3A00.000Z');
  expect(seconds).toBe(String(Date.UTC(2026, 10, 21, 10, 15, 5) / 1000));
  const mac = createHmac('sha256', SECRET)
    .update(`${id as string}.${seconds as string}.${body}`)
    .digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${mac}`);
});

test('one that does not take it is asked again after a pause that doubles, with the same id, and neither its address nor the secret is in the log', async () => {
  const { webhooks, heard, told, lines, pass, counted } = await stage([500, 302, 200]);
  webhooks.look();
  await waitFor(() => lines.length === 1, { what: 'a failure' });
  webhooks.look();
  expect(heard).toHaveLength(1);
  pass(1000);
  webhooks.look();
  await waitFor(() => lines.length === 2, { what: 'another failure' });
  pass(1999);
  webhooks.look();
  expect(heard).toHaveLength(2);
  pass(1);
  webhooks.look();
  await waitFor(() => told.length === 1, { what: 'the webhook to be told' });
  expect(new Set(heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(counted()).toMatchObject([
    { value: 1, labels: { webhook: 'pager', outcome: 'delivered' } },
    { value: 2, labels: { webhook: 'pager', outcome: 'failed' } },
    { value: 1 },
  ]);
  for (const secret of ['canary', SECRET]) expect(lines.join('')).not.toContain(secret);
});

test('a signature holds for its id, second, body and secret alone', () => {
  const of = (...args: [string, number, string, string]) => signed(...args)['webhook-signature'];
  const one = of('a', 1, '{}', SECRET);
  for (const other of [
    of('b', 1, '{}', SECRET),
    of('a', 2, '{}', SECRET),
    of('a', 1, '{ }', SECRET),
    of('a', 1, '{}', 'x'),
  ])
    expect(other).not.toBe(one);
});
