import { expect, test } from 'vitest';
import type { InputBatch } from '../input/read-events.ts';
import { parseSpeed } from './plan.ts';
import type { PostWorld } from './post.ts';
import { MAX_BATCH_BYTES, MAX_BATCH_EVENTS, replay, type ReplayOptions } from './run.ts';

const START_MS = Date.parse('2027-01-01T00:00:00Z');

const queued = (id: string, timeMs: number, more: object = {}) => ({
  specversion: '1.0',
  id,
  source: 's',
  type: 'vigie.contact.queued',
  time: new Date(timeMs).toISOString(),
  data: { contact: { id: `c-${id}` }, queue: { id: 'q' }, ...more },
});

async function* input(events: readonly object[]): AsyncGenerator<InputBatch> {
  yield {
    items: events.map((value, index) => ({
      place: { file: 'f', line: index + 1 },
      value,
      text: JSON.stringify(value),
    })),
    lines: undefined,
    rejectedLines: [],
  };
}

interface Posted {
  readonly atMs: number;
  readonly bytes: number;
  readonly events: { readonly id: string; readonly time: string }[];
}

/** A service that answers as told, on a clock that moves only when somebody pauses. */
function world(answers: readonly (() => Response)[] = []) {
  let nowMs = START_MS;
  const posted: Posted[] = [];
  const left = [...answers];
  const accept = (count: number): Response =>
    new Response(JSON.stringify({ accepted: count, rejected: [] }), { status: 202 });
  const self: PostWorld = {
    clock: () => nowMs,
    pause: async (ms) => void (nowMs += ms),
    onRetry: () => undefined,
    fetch: async (_url, init) => {
      const body = init?.body as string;
      const lines = body.split('\n');
      const answer = left.shift();
      const response = answer === undefined ? accept(lines.length) : answer();
      if (response.status < 500) {
        const events = lines.map((line) => JSON.parse(line) as Posted['events'][number]);
        posted.push({ atMs: nowMs - START_MS, bytes: body.length, events });
      }
      return response;
    },
  };
  return { self, posted, elapsed: () => nowMs - START_MS };
}

const quiet = { rejected: () => undefined, progress: () => undefined };
const options = (speed: string, shiftToNow = false): ReplayOptions => ({
  to: 'http://localhost:1/',
  speed: parseSpeed(speed),
  shiftToNow,
});

test('events come in the order they happened, as much faster as asked for', async () => {
  const { self, posted } = world();
  const events = [queued('3', 120_000), queued('1', 0), queued('2', 60_000)];
  const result = await replay(input(events), options('60x'), self, quiet);
  expect(posted.map(({ atMs, events: [first] }) => [atMs, first?.id])).toEqual([
    [0, '1'],
    [1000, '2'],
    [2000, '3'],
  ]);
  expect(result).toEqual({ read: 3, accepted: 3, rejected: 0, byCode: {} });
});

test('shifted to now, the last event falls on the end of the replay and none lies ahead of its posting', async () => {
  const { self, posted, elapsed } = world();
  await replay(
    input([queued('1', 0), queued('2', 60_000), queued('3', 600_000)]),
    options('10x', true),
    self,
    quiet,
  );
  const times = posted.flatMap(({ atMs, events }) =>
    events.map(({ time }) => ({ atMs, happenedMs: Date.parse(time) - START_MS })),
  );
  expect(times.at(-1)?.happenedMs).toBe(elapsed());
  expect(times.map(({ happenedMs }) => happenedMs - (times[0]?.happenedMs ?? 0))).toEqual([
    0, 60_000, 600_000,
  ]);
  for (const { atMs, happenedMs } of times) expect(happenedMs).toBeLessThanOrEqual(atMs);
});

test('slower than real time nothing can be shifted to now', async () => {
  await expect(
    replay(input([queued('1', 0), queued('2', 60_000)]), options('0.5x', true), world().self, quiet),
  ).rejects.toThrow(/1x or faster/);
});

test('as fast as it goes, a request holds at most 1000 events and a mebibyte', async () => {
  const { self, posted } = world();
  const long = { origin: { vendor: 'x'.repeat(4000) } };
  const events = Array.from({ length: 2500 }, (_, n) => queued(String(n), n, n < 1000 ? long : {}));
  const { accepted } = await replay(input(events), options('max'), self, quiet);
  expect(accepted).toBe(2500);
  expect(posted.flatMap((batch) => batch.events.map(({ id }) => id))).toEqual(events.map(({ id }) => id));
  for (const { events: some, bytes } of posted) {
    expect(some.length).toBeLessThanOrEqual(MAX_BATCH_EVENTS);
    expect(bytes).toBeLessThanOrEqual(MAX_BATCH_BYTES);
  }
});

test('a busy service is asked again when it said so, an unreachable one with growing pauses', async () => {
  const busy = () => new Response('{}', { status: 503, headers: { 'retry-after': '7' } });
  const gone = () => {
    throw new TypeError('fetch failed');
  };
  const { self, posted, elapsed } = world([busy, gone, gone]);
  await replay(input([queued('1', 0)]), options('max'), self, quiet);
  expect(posted).toHaveLength(1);
  expect(elapsed()).toBe(7000 + 400 + 800);
});

test('a service that takes nothing for a minute is given up', async () => {
  const gone = () => {
    throw new TypeError('fetch failed');
  };
  const { self, elapsed } = world(Array.from({ length: 100 }, () => gone));
  await expect(replay(input([queued('1', 0)]), options('max'), self, quiet)).rejects.toThrow(
    /given up after 60 s/,
  );
  expect(elapsed()).toBeLessThanOrEqual(60_000);
});

test('what no repetition mends ends it at once', async () => {
  const { self } = world([() => new Response('who are you', { status: 401 })]);
  await expect(replay(input([queued('1', 0)]), options('max'), self, quiet)).rejects.toThrow(/answered 401/);
});

test('events that the service or the schema refuses are told where they stand', async () => {
  const told: string[] = [];
  const refusal = { accepted: 1, rejected: [{ index: 1, id: '2', code: 'late', reason: 'too old' }] };
  const { self } = world([() => new Response(JSON.stringify(refusal), { status: 202 })]);
  const result = await replay(
    input([queued('2', 1000), { type: 'nothing' }, queued('1', 0)]),
    options('max'),
    self,
    { ...quiet, rejected: ({ line }, reason) => void told.push(`${line}: ${reason}`) },
  );
  expect(result).toEqual({ read: 3, accepted: 1, rejected: 2, byCode: { unknown_type: 1, late: 1 } });
  expect(told).toEqual([expect.stringContaining('2: type is "nothing"'), '1: too old']);
});

test('history is posted as such: the service takes it at its own times', async () => {
  const urls: string[] = [];
  const { self, posted } = world();
  const watched: PostWorld = {
    ...self,
    fetch: async (url, init) => {
      urls.push(url as string);
      return await self.fetch(url, init);
    },
  };
  const events = [{ ...queued('1', -86_400_000 * 90), ingestedtime: '2026-11-01T00:00:00Z' }];
  await replay(input(events), { ...options('max'), isHistory: true }, watched, quiet);
  expect(urls).toEqual(['http://localhost:1/v1/events?import=true']);
  expect(posted[0]?.events[0]?.time).toBe(events[0]!.time);
});

test('history is told apart that is older than what a service looks at; what was refused is not in it', async () => {
  const HOUR_MS = 3_600_000;
  const refusesTheFirst = () =>
    new Response(JSON.stringify({ accepted: 2, rejected: [{ index: 0, code: 'skew', reason: 'no' }] }), {
      status: 202,
    });
  const { self } = world([refusesTheFirst]);
  const events = [-30, -27, -25].map((hours, i) => queued(String(i), START_MS + hours * HOUR_MS));
  const result = await replay(
    input(events),
    { ...options('max'), isHistory: true, oldAfterMs: 26 * HOUR_MS },
    self,
    quiet,
  );
  expect(result).toMatchObject({ read: 3, accepted: 2, old: 1 });
});
