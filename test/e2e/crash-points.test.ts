import { rm } from 'node:fs/promises';
import { CRASH_MOMENTS, CRASH_STEPS } from '@vigie/aggregator';
import { freePort, spawnVigie, temporaryDirectory, waitFor, type Vigie } from '@vigie/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Only of rows that have become final, a day later. */
const NOT_REACHED = new Set(['log.storeReports', 'checkpoints.archived']);
/** Reached again and again: also in the middle of work. */
const REPEATED = new Set([
  ...['log.append', 'log.deadLetter', 'checkpoints.commit'],
  ...['feed.publish', 'handler.batch', 'consumer.publishProgress'],
]);
/** Only when the process is told to stop. */
const AT_THE_END = new Set(['handler.revoked', 'consumer.stop']);

/** Data directories that are swept side by side: most of the time goes into starting. */
const LANES = 3;

/** One data directory, and the contacts that were told to whoever ran on it. */
interface Lane {
  readonly directory: string;
  vigie: Vigie | undefined;
  posted: number;
  /** Contacts that were acknowledged, and those of which nobody knows. */
  readonly acknowledged: Set<string>;
  readonly unknown: Set<string>;
}

const lanes: Lane[] = [];
beforeAll(async () => {
  for (let lane = 0; lane < LANES; lane += 1) {
    const directory = await temporaryDirectory('crash-points');
    lanes.push({ directory, vigie: undefined, posted: 0, acknowledged: new Set(), unknown: new Set() });
  }
});
afterAll(async () => {
  for (const { vigie, directory } of lanes) {
    await vigie?.kill9();
    await rm(directory, { recursive: true, force: true });
  }
});

async function post({ acknowledged, unknown }: Lane, url: string, contact: string): Promise<void> {
  const event = {
    ...{ specversion: '1.0', id: contact, source: 'test://acd', type: 'vigie.contact.queued' },
    time: new Date().toISOString(),
    data: { contact: { id: contact, segmentId: `${contact}/1` }, queue: { id: 'sales' } },
  };
  unknown.add(contact);
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  });
  if (response.status !== 202) return;
  unknown.delete(contact);
  acknowledged.add(contact);
}

/** A line that is no event: it is dead-lettered. */
async function postNonsense(url: string): Promise<void> {
  const headers = { 'content-type': 'application/x-ndjson' };
  await fetch(`${url}/v1/events`, { method: 'POST', headers, body: '{"type":"nonsense"}' });
}

async function offered(url: string): Promise<number | null | undefined> {
  const answer = await fetch(`${url}/v1/snapshot?window=today&queue=sales&channel=voice&kpi=offered`);
  const { rows } = (await answer.json()) as { rows: { kpis: { offered: { value: number | null } } }[] };
  return rows[0]?.kpis.offered.value;
}

/** Runs the service until it has died at that point. */
async function dieAt(lane: Lane, step: string, point: string): Promise<void> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = await spawnVigie(['start', '--data', lane.directory, '--port', String(port)], {
    env: { VIGIE_CRASH_AT: point, VIGIE_LOG_LEVEL: 'warn' },
  });
  lane.vigie = started;
  await waitFor(
    async () => {
      try {
        await post(lane, url, `contact-${(lane.posted += 1)}`);
        await postNonsense(url);
        if (AT_THE_END.has(step)) void started.stop();
      } catch {
        // it does not listen yet, or is dead
      }
      return !started.running;
    },
    { what: `the end at ${point}`, timeoutMs: 120_000, detail: () => started.log().slice(-2000) },
  );
  const { signal } = await started.exited;
  expect([point, signal], started.log().slice(-2000)).toEqual([point, 'SIGKILL']);
}

async function expectAll(lane: Lane): Promise<void> {
  const { acknowledged, unknown, directory } = lane;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const vigie = await spawnVigie(['start', '--data', directory, '--port', String(port)]);
  lane.vigie = vigie;
  await vigie.waitFor(`${url}/readyz`);
  const count = (await offered(url)) ?? 0;
  expect(count).toBeGreaterThanOrEqual(acknowledged.size);
  expect(count).toBeLessThanOrEqual(acknowledged.size + unknown.size);
  // A repetition is harmless: what nobody knew is there once, too.
  for (const contact of unknown) await post(lane, url, contact);
  const all = acknowledged.size;
  await waitFor(async () => (await offered(url)) === all, {
    what: `${all} contacts`,
    timeoutMs: 30_000,
    detail: () => vigie.log().slice(-2000),
  });
}

test('a process that dies at any step of restore, commit and hand-over loses and doubles nothing', async () => {
  const points = CRASH_STEPS.filter((step) => !NOT_REACHED.has(step)).flatMap((step) =>
    CRASH_MOMENTS.flatMap((moment) =>
      (REPEATED.has(step) ? [moment, `${moment}:3`] : [moment]).map((each) => ({
        step,
        point: `${step}:${each}`,
      })),
    ),
  );
  await Promise.all(
    lanes.map(async (lane, number) => {
      for (const [index, { step, point }] of points.entries())
        if (index % LANES === number) await dieAt(lane, step, point);
      expect(lane.acknowledged.size).toBeGreaterThan(points.length / LANES / 4);
      await expectAll(lane);
    }),
  );
}, 600_000);
