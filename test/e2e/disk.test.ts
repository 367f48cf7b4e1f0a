import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { freePort, spawnVigie, temporaryDirectory, waitFor, type Vigie } from '@vigie/testkit';
import { afterEach, expect, test } from 'vitest';

const run = promisify(execFile);

let directory: string;
let vigie: Vigie | undefined;
afterEach(async () => {
  await vigie?.kill9();
  await rm(directory, { recursive: true, force: true });
});

/** No byte of a file beyond so many can be written by that process: to it the disk is broken. */
async function limitFiles({ pid }: Vigie, bytes: number | 'unlimited'): Promise<void> {
  // the soft limit alone: the hard one could not be raised again
  await run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
}

let contacts = 0;
/** Posts one more contact, answers the status. */
async function post(url: string): Promise<number> {
  const id = `contact-${contacts + 1}`;
  const event = {
    ...{
      specversion: '1.0',
      id,
      source: 'test://acd',
      type: 'vigie.contact.queued',
      subject: 'x'.repeat(500),
    },
    time: new Date().toISOString(),
    data: { contact: { id, segmentId: `${id}/1` }, queue: { id: 'sales' } },
  };
  const headers = { 'content-type': 'application/cloudevents+json' };
  const { status } = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers,
    body: JSON.stringify(event),
  });
  if (status === 202) contacts += 1;
  return status;
}

async function offered(url: string): Promise<number | null | undefined> {
  const answer = await fetch(`${url}/v1/snapshot?window=today&queue=sales&channel=voice&kpi=offered`);
  const { rows } = (await answer.json()) as { rows: { kpis: { offered: { value: number | null } } }[] };
  return rows[0]?.kpis.offered.value;
}

test('a disk that takes nothing is waited for, and given up after ten seconds; nothing acknowledged is lost', async () => {
  directory = await temporaryDirectory('disk');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['start', '--data', directory, '--port', String(port)];
  const started = await spawnVigie(args);
  vigie = started;
  await started.waitFor(`${url}/readyz`);
  for (let n = 0; n < 20; n++) expect(await post(url)).toBe(202);
  const refused = async (): Promise<void> => {
    await limitFiles(started, 4096);
    await waitFor(async () => (await post(url)) === 503, { what: 'a refusal', timeoutMs: 8000 });
  };

  await refused();
  await waitFor(async () => (await fetch(`${url}/readyz`)).status === 503, {
    what: 'readiness to agree',
    timeoutMs: 2500,
  });
  await limitFiles(started, 'unlimited');
  await waitFor(async () => (await post(url)) === 202, { what: 'room', timeoutMs: 5000 });
  await waitFor(async () => (await offered(url)) === contacts, { what: 'the figures', timeoutMs: 10_000 });
  await started.waitFor(`${url}/readyz`);

  await refused();
  const { code } = await started.exited;
  expect(code).toBe(1);
  expect(started.stdout() + started.log()).toMatch(/no write has succeeded for 10 s: the disk fails/);

  vigie = await spawnVigie(args);
  await vigie.waitFor(`${url}/readyz`);
  await waitFor(async () => (await offered(url)) === contacts, { what: 'the figures', timeoutMs: 10_000 });
}, 90_000);
