import { rm } from 'node:fs/promises';
import { freePort, spawnVigie, temporaryDirectory, waitFor, type Vigie } from '@vigie/testkit';
import { afterEach, expect, test } from 'vitest';

let directory: string;
let vigie: Vigie | undefined;
afterEach(async () => {
  await vigie?.kill9();
  await rm(directory, { recursive: true, force: true });
});

let words = 0;
async function post(url: string, type: string, data: object): Promise<void> {
  const event = {
    ...{ specversion: '1.0', id: `e-${(words += 1)}`, source: 'test://acd', type: `vigie.${type}` },
    ...{ time: new Date().toISOString(), subject: '*', data },
  };
  const headers = { 'content-type': 'application/cloudevents+json' };
  const answer = await fetch(`${url}/v1/events`, { method: 'POST', headers, body: JSON.stringify(event) });
  expect(answer.status, await answer.text()).toBe(202);
}

interface Snapshot {
  readonly state: string;
  readonly since?: string;
  readonly until?: string;
  readonly reason?: string;
  readonly rows: readonly { readonly state: string; readonly since?: string; readonly until?: string }[];
}
async function snapshot(url: string): Promise<Snapshot> {
  const answer = await fetch(`${url}/v1/snapshot?window=30m&queue=_all`);
  return (await answer.json()) as Snapshot;
}
async function feedStates(url: string): Promise<readonly string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^vigie_feed_state\{[^}]*state="(\w+)"[^}]*\} 1$/gm)].map(
    ([, state]) => state ?? '',
  );
}

test('a source that vouched and falls silent makes its centre stale within twelve seconds; a gap is told with its ends', async () => {
  directory = await temporaryDirectory('silent');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  vigie = await spawnVigie(['start', '--data', directory, '--port', String(port)]);
  await vigie.waitFor(`${url}/readyz`);
  const contact = { contact: { id: 'a', segmentId: 'a/1' }, queue: { id: 'sales' } };
  await post(url, 'contact.queued', contact);
  await waitFor(async () => (await snapshot(url)).state === 'live', { what: 'a live feed' });

  // a source that never vouched is not watched; from its first word on it is
  const saidAt = Date.now();
  await post(url, 'source.heartbeat', { upTo: new Date(saidAt).toISOString() });
  await waitFor(async () => (await snapshot(url)).state === 'stale', {
    what: 'staleness',
    timeoutMs: 13_000,
  });
  expect(Date.now() - saidAt).toBeGreaterThan(10_000);
  const { since, reason, rows } = await snapshot(url);
  expect([since, reason]).toEqual([new Date(saidAt).toISOString(), 'no_feed']);
  expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['stale']));
  expect(await feedStates(url)).toEqual(['stale']);
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
    /vigie_source_age_seconds\{[^}]*source="test:\/\/acd"[^}]*\} 1\d/,
  );

  // it is back, and says what it missed
  const [from, to] = [new Date(saidAt + 1000).toISOString(), new Date(saidAt + 5000).toISOString()];
  await post(url, 'source.gap', { from, to });
  await post(url, 'source.heartbeat', { upTo: new Date().toISOString() });
  await waitFor(async () => (await snapshot(url)).state === 'incomplete', { what: 'the gap' });
  const after = await snapshot(url);
  expect([after.since, after.until]).toEqual([from, to]);
  expect(after.rows.map((row) => [row.state, row.since, row.until])).toEqual(
    after.rows.map(() => ['incomplete', from, to]),
  );
  expect(await feedStates(url)).toEqual(['incomplete']);
}, 60_000);
