import { openEmbedded } from '@vigie/embedded';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type IngestUnderTest, readLog, ingestOn, LOG_OPTIONS } from './ingest.testkit.ts';

const startIngest = ingestOn(async (directory) => await openEmbedded(directory, LOG_OPTIONS));
const NOW_MS = Date.parse('2026-11-21T10:15:00.250Z');
const OLD = {
  specversion: '1.0',
  id: 'old',
  source: 'test://acd',
  type: 'vigie.contact.queued',
  time: '2026-09-01T08:00:00.000Z',
  data: { contact: { id: 'c' }, queue: { id: 'sales' } },
};
const EVENT = 'application/cloudevents+json';
const request = { method: 'POST', headers: { 'content-type': EVENT }, body: JSON.stringify(OLD) };

let under: IngestUnderTest;
beforeAll(async () => {
  under = await startIngest({ clock: () => NOW_MS });
});
afterAll(async () => await under.stop());

test('history is taken at its own times when the request says so', async () => {
  const late = await under.post(EVENT, request.body);
  expect(late.body['rejected']).toMatchObject([{ code: 'late' }]);
  const answer = await fetch(`${under.url}/v1/events?import=true`, request);
  expect(await answer.json()).toEqual({ accepted: 1, rejected: [] });
  const logged = (await readLog(under.embedded.log)).find(({ event }) => event['id'] === 'old');
  expect(logged?.event).toMatchObject({ time: OLD.time, ingestedtime: OLD.time });
});

test('history is asked for in one way only', async () => {
  expect((await fetch(`${under.url}/v1/events?import=yes`, request)).status).toBe(400);
});
