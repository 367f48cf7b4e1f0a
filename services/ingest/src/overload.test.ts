import { request } from 'node:http';

import { openEmbedded } from '@vigie/embedded';
import { waitFor } from '@vigie/testkit';
import { afterEach, expect, test } from 'vitest';

import { type IngestUnderTest, ingestOn, LOG_OPTIONS } from './ingest.testkit.ts';
import { MAX_IN_FLIGHT_BYTES, MAX_REQUEST_BYTES } from './limits.ts';

const startIngest = ingestOn(async (directory) => await openEmbedded(directory, LOG_OPTIONS));

const running: IngestUnderTest[] = [];
afterEach(async () => {
  for (const under of running.splice(0)) await under.stop();
});

interface Upload {
  readonly status: Promise<{ code: number; retryAfter: string | undefined }>;
  write(bytes: number): Promise<void>;
  end(): void;
  abort(): void;
}

/** A request whose body the test sends at its own pace. */
function upload(url: string, headers: Record<string, string>): Upload {
  const { hostname, port } = new URL(url);
  const sent = request({
    hostname,
    port,
    path: '/v1/events',
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...headers },
  });
  const status = new Promise<{ code: number; retryAfter: string | undefined }>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      resolve({ code: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
      response.resume();
    });
  });
  status.catch(() => undefined);
  return {
    status,
    write: async (bytes) =>
      await new Promise<void>((done) => void sent.write(Buffer.alloc(bytes, 0x20), () => done())),
    end: () => sent.end(),
    abort: () => sent.destroy(),
  };
}

test('a request that says it is too long is refused before its body came', async () => {
  const under = await startIngest();
  running.push(under);
  const sent = upload(under.url, { 'content-length': String(MAX_REQUEST_BYTES + 1) });
  await sent.write(1);
  expect((await sent.status).code).toBe(413);
  sent.abort();
});

test('a request that does not say how long it is is refused at the limit', async () => {
  const under = await startIngest();
  running.push(under);
  const sent = upload(under.url, { 'transfer-encoding': 'chunked' });
  await sent.write(MAX_REQUEST_BYTES);
  await sent.write(2);
  expect((await sent.status).code).toBe(413);
  sent.abort();
});

test('beyond what may be in flight requests are told to come back, and are taken when there is room', async () => {
  const under = await startIngest();
  running.push(under);
  const count = MAX_IN_FLIGHT_BYTES / MAX_REQUEST_BYTES;
  const slow = Array.from({ length: count }, () =>
    upload(under.url, { 'content-length': String(MAX_REQUEST_BYTES) }),
  );
  await Promise.all(slow.map((one) => one.write(MAX_REQUEST_BYTES - 1)));
  const event = JSON.stringify({
    specversion: '1.0',
    id: '1',
    source: 'test://acd',
    type: 'vigie.source.restarted',
    time: new Date().toISOString(),
    data: {},
  });
  const post = async () => await under.post('application/x-ndjson', event);
  const held = async () => await under.metric('vigie_ingest_in_flight_bytes');
  await waitFor(async () => (await held()) === MAX_IN_FLIGHT_BYTES - count, {
    what: 'all but the last bytes',
  });
  const answer = await post();
  expect(answer).toMatchObject({
    status: 503,
    body: { detail: 'Too much is in flight: nothing of this request was accepted.' },
  });
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(await under.metric('vigie_ingest_overloads_total')).toBeGreaterThan(0);
  for (const one of slow) one.abort();
  await waitFor(async () => (await held()) === 0, { what: 'room again' });
  expect((await post()).status).toBe(202);
});
