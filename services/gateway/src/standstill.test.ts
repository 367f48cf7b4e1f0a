import { expect, test } from 'vitest';

import { BACKLOG_MS, Standstill, STANDSTILL_MS } from './standstill.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 10, 15);

test('what is heard while the process runs was said now', () => {
  const standstill = new Standstill(0);
  standstill.runs(STANDSTILL_MS - 1, NOW_MS);
  expect(standstill.saidMs(2 * STANDSTILL_MS - 3, NOW_MS + 7)).toBe(NOW_MS + 7);
});

test('what comes at the end of a standstill may be as old as its beginning, whoever notices it first', () => {
  const heardFirst = new Standstill(0);
  expect(heardFirst.saidMs(4_900, NOW_MS)).toBe(NOW_MS - 4_900);
  const ranFirst = new Standstill(0);
  ranFirst.runs(4_900, NOW_MS);
  expect(ranFirst.saidMs(4_900 + BACKLOG_MS - 1, NOW_MS + BACKLOG_MS - 1)).toBe(NOW_MS - 4_900);
});

test('a second after a standstill what comes is news again', () => {
  const standstill = new Standstill(0);
  standstill.runs(60_000, NOW_MS);
  expect(standstill.saidMs(60_000 + BACKLOG_MS, NOW_MS + BACKLOG_MS)).toBe(NOW_MS + BACKLOG_MS);
});
