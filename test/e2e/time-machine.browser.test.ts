/** One instant of the past: the time machine of a running service, its wall and its desk, and the report of the same events. */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Row, SnapshotDocument } from '@vigie/contracts';
import { launchBrowser, repositoryRoot, temporaryDirectory, waitFor } from '@vigie/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import * as check from '../integration/exactness/check.ts';
import { deliver } from '../integration/exactness/sender.ts';
import { Calls } from './records/calls.ts';
import { oneProcess, type Deployment } from './records/deployment.ts';
import { differences, figuresOnPage, WINDOW } from './wallboard-figures.ts';

const CONFIG = {
  centre: { timeZone: 'Europe/Paris' },
  queues: {
    sales: { channel: 'voice', targets: { service_level: { target: 0.8, minSample: 1 } } },
    help: { channel: 'voice' },
  },
};
const DELIVERY_TIMEOUT_MS = 30_000;

let deployment: Deployment;
let browser: Browser;
let at: string;
let report: readonly Row[];
let calls: Calls;

beforeAll(async () => {
  [deployment, browser] = await Promise.all([oneProcess(CONFIG), launchBrowser()]);
  calls = new Calls(Math.floor(Date.now() / 1000) * 1000);
  for (let call = 0; call < 40; call += 1) {
    const since = 1500 - call * 30;
    calls.queued(`c${call}`, since, call % 4 === 3 ? 'help' : 'sales');
    if (call % 4 === 3) continue;
    if (call % 5 === 0) calls.abandoned(`c${call}`, since - 25);
    else calls.answered(`c${call}`, since - (call % 7) * 6).ended(`c${call}`, since - 100);
  }
  at = calls.at(420);
  const delivery = deliver([calls.events], {
    ...{ url: deployment.ingest.url, lanes: 1, timeoutMs: DELIVERY_TIMEOUT_MS },
  });
  await delivery.done;
  await check.caughtUp(deployment.gateway.url, 'default', delivery.lastAcknowledgedMs);
  report = await reported();
}, 120_000);
afterAll(async () => {
  await browser.close();
  await deployment.stop();
});

/** What `vigie report --at` says of the very events that were sent. */
async function reported(): Promise<readonly Row[]> {
  const directory = await temporaryDirectory('report');
  const [events, config] = [join(directory, 'events.ndjson'), join(directory, 'vigie.yaml')];
  await writeFile(events, calls.events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  await writeFile(config, JSON.stringify(CONFIG));
  const program = [join(repositoryRoot(), 'bin', 'vigie.js'), 'report', events];
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...program, '--config', config, '--at', at, '--json'],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const { snapshots } = JSON.parse(stdout) as { readonly snapshots: readonly { readonly rows: Row[] }[] };
  return snapshots[0]?.rows ?? [];
}

/** Value and sample of every figure, by its place. */
function figuresOf(rows: readonly Row[]): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap(({ queue, channel, window, kpis }) =>
      Object.entries(kpis).map(([kpi, { value, n, since }]) => [
        [queue, channel, window, kpi].join(' '),
        JSON.stringify({ value, n, since }),
      ]),
    ),
  );
}

async function open(path: string): Promise<Page> {
  const context = await browser.newContext({
    ...{ viewport: { width: 1920, height: 1080 }, locale: 'en-GB', timezoneId: 'Asia/Tokyo' },
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => expect.unreachable(`the page failed: ${error.message}`));
  await page.goto(`${deployment.gateway.url}${path}`);
  return page;
}

test('the service says of a past instant what the report says of it, to the digit', async () => {
  const answer = await fetch(`${deployment.gateway.url}/v1/snapshot?at=${at}`);
  const { rows } = (await answer.json()) as SnapshotDocument;
  const [live, offline] = [figuresOf(rows), figuresOf(report)];
  expect(live.size).toBeGreaterThan(500);
  const apart = [...live].flatMap(([place, figure]) =>
    offline.get(place) === figure ? [] : [`${place}: ${figure}, reported ${offline.get(place) ?? 'nothing'}`],
  );
  expect(apart).toEqual([]);
  expect(report.some(({ kpis }) => (kpis['waiting_now']?.value ?? 0) > 0)).toBe(true);
});

test('the wall of that instant shows what the report says', async () => {
  const page = await open(`/wall?distance=3&diagonal=65&at=${at}`);
  const rows = report.filter(({ window, queue, channel }) => {
    if (window !== WINDOW) return false;
    return queue === '_all' ? channel === '_all' : channel === 'voice';
  });
  const known = { rows, nameOf: (queue: string) => queue, atMs: Date.parse(at) };
  let last = '';
  await waitFor(
    async () => {
      const problems = differences(await figuresOnPage(page), known);
      last = problems.join('\n');
      return problems.length === 0;
    },
    { what: 'the wall to show the figures of then', timeoutMs: 20_000, everyMs: 200, detail: () => last },
  );
  expect(await page.textContent('.banner')).toMatch(/^PAST: .* as known now$/);
});

test('the desk of that instant shows what the report says', async () => {
  const page = await open(`/desk?at=${at}`);
  const level = report.find(({ queue, window }) => queue === 'sales' && window === WINDOW)?.kpis;
  const shown = `${Math.round((level?.['abandonment_rate']?.value ?? 0) * 1000) / 10}`;
  await page.waitForSelector('html[data-past]');
  await page.waitForFunction(
    ([waiting, abandoned]) => {
      const cell = (kpi: string): string =>
        document.querySelector(`tbody tr:has(a[href*="queue=sales"]) [data-kpi="${kpi}"] .value`)
          ?.textContent ?? '';
      return cell('waiting_now') === waiting && cell('abandonment_rate').startsWith(abandoned ?? '?');
    },
    [String(level?.['waiting_now']?.value), shown],
    { timeout: 20_000 },
  );
});
