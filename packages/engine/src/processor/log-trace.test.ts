import { expect, test } from 'vitest';

import { LogTrace, SINCE_EVER_MS } from './log-trace.ts';

const AFTERMATH_MS = 60_000;

test('records that are missing stay missing for an owner that takes over before the next one is read', () => {
  const first = new LogTrace(AFTERMATH_MS);
  first.lost();
  const second = new LogTrace(AFTERMATH_MS);
  second.restore(structuredClone(first.store()));
  expect(second.gaps).toEqual([]);
  expect(second.ingested(5_000)).toBe(true);
  expect(second.gaps).toMatchObject([{ fromMs: SINCE_EVER_MS, toMs: 5_000 }]);
  expect(second.wholeFromMs).toBe(5_000);

  const third = new LogTrace(AFTERMATH_MS);
  third.restore(structuredClone(second.store()));
  expect(third.ingested(6_000)).toBe(false);
  expect(third.gaps).toHaveLength(1);
});
