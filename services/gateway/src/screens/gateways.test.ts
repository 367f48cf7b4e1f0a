import { createLogger } from '@vigie/service-kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Fleet, merged, type Board } from './fleet.ts';
import { SCREEN_LIMITS } from './limits.ts';
import { Screens, type ScreenEntry } from './screens.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

/** A board in memory, which can be away. */
class MemoryBoard implements Board {
  readonly places = new Map<string, string>();
  isAway = false;
  async put(place: string, text: string): Promise<void> {
    if (this.isAway) throw new Error('the board is away');
    this.places.set(place, text);
  }
  async others(place: string): Promise<readonly string[]> {
    if (this.isAway) throw new Error('the board is away');
    return [...this.places].flatMap(([each, text]) => (each === place ? [] : [text]));
  }
}

function gatewayOn(board: Board) {
  const screens = new Screens(() => ['hall']);
  const logger = createLogger({ name: 'test', level: 'silent' });
  return { screens, fleet: new Fleet({ screens, board, clock: () => 5000, logger }) };
}
const statesOf = (entries: readonly ScreenEntry[]) =>
  entries.map(({ screen, state }) => `${screen} ${state}`);

test('any gateway lists the screens of all, and its own alone while the store is away', async () => {
  const board = new MemoryBoard();
  const [one, other] = [gatewayOn(board), gatewayOn(board)];
  one.screens.join('hall', true, 1000);
  other.screens.join('lobby', false, 2000);
  vi.advanceTimersByTime(SCREEN_LIMITS.tellMs);
  const all = ['hall live', 'lobby live'];
  expect(statesOf(await one.fleet.list())).toEqual(all);
  expect(statesOf(await other.fleet.list())).toEqual(all);
  board.isAway = true;
  vi.advanceTimersByTime(SCREEN_LIMITS.tellMs);
  expect(statesOf(await other.fleet.list())).toEqual(['hall absent', 'lobby live']);
  board.isAway = false;
  board.places.set('a gateway of another build', '{"screens":[{"screen":"x"}]}');
  expect(statesOf(await other.fleet.list())).toEqual(all);
  one.fleet.stop();
  other.fleet.stop();
});

test('of a screen that moved the gateway that sees it alive is right, and connections are added', () => {
  const entry = (change: Partial<ScreenEntry>): ScreenEntry => ({
    ...{ screen: 'hall', state: 'live', since: '2026-11-21T10:00:00Z', keyed: false, connections: 1 },
    ...{ reportedAt: null, version: null, page: null, lag: null, ...change },
  });
  const frozen = entry({ state: 'frozen', keyed: true, since: '2026-11-21T10:05:00Z' });
  const gone = entry({ state: 'absent', connections: 0 });
  const goneLater = entry({ state: 'absent', connections: 0, since: '2026-11-21T10:01:00Z' });
  expect(merged([[frozen], [entry({})], [gone]])).toEqual([entry({ keyed: true, connections: 2 })]);
  expect(merged([[gone], [goneLater]])).toEqual([goneLater]);
});

test('a screen that froze at another gateway is known within 15 s', () => {
  expect(SCREEN_LIMITS.frozenAfterMs + SCREEN_LIMITS.tellMs).toBeLessThan(15_000);
});
