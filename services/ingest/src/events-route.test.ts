import { openEmbedded } from '@vigie/embedded';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type IngestUnderTest, readLog, ingestOn, LOG_OPTIONS } from './ingest.testkit.ts';
import { MAX_EVENT_BYTES, MAX_EVENTS_PER_REQUEST, MAX_REQUEST_BYTES } from './limits.ts';

const startIngest = ingestOn(async (directory) => await openEmbedded(directory, LOG_OPTIONS));

const ONE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const LINES = 'application/x-ndjson';

const NOW_MS = Date.parse('2026-11-21T10:15:00.250Z');
const at = (offsetMs: number) => new Date(NOW_MS + offsetMs).toISOString();

let counter = 0;
function queued(changes: Record<string, unknown> = {}): Record<string, unknown> {
  counter += 1;
  return {
    specversion: '1.0',
    id: `e-${counter}`,
    source: 'test://acd',
    type: 'vigie.contact.queued',
    time: at(0),
    data: { contact: { id: `c-${counter}` }, queue: { id: 'sales' } },
    ...changes,
  };
}
const json = JSON.stringify;

let under: IngestUnderTest;
beforeAll(async () => {
  under = await startIngest({ clock: () => NOW_MS });
});
afterAll(async () => await under.stop());

/** Ids of the events in the log; ingest's own heartbeats come and go by the clock. */
async function loggedIds(): Promise<string[]> {
  return (await readLog(under.embedded.log))
    .filter(({ event }) => event['type'] !== 'vigie.source.heartbeat')
    .map(({ event }) => String(event['id']));
}

describe('an event that can not be accepted is answered with its reason, and its company is accepted', () => {
  const invalid = (reason: string | RegExp) => ({ code: 'invalid', reason });
  const cases: [string, Record<string, unknown>, { code: string; reason: string | RegExp }][] = [
    ['no data', queued({ data: undefined }), invalid(/^the event is .*: must have required properties data/)],
    ['a number as id', queued({ id: 7 }), invalid(/^id is 7: must be string/)],
    [
      'an id of 201 characters',
      queued({ id: 'x'.repeat(201) }),
      invalid(/^id is "x{76}…: must not have more/),
    ],
    ['another specversion', queued({ specversion: '0.3' }), invalid(/^specversion is "0.3"/)],
    [
      'a queue as text',
      queued({ data: { contact: { id: 'c' }, queue: 'sales' } }),
      invalid(/^data.queue is "sales"/),
    ],
    ['no queue', queued({ data: { contact: { id: 'c' } } }), invalid(/data is .*required properties queue/)],
    [
      'a kind nobody knows',
      queued({ data: { contact: { id: 'c' }, queue: { id: 'q' }, kind: 'magic' } }),
      invalid(/^data.kind is "magic".*initial, overflow/),
    ],
    [
      'a time without offset',
      queued({ time: '2026-11-21T10:15:00.000' }),
      invalid(
        'time is "2026-11-21T10:15:00.000": must be an RFC 3339 instant such as "2026-11-21T10:15:00.000Z"',
      ),
    ],
    ['the 30th of February', queued({ time: '2026-02-30T10:15:00.000Z' }), invalid(/^time is "2026-02-30/)],
    ['a centre with a slash', queued({ centre: 'a/b' }), invalid(/^centre is "a\/b"/)],
    ['no type', queued({ type: undefined }), invalid(/^type is nothing: must be a string/)],
    [
      'an unknown type',
      queued({ type: 'vigie.contact.teleported' }),
      { code: 'unknown_type', reason: 'type is "vigie.contact.teleported": not a type Vigie knows' },
    ],
    [
      'a configuration from a client',
      queued({
        type: 'vigie.config.changed',
        data: { version: 'v', effectiveFrom: at(0), body: {} },
      }),
      invalid('type is "vigie.config.changed": only Vigie itself writes events of this type'),
    ],
    [
      'an event in the name of ingest',
      queued({ source: 'vigie://ingest' }),
      invalid('source is "vigie://ingest": only Vigie itself writes events of this source'),
    ],
    [
      'an event of yesterday',
      queued({ time: at(-86_400_001) }),
      { code: 'late', reason: 'time is 86400001 ms before ingest: at most 86400000 ms is accepted' },
    ],
    [
      'an event of later',
      queued({ time: at(60_001) }),
      { code: 'future', reason: 'time is 60001 ms ahead of ingest: at most 60000 ms is accepted' },
    ],
    [
      'one that waited before it came',
      queued({ data: { contact: { id: 'c' }, queue: { id: 'q' }, queuedAt: at(2001) } }),
      {
        code: 'skew',
        reason: 'data.queuedAt is 2001 ms after time: at most 2000 ms is taken for clock skew',
      },
    ],
    [
      'nesting of 21 levels',
      queued({ data: JSON.parse('{"a":'.repeat(20) + '1' + '}'.repeat(20)) as unknown }),
      invalid('the event is refused: nested deeper than 20 levels'),
    ],
    [
      'one of more than 256 KiB',
      queued({ note: 'x'.repeat(MAX_EVENT_BYTES) }),
      { code: 'too_big', reason: /^the event has \d+ bytes: at most 262144 are accepted$/ },
    ],
  ];

  test.each(cases)('%s', async (_name, event, { code, reason }) => {
    const good = queued();
    const rejected = {
      index: 1,
      id: typeof event['id'] === 'string' && event['id'].length <= 200 ? event['id'] : null,
      code,
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    };
    const batch = await under.post(BATCH, json([good, event]));
    expect(batch).toMatchObject({ status: 202, body: { accepted: 1, rejected: [rejected] } });
    const lines = await under.post(LINES, `${json(queued())}\n${json(event)}`);
    expect(lines).toMatchObject({ status: 202, body: { accepted: 1 } });
    expect((lines.body['rejected'] as unknown[])[0]).toMatchObject({ index: 1, code });
    const single = await under.post(ONE, json(event));
    expect(single).toMatchObject({
      status: 400,
      body: {
        status: 400,
        detail: 'The event was not accepted.',
        accepted: 0,
        rejected: [{ index: 0, code }],
      },
    });
    expect(single.headers.get('content-type')).toContain('application/problem+json');
    expect(await loggedIds()).toContain(good['id']);
    expect(under.embedded.log.deadLetters(1)).toMatchObject([{ code, centre: expect.any(String) as string }]);
  });

  test.each([
    ['null', 'null', 'the event is null: must be a JSON object'],
    ['a number', '7', 'the event is 7: must be a JSON object'],
    [
      'an array of a hundred thousand levels',
      '['.repeat(100_000) + ']'.repeat(100_000),
      /array: must be a JSON object/,
    ],
    [
      'the key __proto__',
      json(queued()).replace('"contact"', '"__proto__":{"admin":true},"contact"'),
      'the event is refused: the key "__proto__" is not allowed',
    ],
    [
      'a hundred thousand levels',
      json(queued()).replace('"contact"', `"deep":${'['.repeat(100_000)}${']'.repeat(100_000)},"contact"`),
      'the event is refused: nested deeper than 20 levels',
    ],
  ])('%s', async (_name, text, reason) => {
    const expected = [
      {
        index: 1,
        code: 'invalid',
        reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      },
    ];
    const batch = await under.post(BATCH, `[${json(queued())},${text}]`);
    expect(batch).toMatchObject({ status: 202, body: { accepted: 1, rejected: expected } });
    const lines = await under.post(LINES, `${json(queued())}\n${text}\n`);
    expect(lines).toMatchObject({ status: 202, body: { accepted: 1, rejected: expected } });
    expect(Object.prototype).not.toHaveProperty('admin');
  });
});

describe('a request that can not be read is refused as a whole', () => {
  const cases: [string, string | undefined, string | Uint8Array<ArrayBuffer>, number, string | RegExp][] = [
    ['broken JSON', ONE, '{"id": 1,}', 400, 'The body is not JSON: it breaks at line 1, column 10.'],
    [
      'a broken batch',
      BATCH,
      `[\n${json({})},\n}]`,
      400,
      'The body is not JSON: it breaks at line 3, column 1.',
    ],
    ['a cut event', ONE, '{"id":"a', 400, 'The body is not JSON: it breaks at line 1, column 7.'],
    ['a batch that is no array', BATCH, '{}', 400, 'The body of a batch must be a JSON array of events.'],
    ['an empty body', ONE, '', 400, 'The body is empty: expected JSON.'],
    ['an empty batch', BATCH, '[]', 400, 'There is no event in the request.'],
    ['no lines', LINES, '', 400, 'There is no event in the request.'],
    ['blank lines only', LINES, '\n \r\n\t\n', 400, 'There is no event in the request.'],
    ['bytes that are no UTF-8', ONE, Uint8Array.of(0x22, 0xff, 0x22), 400, 'The body is not UTF-8.'],
    [
      'plain JSON',
      'application/json',
      '{}',
      415,
      /^The media type must be one of application\/cloudevents\+json, /,
    ],
    ['no media type', undefined, Uint8Array.of(0x7b, 0x7d), 415, /^The media type must be one of/],
    ['plain text', 'text/plain', 'hello', 415, /^The media type must be one of/],
    ['a media type of no form', 'constructor', '{}', 415, /media type/i],
    ['Latin 1', `${ONE}; charset=iso-8859-1`, '{}', 415, 'The charset must be utf-8.'],
    [
      'more events than are taken',
      LINES,
      '1\n'.repeat(MAX_EVENTS_PER_REQUEST + 1),
      413,
      `There are too many events in the request: at most ${MAX_EVENTS_PER_REQUEST} are taken.`,
    ],
  ];
  test.each(cases)('%s', async (_name, contentType, body, status, detail) => {
    const before = await loggedIds();
    const answer = await under.post(contentType, body);
    expect(answer).toMatchObject({
      status,
      body: { status, detail: typeof detail === 'string' ? detail : expect.stringMatching(detail) },
    });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await loggedIds()).toEqual(before);
  });

  test('a compressed body', async () => {
    const answer = await under.post(ONE, '{}', { 'content-encoding': 'gzip' });
    expect(answer).toMatchObject({ status: 415, body: { detail: 'The body must not be compressed.' } });
  });

  test('more than 16 MiB, by its Content-Length', async () => {
    const answer = await under.post(LINES, 'x'.repeat(MAX_REQUEST_BYTES + 1));
    expect(answer).toMatchObject({
      status: 413,
      body: { detail: 'The request is too long: at most 16777216 bytes are taken.' },
    });
  });

  test('more than 16 MiB, which every client is told that has written all of it, on a connection that stays', async () => {
    for (let times = 0; times < 20; times++) {
      const answer = await under.post(LINES, 'x'.repeat(MAX_REQUEST_BYTES + 1));
      expect(answer.status).toBe(413);
      expect(answer.headers.get('connection')).toBe('keep-alive');
    }
  });
});

describe('what can be accepted is', () => {
  test('a line that is not JSON is rejected alone, and blank lines are not counted', async () => {
    const [first, second] = [queued(), queued()];
    const answer = await under.post(LINES, `\n${json(first)}\r\n\n{"id":\n${json(second)}`);
    expect(answer).toMatchObject({
      status: 202,
      body: {
        accepted: 2,
        rejected: [
          { index: 1, id: null, code: 'invalid', reason: 'the line is not JSON: it breaks at column 7' },
        ],
      },
    });
    expect(under.embedded.log.deadLetters(1)).toMatchObject([{ line: '{"id":', code: 'invalid' }]);
  });

  test('a line that is not UTF-8 is rejected alone', async () => {
    const body = Buffer.concat([
      Buffer.from(`${json(queued())}\n`),
      Buffer.from([0xff, 0x0a]),
      Buffer.from(json(queued())),
    ]);
    const answer = await under.post(LINES, body);
    expect(answer).toMatchObject({
      status: 202,
      body: {
        accepted: 2,
        rejected: [{ index: 1, reason: 'the line is not UTF-8: must be one event as JSON' }],
      },
    });
  });

  test('one event, with the limits of its time', async () => {
    for (const time of [at(-86_400_000), at(60_000)]) {
      expect(await under.post(`${ONE}; charset=UTF-8`, json(queued({ time })))).toMatchObject({
        status: 202,
        body: { accepted: 1, rejected: [] },
      });
    }
  });

  test('ingestedtime is our clock, whatever the client says; unknown fields are kept', async () => {
    const event = queued({ ingestedtime: '2001-01-01T00:00:00.000Z', traceparent: 'é "x"\n' });
    expect((await under.post(ONE, json(event))).status).toBe(202);
    const logged = (await readLog(under.embedded.log)).at(-1);
    expect(logged?.event).toEqual({ ...event, ingestedtime: at(0), centre: 'default' });
  });

  test('events of a request share a record, by centre, in their order', async () => {
    const events = ['a', 'b', 'a', 'default'].map((centre) => queued({ centre }));
    expect((await under.post(BATCH, json(events))).status).toBe(202);
    const ids = events.map(({ id }) => id);
    const logged = (await readLog(under.embedded.log)).filter(({ event }) => ids.includes(event['id']));
    expect(logged.map(({ centre, event }) => [centre, event['id']])).toEqual([
      ['a', ids[0]],
      ['a', ids[2]],
      ['b', ids[1]],
      ['default', ids[3]],
    ]);
    expect(new Set(logged.map(({ offset }) => offset)).size).toBe(3);
  });

  test('five thousand and one queues are no matter of ingest', async () => {
    const events = Array.from({ length: 5001 }, (_, index) =>
      queued({ data: { contact: { id: `q-${index}` }, queue: { id: `queue-${index}` } } }),
    );
    expect(await under.post(LINES, events.map((event) => json(event)).join('\n'))).toMatchObject({
      status: 202,
      body: { accepted: 5001, rejected: [] },
    });
  });

  test('an event of 256 KiB is short enough, with one byte more it is not, in every form', async () => {
    const empty = queued({ id: 'e-x', note: '' });
    const event = { ...empty, note: 'x'.repeat(MAX_EVENT_BYTES - Buffer.byteLength(json(empty))) };
    const oneMore = { ...event, id: 'e-xx' };
    for (const [form, body] of [
      [LINES, json(event)],
      [ONE, json(event)],
      [BATCH, json([event])],
    ] as const) {
      expect((await under.post(form, body)).status).toBe(202);
    }
    for (const [form, body] of [
      [LINES, json(oneMore)],
      [ONE, json(oneMore)],
      [BATCH, json([oneMore])],
    ] as const) {
      expect(await under.post(form, body)).toMatchObject({
        status: 400,
        body: { rejected: [{ code: 'too_big' }] },
      });
    }
  });

  test('what is submitted in process goes the same way', async () => {
    const event = queued();
    const result = await under.ingest.submit([event, queued({ time: at(60_001) })] as never);
    expect(result).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'future' }] });
    expect(await loggedIds()).toContain(event['id']);
  });

  test('a body without Content-Length is read to its end', async () => {
    const bytes = new TextEncoder().encode(`${json(queued())}\n${json(queued())}`);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.slice(0, 100));
        controller.enqueue(bytes.slice(100));
        controller.close();
      },
    });
    expect(await under.post(LINES, body)).toMatchObject({ status: 202, body: { accepted: 2 } });
  });
});

test('every refusal is in one account, and rejections have their reasons', async () => {
  const count = async (line: string) => (await under.metric(line)) ?? 0;
  const lines = [
    'vigie_events_total{account="late"}',
    'vigie_events_total{account="future"}',
    'vigie_events_total{account="rejected"}',
    'vigie_events_rejected_total{reason="invalid"}',
    'vigie_events_rejected_total{reason="unknown_type"}',
    'vigie_events_rejected_total{reason="skew"}',
    'vigie_events_rejected_total{reason="too_big"}',
  ];
  const before = await Promise.all(lines.map(count));
  await under.post(
    BATCH,
    json([
      queued({ time: at(-86_400_001) }),
      queued({ time: at(60_001) }),
      queued({ id: 1 }),
      queued({ type: 'x' }),
      queued({ data: { contact: { id: 'c' }, queue: { id: 'q' }, queuedAt: at(2001) } }),
      queued({ note: 'x'.repeat(MAX_EVENT_BYTES) }),
    ]),
  );
  const after = await Promise.all(lines.map(count));
  expect(after.map((value, index) => value - (before[index] ?? 0))).toEqual([1, 1, 4, 1, 1, 1, 1]);
});
