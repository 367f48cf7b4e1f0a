import { EVENT_TYPES } from '@vigie/contracts';
import { expect, test } from 'vitest';
import { MEASURES } from '../domain/codes.ts';
import { Present, Totals } from '../windowing/measures.ts';
import { CATALOGUE } from './catalogue.ts';
import { NO_WORDS } from '../domain/words.ts';
import { NO_AGENTS, type Measures } from './kpi.ts';

/** Measures of which only some parts may be read. */
function onlyReadable(parts: readonly (keyof Measures)[], filled: number): Measures {
  const totals = new Totals(MEASURES);
  totals.sums.fill(filled);
  for (const hist of totals.hists) if (filled > 0) hist.add(7, filled);
  const present = new Present(MEASURES);
  present.levels.fill(filled);
  for (const open of present.opens) if (filled > 0) open.move(1000, filled);
  const all: Measures = {
    totals,
    today: totals,
    present,
    maxWaitMs: 5000,
    nowMs: 9000,
    agents: NO_AGENTS,
    rolling: true,
    daily: true,
    words: NO_WORDS,
  };
  return new Proxy(all, {
    get(measures, name: keyof Measures) {
      if (!parts.includes(name)) throw new Error(`${name} was read`);
      return measures[name];
    },
  });
}

test.each(CATALOGUE.filter(({ fromTotals }) => fromTotals))(
  '$id reads nothing but the totals of its window',
  ({ compute }) => {
    for (const filled of [0, 3])
      expect(compute(onlyReadable(['totals', 'daily', 'words'], filled))).toHaveProperty('value');
  },
);

test.each(CATALOGUE.filter(({ fromTotals }) => fromTotals))('$id notes every sum it reads', (kpi) => {
  for (const filled of [0, 3]) {
    const { totals } = onlyReadable(['totals'], filled);
    const read = new Set<number>();
    const sums = new Proxy(totals.sums, {
      get: (all, index) => (read.add(Number(index)), all[Number(index)]),
    });
    kpi.compute({ totals: new Totals(MEASURES, sums, totals.hists) } as Measures);
    expect([...read].filter((index) => kpi.reads[index] !== 1)).toEqual([]);
  }
});

test.each(CATALOGUE.filter(({ now }) => now))('$id reads nothing that differs between windows', (kpi) => {
  expect(kpi.fromTotals).toBe(false);
  const parts = ['present', 'today', 'nowMs', 'agents', 'oldestUnanswered'] as const;
  for (const filled of [0, 3]) expect(kpi.compute(onlyReadable(parts, filled))).toHaveProperty('value');
});

test.each(CATALOGUE)('$id says when it counts, from which events, and by what it can be asked', (kpi) => {
  expect(kpi.now).toBe(kpi.instant === 'now');
  for (const words of [kpi.instant, kpi.formula, kpi.description, kpi.name.en, kpi.name.fr])
    expect(words.trim()).not.toBe('');
  expect(kpi.events.length).toBeGreaterThan(0);
  expect(new Set(kpi.events).size).toBe(kpi.events.length);
  for (const type of kpi.events) expect(EVENT_TYPES).toContain(type);
  expect(kpi.dimensions.includes('channel')).toBe(kpi.level !== 'agent');
  expect(kpi.dimensions.includes('queue')).toBe(kpi.level !== 'contact');
});
