import { openEmbedded } from '@vigie/embedded';
import { hashOfKey, makeKey } from '@vigie/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type IngestUnderTest, readLog, ingestOn, LOG_OPTIONS } from './ingest.testkit.ts';

const startIngest = ingestOn(async (directory) => await openEmbedded(directory, LOG_OPTIONS));
const NOW_MS = Date.parse('2026-11-21T10:15:00.250Z');
const KEYS = { pbx: makeKey(), all: makeKey(), history: makeKey(), reader: makeKey() };
const entry = (name: keyof typeof KEYS, more: object) => ({ name, hash: hashOfKey(KEYS[name]), ...more });
const file = {
  access: {
    keys: [
      entry('pbx', { roles: ['ingest'], sources: ['asterisk://*'], centres: ['paris'] }),
      entry('all', { roles: ['ingest'] }),
      entry('history', { roles: ['import'] }),
      entry('reader', { roles: ['admin'] }),
    ],
  },
};
const event = (id: string, source: string, centre?: string) => ({
  ...{ specversion: '1.0', id, source, type: 'vigie.contact.queued', time: '2026-11-21T10:15:00.000Z' },
  ...(centre === undefined ? {} : { centre }),
  data: { contact: { id }, queue: { id: 'sales' } },
});

let under: IngestUnderTest;
beforeAll(async () => {
  under = await startIngest({ file, clock: () => NOW_MS });
});
afterAll(async () => await under.stop());

const post = async (key: keyof typeof KEYS | undefined, events: readonly object[]) =>
  await under.post(
    'application/x-ndjson',
    events.map((each) => JSON.stringify(each)).join('\n'),
    key === undefined ? {} : { authorization: `Bearer ${KEYS[key]}` },
  );

test('each event of a request is judged by its own source and centre', async () => {
  const answer = await post('pbx', [
    event('a1', 'asterisk://pbx/queue_log', 'paris'),
    event('a2', 'chatwoot://desk', 'paris'),
    event('a3', 'asterisk://pbx/queue_log', 'lyon'),
    event('a4', 'asterisk://pbx/queue_log'),
    event('a5', 'xasterisk://pbx', 'paris'),
    event('a6', 'asterisk://', 'paris'),
  ]);
  expect([answer.status, answer.body]).toEqual([
    202,
    {
      accepted: 2,
      rejected: [
        notAllowed(1, 'a2', 'source is "chatwoot://desk": not among the sources of this key'),
        notAllowed(2, 'a3', 'centre is "lyon": not among the centres of this key'),
        notAllowed(3, 'a4', 'centre is "default": not among the centres of this key'),
        notAllowed(4, 'a5', 'source is "xasterisk://pbx": not among the sources of this key'),
      ],
    },
  ]);
  const logged = (await readLog(under.embedded.log)).map((found) => String(found.event['id']));
  expect(logged.filter((id) => /^a\d$/.test(id))).toEqual(['a1', 'a6']);
  expect(await under.metric('vigie_events_rejected_total{reason="not_allowed"}')).toBe(4);
});

function notAllowed(index: number, id: string, reason: string) {
  return { index, id, code: 'not_allowed', reason };
}

test('a request of which nothing may be sent is answered 400', async () => {
  const answer = await post('pbx', [event('b1', 'chatwoot://desk', 'paris')]);
  expect([answer.status, answer.body['accepted']]).toEqual([400, 0]);
});

test('without a key, with one that may not send, and with one that only imports nothing is read', async () => {
  const before = await under.metric('vigie_events_rejected_total{reason="not_allowed"}');
  expect((await post(undefined, [event('c1', 'x')])).status).toBe(401);
  expect((await post('reader', [event('c1', 'x')])).status).toBe(403);
  expect((await post('history', [event('c1', 'x')])).status).toBe(403);
  expect((await post('all', [event('c2', 'x', 'anywhere')])).status).toBe(202);
  expect(await under.metric('vigie_events_rejected_total{reason="not_allowed"}')).toBe(before);
});

test('history takes the right to import', async () => {
  const ask = async (key: keyof typeof KEYS) =>
    (
      await fetch(`${under.url}/v1/events?import=true`, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents+json', authorization: `Bearer ${KEYS[key]}` },
        body: JSON.stringify({ ...event('d1', 'x'), time: '2026-09-01T08:00:00.000Z' }),
      })
    ).status;
  expect([await ask('all'), await ask('history')]).toEqual([403, 202]);
});

test('a body is refused before it has come when there is no key for it', async () => {
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent += 65_536;
      controller.enqueue(new Uint8Array(65_536));
      if (sent > 64 * 1024 * 1024) controller.close();
    },
  });
  const answer = await under.post('application/x-ndjson', body as never).catch(() => undefined);
  expect([undefined, 401]).toContain(answer?.status);
  expect(sent).toBeLessThan(32 * 1024 * 1024);
});
