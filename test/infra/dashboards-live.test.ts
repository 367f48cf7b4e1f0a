/** The shipped rules and dashboards on a real Prometheus that reads a running service, as two gateways would be. */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { kpiOf } from '@vigie/metrics';
import { startPrometheus, temporaryDirectory, waitFor, type PrometheusServer } from '@vigie/testkit';
import { afterEach, expect, test } from 'vitest';

import { ROOT } from '../architecture/source.ts';
import { startService } from '../integration/exactness/service.ts';
import { queriesOf, type DashboardFile } from './dashboard-queries.ts';

const CONFIGURATION = `
queues:
  sales: { channel: voice, targets: { waiting_now: { target: 0, hold: 1s } } }
`;
const INFRA = join(ROOT, 'infra');
const RULES = join(INFRA, 'prometheus', 'rules');

interface Running {
  readonly url: string;
  readonly prometheus: PrometheusServer;
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function start(): Promise<Running> {
  const directory = await temporaryDirectory('dashboards');
  const config = join(directory, 'vigie.yaml');
  await writeFile(config, CONFIGURATION);
  const service = await startService(['start', '--data', join(directory, 'data'), '--config', config]);
  stops.push(async () => void (await service.stop()));
  await service.ready();
  const { port } = new URL(service.url);
  const prometheus = await startPrometheus({
    scrape: [{ job: 'vigie-gateway', targets: [`127.0.0.1:${port}`, `localhost:${port}`] }],
    rules: readdirSync(RULES).map((name) => join(RULES, name)),
  });
  stops.push(async () => await prometheus.stop());
  return { url: service.url, prometheus };
}

const nameOf = (id: string): string => kpiOf(id)?.name.en ?? id;

let told = 0;

async function tell({ url }: Running, type: string, call: string): Promise<void> {
  const event = {
    specversion: '1.0',
    id: `${++told}`,
    source: 'test://pbx',
    type: `vigie.contact.${type}`,
    time: new Date().toISOString(),
    data: { contact: { id: call, segmentId: call, channel: 'voice' }, queue: { id: 'sales' } },
  };
  const headers = { 'content-type': 'application/cloudevents+json' };
  const answer = await fetch(`${url}/v1/events`, { method: 'POST', headers, body: JSON.stringify(event) });
  expect(answer.status).toBe(202);
}

test('an alert fires while a figure misses its target, and is over when it does not any more', async () => {
  const running = await start();
  const { prometheus } = running;
  await tell(running, 'queued', 'call-1');
  await waitFor(async () => (await prometheus.firing()).includes('VigieFigureInAlert'), {
    what: 'the alert to fire',
    timeoutMs: 60_000,
  });
  await tell(running, 'abandoned', 'call-1');
  await waitFor(async () => !(await prometheus.firing()).includes('VigieFigureInAlert'), {
    what: 'the alert to be over',
    timeoutMs: 60_000,
  });
});

test('the dashboards show what was counted, once, though two gateways say it', async () => {
  const running = await start();
  const { prometheus } = running;
  await tell(running, 'queued', 'call-1');
  await tell(running, 'abandoned', 'call-1');
  await tell(running, 'queued', 'call-2');
  const boards = readdirSync(join(INFRA, 'grafana', 'dashboards')).map(
    (name) => JSON.parse(readFileSync(join(INFRA, 'grafana', 'dashboards', name), 'utf8')) as DashboardFile,
  );
  const queries = boards.flatMap((board) =>
    queriesOf(board).map(({ title, expr }) => ({ board: board.uid, title, expr })),
  );
  const valuesOf = async (board: string, title: string): Promise<readonly number[]> => {
    const query = queries.find((each) => each.board === board && each.title === title);
    if (query === undefined) throw new Error(`the dashboard ${board} has no panel ${title}`);
    return (await prometheus.query(query.expr)).map(({ value }) => value);
  };
  await waitFor(async () => (await prometheus.query('count(up == 1) == 2')).length === 1, {
    what: 'both to be read',
  });
  await waitFor(async () => (await valuesOf('vigie-centre', nameOf('waiting_now')))[0] === 1, {
    what: 'who waits to be shown',
  });
  await waitFor(async () => (await valuesOf('vigie-centre', nameOf('abandonment_rate')))[0] === 1, {
    what: 'who left to be shown',
  });
  expect(await valuesOf('vigie-queues', nameOf('waiting_now'))).toEqual([1]);
  expect(await valuesOf('vigie-pipeline', 'Age of the figures')).toHaveLength(1);
  // every other query is understood, too
  for (const { expr } of queries) await prometheus.query(expr);
});
