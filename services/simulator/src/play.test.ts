import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { CanonicalEvent } from '@vigie/contracts';
import { afterEach, describe, expect, test } from 'vitest';

import { httpPost } from './http-post.ts';
import { play, RefusedError } from './play.ts';

const event = (id: string, timeMs: number): CanonicalEvent =>
  ({
    specversion: '1.0',
    id,
    source: 's',
    type: 'vigie.source.restarted',
    time: new Date(timeMs).toISOString(),
    data: {},
  }) as CanonicalEvent;

/** A clock that moves only when somebody pauses. */
function ownTime(startMs: number) {
  let nowMs = startMs;
  return {
    clock: () => nowMs,
    pause: async (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('playing', () => {
  test('what lies behind comes at once, the rest when its time has come', async () => {
    const time = ownTime(10_000);
    const posted: [string, number][] = [];
    await play({
      events: [event('1', 1000), event('2', 9000), event('3', 10_700), event('4', 14_000)].values(),
      post: async (events) => {
        posted.push([events.map(({ id }) => id).join(' '), time.clock()]);
      },
      signal: new AbortController().signal,
      ...time,
    });
    expect(posted).toEqual([
      ['1 2', 10_000],
      ['3', 10_700],
      ['4', 14_000],
    ]);
  });

  test('a batch that was not taken is offered again, the same, before any other', async () => {
    const offered: string[] = [];
    let failures = 3;
    await play({
      events: Array.from({ length: 1200 }, (_, n) => event(String(n), n)).values(),
      post: async (events) => {
        offered.push(`${events[0]?.id}-${events.at(-1)?.id}`);
        if (failures-- > 0) throw new Error('not now');
      },
      signal: new AbortController().signal,
      ...ownTime(5000),
    });
    expect(offered).toEqual(['0-499', '0-499', '0-499', '0-499', '500-999', '1000-1199']);
  });

  test('a refusal for good ends it', async () => {
    const playing = play({
      events: [event('1', 1)].values(),
      post: async () => {
        throw new RefusedError('no such place');
      },
      signal: new AbortController().signal,
      ...ownTime(5000),
    });
    await expect(playing).rejects.toThrow('no such place');
  });

  test('an abort ends it in the middle of a pause', async () => {
    const stopping = new AbortController();
    const playing = play({
      events: [event('1', Date.now() + 3_600_000)].values(),
      post: async () => undefined,
      signal: stopping.signal,
    });
    stopping.abort();
    await playing;
  });
});

describe('over HTTP', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  async function target(answers: readonly { status: number; body?: unknown }[]) {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      let body = `${request.method} ${request.url} ${request.headers['content-type']}\n`;
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const answer = answers[Math.min(bodies.length, answers.length - 1)];
        bodies.push(body);
        response.statusCode = answer?.status ?? 500;
        response.end(JSON.stringify(answer?.body ?? {}));
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    closers.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return { to: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies };
  }

  test('events are lines, and a busy target is asked again', async () => {
    const { to, bodies } = await target([
      { status: 503 },
      { status: 202, body: { accepted: 2, rejected: [] } },
    ]);
    await play({
      events: [event('1', 1), event('2', 2)].values(),
      post: httpPost({ to }),
      signal: new AbortController().signal,
      ...ownTime(5000),
    });
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toBe(bodies[1]);
    const [head, ...lines] = bodies[1]?.split('\n') ?? [];
    expect(head).toBe('POST /v1/events application/x-ndjson');
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['1', '2']);
  });

  test('refused events are told and not sent again', async () => {
    const rejected = [{ index: 0, id: '1', code: 'late', reason: 'old' }];
    const { to, bodies } = await target([{ status: 400, body: { accepted: 0, rejected } }]);
    const told: unknown[] = [];
    await httpPost({ to, onRejected: (some) => told.push(...some) })([event('1', 1)]);
    expect(told).toEqual(rejected);
    expect(bodies).toHaveLength(1);
  });

  test('a target that takes no events at all ends it', async () => {
    const { to } = await target([{ status: 404 }]);
    await expect(httpPost({ to })([event('1', 1)])).rejects.toBeInstanceOf(RefusedError);
  });
});
