import { describe, expect, test } from 'vitest';

import { PaintClock } from './paint-clock.ts';

/** A page whose figure moves at these instants: when it is written, and when the page is painted on the second. */
function written(movesMs: readonly number[], untilMs: number): { figures: number[]; seconds: number[] } {
  const clock = new PaintClock();
  const figures: number[] = [];
  const seconds: number[] = [];
  let isNew = false;
  let dueMs: number | null = null;
  const look = (atMs: number): number => {
    const turn = clock.turn(atMs);
    dueMs = isNew ? clock.dueMs(atMs, (figures.at(-1) ?? -Infinity) + 450) : null;
    if (turn !== 'between') clock.begin(atMs);
    if (turn === 'second') seconds.push(atMs);
    const mayBe = atMs - (figures.at(-1) ?? -Infinity) >= 450;
    if (isNew && mayBe && (turn !== 'between' || dueMs === atMs)) {
      figures.push(atMs);
      clock.moved(atMs);
      isNew = false;
      dueMs = null;
    }
    return atMs + clock.waitMs(atMs, dueMs);
  };
  let wakeMs = look(0);
  const moves = [...movesMs];
  while (Math.min(wakeMs, moves[0] ?? Infinity) < untilMs) {
    const moveMs = moves[0] ?? Infinity;
    if (moveMs < wakeMs) {
      moves.shift();
      isNew = true;
    }
    wakeMs = look(Math.min(moveMs, wakeMs));
  }
  return { figures, seconds };
}
const every = (ms: number, untilMs: number, fromMs = 37): number[] =>
  Array.from({ length: Math.ceil((untilMs - fromMs) / ms) }, (_, index) => fromMs + index * ms);

describe('the frames of a page', () => {
  test('a figure that stood still is written as it moves', () => {
    expect(written([137, 867, 1597, 2327], 3000).figures).toEqual([137, 867, 1597, 2327]);
  });

  test('one that moves all the time is written twice a second, and soon on the half seconds', () => {
    const { figures } = written(every(20, 20_000), 20_000);
    const gaps = figures.slice(1).map((atMs, index) => atMs - (figures[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(450);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(560);
    expect(figures.slice(-10).every((atMs) => atMs % 500 <= 20)).toBe(true);
  });

  test('each second has its own frame, a moment after it began, whatever moves', () => {
    const { seconds } = written(every(70, 5000), 5000);
    expect(seconds).toEqual([0, 1003, 2003, 3003, 4003]);
  });

  test('a clock that is corrected by a little does not go back, one that is set back begins anew', () => {
    const clock = new PaintClock();
    clock.begin(5003);
    expect(clock.turn(4998)).toBe('between');
    expect(clock.secondMs).toBe(5000);
    expect(clock.turn(1000)).toBe('second');
    expect(clock.turn(5503)).toBe('half');
    clock.moved(5503);
    expect(clock.dueMs(1000, 0)).toBe(1000);
  });
});
