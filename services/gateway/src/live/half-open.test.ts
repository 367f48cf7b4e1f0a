import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startGateway, stopGateways } from '../gateway.testkit.ts';
import { LIVE_LIMITS } from './limits.ts';
import { RawClient, until } from './raw-client.testkit.ts';
import { connected } from './ws-client.testkit.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await stopGateways();
});

test('a client that answers no ping is cut after two of them, and one that does stays', async () => {
  const { liveUrl, url } = await startGateway();
  const dead = new RawClient(Number(new URL(url).port));
  await dead.open();
  const alive = await connected(liveUrl);
  for (let pings = 0; pings < LIVE_LIMITS.missedPings; pings++) {
    const answered = once(alive.ws, 'ping');
    vi.advanceTimersByTime(LIVE_LIMITS.pingMs);
    await answered;
    expect(dead.isEnded).toBe(false);
    // its answer is there when what it said afterwards is refused
    alive.send({ op: 'nonsense' });
    await alive.next('error', pings + 1);
  }
  vi.advanceTimersByTime(LIVE_LIMITS.pingMs);
  await until(() => dead.isEnded);
  expect(alive.closed).toBeUndefined();
  alive.ws.terminate();
});
