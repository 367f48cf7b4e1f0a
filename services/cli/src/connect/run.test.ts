import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPositions } from '@vigie/ingest';
import { QueueLogConnector } from '@vigie/sources';
import { waitFor } from '@vigie/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runConnector } from './run.ts';

interface Told {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly data: { readonly upTo?: string };
}

let directory: string;
let file: string;
/** What the service took. */
let taken: Told[];
/** How the service answers; undefined: it takes everything. */
let answer: (() => Response) | undefined;
let running: AbortController[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigie-connect-'));
  file = join(directory, 'queue_log');
  taken = [];
  answer = undefined;
  running = [];
});
afterEach(async () => {
  for (const stopping of running) stopping.abort();
  await rm(directory, { recursive: true });
});

const service: typeof fetch = async (url, init) => {
  expect(url).toBe('http://vigie.example:8081/v1/events');
  if (answer !== undefined) return answer();
  const body = init?.body as string;
  const events = body.split('\n').map((line) => JSON.parse(line) as Told);
  taken.push(...events);
  return new Response(JSON.stringify({ accepted: events.length, rejected: [] }), { status: 202 });
};

/** A connector beside the PBX; answers how to stop it. */
async function connect(told: string[] = []): Promise<() => Promise<void>> {
  const positions = openPositions(directory);
  const position = await positions.load('pbx');
  const connector = new QueueLogConnector({
    source: 'asterisk://pbx/queue_log',
    file,
    ...(position === undefined ? {} : { position }),
  });
  const stopping = new AbortController();
  running.push(stopping);
  const to = 'http://vigie.example:8081/';
  const options = { to, name: 'pbx', centre: undefined, connector, positions, fetch: service };
  const listener = {
    delivered: () => undefined,
    failed: (reason: string) => void told.push(reason),
    refused: (id: string, reason: string) => void told.push(`${id}: ${reason}`),
  };
  const done = runConnector(options, listener, stopping.signal);
  return async () => {
    stopping.abort();
    await done;
  };
}

/** A caller enters the queue now. */
async function enter(call: string): Promise<void> {
  await appendFile(file, `${Math.floor(Date.now() / 1000)}|${call}|sales|NONE|ENTERQUEUE||0612345678|1\n`);
}
const calls = () => taken.filter(({ type }) => type === 'vigie.contact.queued');

test('what the PBX writes is posted, and the source vouches for it', async () => {
  const stop = await connect();
  await enter('1.1');
  await waitFor(() => calls().length === 1, { what: 'the call' });
  await waitFor(() => taken.some(({ type, data }) => type === 'vigie.source.heartbeat' && data.upTo), {
    what: 'a heartbeat',
  });
  expect(new Set(taken.map(({ source }) => source))).toEqual(new Set(['asterisk://pbx/queue_log']));
  await stop();
});

test('nothing is lost while the service is away: it comes when the service is back', async () => {
  answer = () => {
    throw new TypeError('fetch failed');
  };
  const told: string[] = [];
  const stop = await connect(told);
  await enter('1.1');
  await enter('1.2');
  await waitFor(() => told.length > 1, { what: 'failures' });
  expect(told[0]).toMatch(/cannot be reached/);
  answer = undefined;
  await waitFor(() => calls().length === 2, { what: 'both calls' });
  await stop();
});

test('stopped and started again it goes on where it was, lines written meanwhile included', async () => {
  const stop = await connect();
  await enter('1.1');
  await waitFor(() => calls().length === 1, { what: 'the first call' });
  await stop();
  await enter('1.2');
  const stopAgain = await connect();
  await waitFor(() => calls().length === 2, { what: 'the second call' });
  expect(new Set(calls().map(({ id }) => id)).size).toBe(2);
  await stopAgain();
});

test('what the service refuses for good is told, and does not hold up the rest', async () => {
  const told: string[] = [];
  const rejected = [{ index: 0, id: 'x', code: 'late', reason: 'time is too long before ingest' }];
  answer = () => new Response(JSON.stringify({ accepted: 0, rejected }), { status: 400 });
  const stop = await connect(told);
  await enter('1.1');
  await waitFor(() => told.length > 0, { what: 'the refusal' });
  expect(told[0]).toMatch(/: time is too long before ingest$/);
  answer = undefined;
  await enter('1.2');
  await waitFor(() => calls().length === 1, { what: 'the next call' });
  await stop();
});
