import { compareSnapshots, oracleSnapshot, type OracleEvent } from '@vigie/testkit/oracle';
import { temporaryDirectory } from '@vigie/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { OF_TIME } from '../exactness/of-time.ts';
import * as check from '../integration/exactness/check.ts';
import { scrape, sumOf } from '../integration/exactness/scrape.ts';
import { startService, type Service } from '../integration/exactness/service.ts';

const LINES = 'application/x-ndjson';
const ONE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const KIB = 1024;

let service: Service;
/** Every event that was acknowledged, in the order it was. */
const accepted: OracleEvent[] = [];
let serial = 0;

beforeAll(async () => {
  service = await startService(['start', '--data', await temporaryDirectory('data')]);
  await service.ready();
});
afterAll(async () => {
  await service.stop();
});

/** A call that enters the queue `sales` now. */
function queued(data: object = {}, envelope: object = {}): OracleEvent {
  serial += 1;
  const contact = { id: `call-${serial}`, segmentId: `stay-${serial}`, channel: 'voice' };
  return {
    specversion: '1.0',
    id: `event-${serial}`,
    source: 'test://pbx',
    type: 'vigie.contact.queued',
    time: new Date().toISOString(),
    data: { contact, queue: { id: 'sales' }, ...data },
    ...envelope,
  };
}

interface Answer {
  readonly status: number;
  readonly mediaType: string;
  readonly text: string;
  readonly accepted?: number;
  readonly rejected?: readonly { index: number; id: string | null; code: string; reason: string }[];
}

async function post(body: string | Uint8Array, contentType: string, headers: object = {}): Promise<Answer> {
  const answer = await fetch(`${service.url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': contentType, ...headers },
    body: body as string,
  });
  const mediaType = answer.headers.get('content-type') ?? '';
  const text = await answer.text();
  const document = JSON.parse(text) as Pick<Answer, 'accepted' | 'rejected'>;
  return { ...document, status: answer.status, mediaType, text };
}

const lines = (...events: readonly (OracleEvent | string)[]): string =>
  events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event))).join('\n');
const fromNow = (ms: number): string => new Date(Date.now() + ms).toISOString();
const nested = (depth: number): unknown => (depth === 0 ? 'deep' : { more: nested(depth - 1) });

/** What may stand between two valid events of a request, and why it is refused. */
const REFUSED: readonly {
  readonly what: string;
  readonly line: () => string | OracleEvent;
  readonly code: string;
  readonly says: RegExp;
}[] = [
  {
    what: 'JSON that breaks off',
    line: () => '{"specversion":"1.0","id":',
    code: 'invalid',
    says: /not JSON.*column/,
  },
  { what: 'a text in place of an event', line: () => '"hello"', code: 'invalid', says: /JSON object/ },
  { what: 'a list in place of an event', line: () => '[1,2]', code: 'invalid', says: /JSON object/ },
  {
    what: 'a number as time',
    line: () => queued({}, { time: 17 }),
    code: 'invalid',
    says: /^time is 17: must be/,
  },
  {
    what: 'a day that no month has',
    line: () => queued({}, { time: '2026-02-30T10:00:00Z' }),
    code: 'invalid',
    says: /^time is "2026-02-30/,
  },
  {
    what: 'a queue without id',
    line: () => queued({ queue: {} }),
    code: 'invalid',
    says: /^data\.queue.*required.*id/,
  },
  {
    what: 'a number as contact id',
    line: () => queued({ contact: { id: 7, channel: 'voice' } }),
    code: 'invalid',
    says: /^data\.contact\.id is 7: must be/,
  },
  {
    what: 'an infinite wait',
    line: () => JSON.stringify(queued({ measured: { waitMs: 4711 } })).replace('4711', '1e999'),
    code: 'invalid',
    says: /^data\.measured\.waitMs/,
  },
  {
    what: 'a type that Vigie does not know',
    line: () => queued({}, { type: 'vigie.contact.teleported' }),
    code: 'unknown_type',
    says: /"vigie\.contact\.teleported": not a type Vigie knows/,
  },
  {
    what: 'what only Vigie itself may say',
    line: () =>
      queued({ version: 'x', effectiveFrom: fromNow(0), body: {} }, { type: 'vigie.config.changed' }),
    code: 'invalid',
    says: /only Vigie itself/,
  },
  {
    what: 'an event of more than 256 KiB',
    line: () => queued({ note: 'x'.repeat(256 * KIB) }),
    code: 'too_big',
    says: /at most 262144 are accepted/,
  },
  {
    what: 'an event nested 30 deep',
    line: () => queued({ extra: nested(30) }),
    code: 'invalid',
    says: /nested deeper than/,
  },
  {
    what: 'an event nested 50,000 deep',
    line: () => `{"id":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    code: 'invalid',
    says: /nested deeper than/,
  },
  {
    what: 'the key __proto__',
    line: () => JSON.stringify(queued()).replace('"queue"', '"__proto__":{"polluted":true},"queue"'),
    code: 'invalid',
    says: /__proto__/,
  },
  {
    what: 'two minutes ahead',
    line: () => queued({}, { time: fromNow(120_000) }),
    code: 'future',
    says: /ahead of ingest/,
  },
  {
    what: 'a day and an hour old',
    line: () => queued({}, { time: fromNow(-90_000_000) }),
    code: 'late',
    says: /before ingest/,
  },
  {
    what: 'an entry three seconds after its own event',
    line: () =>
      queued(
        { queuedAt: fromNow(3_500), agent: { id: 'ada' } },
        { type: 'vigie.contact.answered', time: fromNow(0) },
      ),
    code: 'skew',
    says: /^data\.queuedAt is \d+ ms after time/,
  },
];

describe('a line that cannot be accepted is answered with its place and reason, beside it nothing is lost', () => {
  test.each(REFUSED)('$what', async ({ line, code, says }) => {
    const [before, after] = [queued(), queued()];
    const answer = await post(lines(before, line(), after), LINES);
    expect(answer).toMatchObject({ status: 202, accepted: 2, rejected: [{ index: 1, code }] });
    expect(answer.rejected?.[0]?.reason).toMatch(says);
    expect(answer.text.length).toBeLessThan(1_000);
    accepted.push(before, after);
    await expectAlive();
  });

  test('a line that is no UTF-8', async () => {
    const [before, after] = [queued(), queued()];
    const body = Buffer.concat([
      Buffer.from(`${JSON.stringify(before)}\n{"id":"`),
      Buffer.from([0xff, 0xfe, 0xc0]),
      Buffer.from(`"}\n${JSON.stringify(after)}`),
    ]);
    const answer = await post(body, LINES);
    expect(answer).toMatchObject({ status: 202, accepted: 2, rejected: [{ index: 1, code: 'invalid' }] });
    expect(answer.rejected?.[0]?.reason).toMatch(/not UTF-8/);
    accepted.push(before, after);
    await expectAlive();
  });
});

describe('a request of which nothing can be accepted is a problem document', () => {
  const problems: readonly {
    readonly what: string;
    readonly send: () => Promise<Answer>;
    readonly status: number;
    readonly says: RegExp;
  }[] = [
    {
      what: 'broken JSON',
      send: async () => await post('{"id": 1,', ONE),
      status: 400,
      says: /line 1, column 10/,
    },
    { what: 'an empty body', send: async () => await post('', ONE), status: 400, says: /empty/ },
    { what: 'blank lines', send: async () => await post('\n\n', LINES), status: 400, says: /no event/ },
    { what: 'an empty batch', send: async () => await post('[]', BATCH), status: 400, says: /no event/ },
    { what: 'an object as batch', send: async () => await post('{}', BATCH), status: 400, says: /array/ },
    {
      what: 'one event of an unknown type',
      send: async () => await post(JSON.stringify(queued({}, { type: 'x' })), ONE),
      status: 400,
      says: /unknown_type/,
    },
    {
      what: 'a media type that is not taken',
      send: async () => await post('{}', 'application/json'),
      status: 415,
      says: /application\/cloudevents\+json.*application\/x-ndjson/,
    },
    {
      what: 'a compressed body',
      send: async () => await post('{}', ONE, { 'content-encoding': 'gzip' }),
      status: 415,
      says: /compressed/,
    },
    {
      what: 'more than 16 MiB',
      send: async () => await post('x'.repeat(16 * KIB * KIB + 1), LINES),
      status: 413,
      says: /at most 16777216 bytes/,
    },
  ];
  test.each(problems)('$what', async ({ send, status, says }) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(answer.mediaType).toMatch(/^application\/problem\+json/);
    expect(answer.text).toMatch(says);
    const valid = queued();
    expect(await post(JSON.stringify(valid), ONE)).toMatchObject({ status: 202, accepted: 1, rejected: [] });
    accepted.push(valid);
    await expectAlive();
  });
});

test('two outcomes of one stay are both taken, and counted as a conflict', async () => {
  const entry = queued({}, { time: fromNow(-10_000) });
  const { contact, queue } = entry.data;
  const agent = { id: 'ada' };
  const story = [
    entry,
    queued({ contact, queue }, { type: 'vigie.contact.abandoned', time: fromNow(-5_000) }),
    queued({ contact, queue, agent }, { type: 'vigie.contact.answered', time: fromNow(-4_000) }),
  ];
  const before = sumOf(await scrape(service.url), 'vigie_conflicting_outcomes_total');
  expect(await post(JSON.stringify(story), BATCH)).toMatchObject({ status: 202, accepted: 3, rejected: [] });
  accepted.push(...story);
  await check.caughtUp(service.url, 'default', Date.now());
  expect(sumOf(await scrape(service.url), 'vigie_conflicting_outcomes_total')).toBe(before + 1);
});

test('whatever came between, every valid event is in the figures and every refusal is counted', async () => {
  await check.caughtUp(service.url, 'default', Date.now());
  const document = await check.snapshotOf(service.url, 'default');
  const expected = oracleSnapshot(accepted, { at: Date.parse(document.asOf) });
  expect(compareSnapshots(document.rows, expected.rows, { without: OF_TIME })).toEqual([]);
  const offered = document.rows.find(
    ({ queue, channel, window }) => queue === 'sales' && channel === 'voice' && window === 'today',
  )?.kpis['offered']?.value;
  expect(offered).toBe(new Set(accepted.map(({ data }) => data.contact?.segmentId)).size);

  const metrics = await scrape(service.url);
  const account = (name: string): number => sumOf(metrics, 'vigie_events_total', { account: name });
  expect(account('applied')).toBe(accepted.length);
  expect(account('future')).toBe(1);
  expect(account('late')).toBe(1);
  const byCode = (code: string): number => REFUSED.filter((each) => each.code === code).length;
  const reasons = (reason: string): number => sumOf(metrics, 'vigie_events_rejected_total', { reason });
  // beside the lines of the table: one that is no UTF-8, one event posted alone
  expect({
    invalid: reasons('invalid'),
    unknown_type: reasons('unknown_type'),
    skew: reasons('skew'),
    too_big: reasons('too_big'),
  }).toEqual({
    invalid: byCode('invalid') + 1,
    unknown_type: byCode('unknown_type') + 1,
    skew: 1,
    too_big: 1,
  });
});

async function expectAlive(): Promise<void> {
  expect(service.running).toBe(true);
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
}
