import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeTimeliness, MAX_EVENT_DEPTH, parseEvent } from './parse.ts';

const queued = {
  specversion: '1.0',
  id: 'e1',
  source: 'test://acd',
  type: 'vigie.contact.queued',
  time: '2026-11-21T10:15:00.000Z',
  data: { contact: { id: 'c1' }, queue: { id: 'sales' } },
};

function reasonOf(input: unknown): string {
  const result = parseEvent(input);
  if (result.ok) throw new Error('it was accepted');
  return `${result.rejection.code}: ${result.rejection.reason}`;
}

describe('an event', () => {
  test('is accepted with fields nobody knows, which are kept', () => {
    const input = { ...queued, vendorExtra: 1, data: { ...queued.data, extra: { deep: [1] } } };
    const result = parseEvent(input);
    expect(result.ok && result.parsed.event).toBe(input);
  });

  test('of which a type asks nothing may come without data', () => {
    const { data: _data, ...envelope } = queued;
    for (const type of ['vigie.source.restarted', 'vigie.source.heartbeat']) {
      const result = parseEvent({ ...envelope, type });
      expect(result.ok && result.parsed.event.data).toEqual({});
    }
    expect(reasonOf(envelope)).toContain('must have required properties data');
  });

  test('has its instants as milliseconds, finer digits cut', () => {
    const result = parseEvent({ ...queued, time: '2026-11-21T12:15:00.9876543+02:00' });
    expect(result.ok && result.parsed.timeMs).toBe(Date.parse('2026-11-21T10:15:00.987Z'));
  });

  test.each([
    ['no object', 'text', 'invalid: the event is "text"'],
    ['a list', [], 'invalid: the event is []'],
    ['no type', { ...queued, type: undefined }, 'invalid: type is nothing'],
    [
      'a type of somebody else',
      { ...queued, type: 'com.acme.call' },
      'unknown_type: type is "com.acme.call"',
    ],
    ['no queue', { ...queued, data: { contact: { id: 'c1' } } }, 'invalid: data'],
    ['a number for an id', { ...queued, id: 7 }, 'invalid: id is 7'],
    ['an empty id', { ...queued, id: '' }, 'invalid: id is ""'],
    ['an impossible day', { ...queued, time: '2026-02-30T10:00:00.000Z' }, 'invalid: time is "2026-02-30'],
    ['an hour 24', { ...queued, time: '2026-02-20T24:00:00.000Z' }, 'invalid: time is "2026-02-20T24'],
    ['a time without offset', { ...queued, time: '2026-11-21T10:15:00.000' }, 'invalid: time'],
    [
      'a negative duration',
      { ...queued, data: { ...queued.data, measured: { waitMs: -1 } } },
      'invalid: data.measured.waitMs is -1',
    ],
    [
      'an entry after itself',
      { ...queued, data: { ...queued.data, queuedAt: '2026-11-21T10:15:02.001Z' } },
      'skew: data.queuedAt is 2001 ms after time',
    ],
    [
      'a gap that ends before it begins',
      {
        ...queued,
        type: 'vigie.source.gap',
        data: { from: '2026-11-21T10:15:00.000Z', to: '2026-11-21T11:14:59.999+01:00' },
      },
      'invalid: data.to is "2026-11-21T11:14:59.999+01:00": must not be before data.from, 2026-11-21T10:15:00.000Z',
    ],
    [
      'an entry in a list that is no instant',
      {
        ...queued,
        type: 'vigie.source.snapshot',
        data: { queues: [{ id: 'q', waiting: [{ segmentId: 's', queuedAt: '2026-11-21 at ten past' }] }] },
      },
      'invalid: data.queues.0.waiting.0.queuedAt is "2026-11-21 at ten past": must be an RFC 3339 instant',
    ],
    [
      'a word of a source for no instant',
      {
        ...queued,
        type: 'vigie.source.heartbeat',
        data: { sources: [{ source: 'acd://a', upTo: '2026-02-30T10:00:00.000Z' }] },
      },
      'invalid: data.sources.0.upTo is "2026-02-30T10:00:00.000Z"',
    ],
    [
      'an id of more bytes than are allowed',
      { ...queued, data: { ...queued.data, contact: { id: 'é'.repeat(101) } } },
      `invalid: data.contact.id is "${'é'.repeat(76)}…: must not have more than 200 bytes in UTF-8`,
    ],
    [
      'such an id in a list',
      {
        ...queued,
        type: 'vigie.agent.queues',
        data: { agent: { id: 'a' }, op: 'set', queues: ['q', '語'.repeat(67)] },
      },
      'invalid: data.queues.1 is "語',
    ],
    [
      'such an id where a name may stand alone',
      {
        ...queued,
        type: 'vigie.contact.transferred',
        data: { ...queued.data, to: { agent: '😀'.repeat(51) } },
      },
      'invalid: data.to.agent is "😀',
    ],
    [
      'a day there is none',
      {
        ...queued,
        type: 'vigie.business.figure',
        data: { name: 'cost', value: 1, unit: 'EUR', date: '2026-13-45' },
      },
      'invalid: data.date is "2026-13-45": must be a day',
    ],
  ])('with %s is refused with the field, the value and what was expected', (_what, input, reason) => {
    expect(reasonOf(input)).toContain(reason);
  });

  test('may have an id of exactly 200 bytes', () => {
    for (const id of ['a'.repeat(200), 'é'.repeat(100), `${'語'.repeat(66)}ab`, '😀'.repeat(50)])
      expect(parseEvent({ ...queued, id, data: { ...queued.data, contact: { id } } }).ok).toBe(true);
  });

  test('nested too deeply is refused, however deep, without a crash', () => {
    const nested = (depth: number): unknown => {
      let value: unknown = 1;
      for (let i = 0; i < depth; i++) value = [value];
      return value;
    };
    expect(reasonOf({ ...queued, data: { ...queued.data, deep: nested(MAX_EVENT_DEPTH) } })).toContain(
      'nested',
    );
    expect(reasonOf(nested(50_000))).toContain('invalid');
    expect(reasonOf({ ...queued, type: nested(50_000) })).toContain('invalid');
  });

  test('with a "__proto__" key anywhere is refused', () => {
    const text = JSON.stringify(queued).replace('"contact":', '"__proto__":{"x":1},"contact":');
    expect(reasonOf(JSON.parse(text))).toContain('__proto__');
  });

  test('of any shape gets a verdict, never an exception', () => {
    fc.assert(
      fc.property(
        fc.anything({ maxDepth: 4 }),
        fc.constantFrom('id', 'time', 'data', 'source', 'type'),
        (value, key) => {
          expect(typeof parseEvent(value).ok).toBe('boolean');
          expect(typeof parseEvent({ ...queued, [key]: value }).ok).toBe('boolean');
        },
      ),
    );
  });
});

describe('an instant of an event', () => {
  const limits = { allowedLatenessMs: 86_400_000, futureToleranceMs: 60_000 };
  const ingested = Date.parse('2026-11-21T10:00:00Z');

  test.each([
    [-86_400_000, 'on_time'],
    [-86_400_001, 'late'],
    [60_000, 'on_time'],
    [60_001, 'future'],
  ] as const)('%i ms from its ingest is %s', (offset, kind) => {
    expect(judgeTimeliness(ingested + offset, ingested, limits).kind).toBe(kind);
  });
});
