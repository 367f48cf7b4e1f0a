import { expect, test, vi } from 'vitest';

import { connectLive, type LiveOptions, type LiveSocket } from './connect.ts';

/** A socket that is played by hand, and a clock and timers moved by hand. */
function stage(options: Partial<LiveOptions> = {}) {
  let nowMs = 1_000_000;
  const timers = new Map<number, { atMs: number; callback: () => void }>();
  let handles = 0;
  const sockets: (LiveSocket & { readonly sent: string[]; closed: boolean; readonly url: string })[] = [];
  const feed = connectLive({
    url: 'ws://wall/v1/live',
    windows: ['30m'],
    queues: ['*'],
    clock: () => nowMs,
    random: () => 0,
    timers: {
      set: (callback, afterMs) => {
        handles += 1;
        timers.set(handles, { atMs: nowMs + afterMs, callback });
        return handles;
      },
      clear: (handle) => void timers.delete(handle as number),
    },
    createSocket: (url) => {
      const socket = {
        url,
        sent: [] as string[],
        closed: false,
        onopen: null,
        onmessage: null,
        onclose: null,
        onerror: null,
        send: (text: string) => void socket.sent.push(text),
        close: () => {
          socket.closed = true;
        },
      };
      sockets.push(socket);
      return socket;
    },
    ...options,
  });
  const advance = (ms: number): void => {
    const untilMs = nowMs + ms;
    for (;;) {
      const due = [...timers]
        .filter(([, { atMs }]) => atMs <= untilMs)
        .sort((a, b) => a[1].atMs - b[1].atMs)[0];
      if (due === undefined) break;
      timers.delete(due[0]);
      nowMs = due[1].atMs;
      due[1].callback();
    }
    nowMs = untilMs;
  };
  return { feed, sockets, advance, pending: () => timers.size };
}
const say = (socket: LiveSocket | undefined, body: object): void =>
  socket?.onmessage?.({ data: JSON.stringify(body) });
const iso = new Date(1_000_000).toISOString();

test('it subscribes when the socket opens, and is live with the snapshot', () => {
  const { feed, sockets } = stage();
  sockets[0]?.onopen?.();
  expect(sockets[0]?.sent.map((text) => JSON.parse(text) as unknown)).toEqual([
    { op: 'subscribe', id: 's1', windows: ['30m'], queues: ['*'] },
  ]);
  say(sockets[0], { op: 'subscribed', id: 's1', channel: 'c1' });
  say(sockets[0], { op: 'snapshot', channel: 'c1', epoch: 1, seq: 1, asOf: iso, state: 'live', rows: [] });
  expect(feed.health().state).toBe('live');
});

test('a silent socket is dropped and another opened; what the old one still says is not heard', () => {
  const { feed, sockets, advance } = stage();
  sockets[0]?.onopen?.();
  advance(4_500);
  expect(sockets[0]?.closed).toBe(true);
  advance(500);
  expect(sockets).toHaveLength(2);
  sockets[0]?.onopen?.();
  sockets[0]?.onclose?.({ code: 1006 });
  expect(feed.state.phase).toBe('connecting');
});

test('a url that is a function is asked for every connection, and its failure is a failed connection', async () => {
  let asked = 0;
  const { feed, sockets, advance } = stage({
    url: () => {
      asked += 1;
      return asked === 1
        ? Promise.reject(new Error('no ticket'))
        : Promise.resolve(`ws://wall/?ticket=${asked}`);
    },
  });
  await Promise.resolve();
  await Promise.resolve();
  expect(feed.state.phase).toBe('waiting');
  advance(500);
  await Promise.resolve();
  expect(sockets.map(({ url }) => url)).toEqual(['ws://wall/?ticket=2']);
});

test('a ticket that is not given for this key is a connection that is not allowed', async () => {
  const denied = Object.assign(new Error('no'), { status: 401 });
  const { feed } = stage({ url: () => Promise.reject(denied) });
  await Promise.resolve();
  await Promise.resolve();
  expect([feed.state.phase, feed.health().reason]).toEqual(['waiting', 'not_allowed']);
});

test('a screen tells of itself over the connection that it has', () => {
  const { feed, sockets } = stage();
  const report = { screen: 'hall', version: 'v1', page: '/wall', lagMs: 5 };
  feed.report(report);
  expect(sockets[0]?.sent).toEqual([]);
  sockets[0]?.onopen?.();
  feed.report(report);
  expect(JSON.parse(sockets[0]?.sent.at(-1) ?? '')).toEqual({ op: 'report', ...report });
  feed.close();
  feed.report(report);
  expect(sockets[0]?.sent).toHaveLength(2);
});

test('a socket that can not be made is a failed connection, not an exception', () => {
  const { feed } = stage({
    createSocket: () => {
      throw new SyntaxError('bad url');
    },
  });
  expect(feed.state.phase).toBe('waiting');
});

test('closing it ends socket and timers for good', () => {
  const { feed, sockets, advance, pending } = stage();
  feed.close();
  expect(sockets[0]?.closed).toBe(true);
  expect(pending()).toBe(0);
  advance(100_000);
  expect(sockets).toHaveLength(1);
  expect(feed.health().state).toBe('closed');
});

test('where there is no WebSocket it says at once what to pass, instead of never connecting', () => {
  vi.stubGlobal('WebSocket', undefined);
  try {
    expect(() => connectLive({ url: 'ws://wall/v1/live' })).toThrow(
      /^createSocket: there is no WebSocket here/,
    );
  } finally {
    vi.unstubAllGlobals();
  }
});
