import { SERVICE_LEVEL_FORMULAS } from '@vigie/contracts/constants';
import { expect, test } from 'vitest';

import { type Explained, readExplained } from './answers.ts';
import { adviceOn, behindView, explainView, partsOf } from './explain-view.ts';
import { momentOf, NOW_MS } from './moment.testkit.ts';
import { DESK_TEXT } from './text.ts';

const at = (minutesAgo: number): string => new Date(NOW_MS - minutesAgo * 60_000).toISOString();
const entity = (minutesAgo: number, effect: string, waitSeconds?: number) => ({
  contact: `c${minutesAgo}`,
  at: at(minutesAgo),
  effect,
  reason: 'answered within the threshold',
  ...(waitSeconds === undefined ? {} : { waitSeconds }),
});
const body = {
  kpi: 'service_level_live',
  value: 0.5,
  n: 4,
  asOf: at(0),
  window: { name: '30m', from: at(30), to: at(0) },
  formula: 'exclude_short_abandons: (A_in) / (A + B − B_short + W_over)',
  numbers: { A: 3, A_in: 2, B: 1, B_short: 1, W_over: 1 },
  variants: { answered_over_offered: { value: 0.4, n: 5 }, exclude_short_abandons: { value: 0.5, n: 4 } },
  configVersion: 'v7',
  counts: { for: 2, against: 2, excluded: 1 },
  entities: [entity(29, 'against', 40), entity(20, 'for', 4), entity(10, 'for', 5), entity(2, 'against')],
};
const explained: Explained = readExplained(body);
const figure = { unit: 'ratio', window: '30m', target: 0.6, threshold: 20 };

test('a formula is said in words with its numbers', () => {
  const view = explainView(explained, momentOf([]), figure);
  expect(view.parts.map(({ number, text }) => (number === '' ? text : `[${number} ${text}]`)).join('')).toBe(
    '([2 answered in time]) / ([3 answered] + [1 abandoned] − [1 short abandons] + [1 waiting too long now])',
  );
  expect(view).toMatchObject({
    formula: 'Short abandons left out',
    bounds: 'from 12:30:00 to 13:00:00',
    sample: 'n = 4',
    version: 'configuration v7',
  });
  expect(view.result.replace(/\s/g, '')).toBe('50.0%');
  expect(view.variants.map(({ id, isInForce }) => [id, isInForce])).toEqual([
    ['answered_over_offered', false],
    ['exclude_short_abandons', true],
  ]);
});

test('words of a sentence are no symbols, and stay as they are', () => {
  const sentence = 'Everybody who waits in the queue now, A or B included.';
  expect(partsOf(sentence, { waiting: 3 }, momentOf([]))).toEqual([{ text: sentence, number: '' }]);
});

test('what to do: so many answers, who waits too long already, and when the bad patch leaves the window', () => {
  expect(adviceOn(explained, momentOf([]), figure)).toEqual([
    'Answer the next one within 20 s to be back at 60%.',
    '1 who waits too long already is counted as missed.',
    'If nobody else comes, the bad patch leaves the window at 13:01: then it is 60% or better.',
  ]);
  expect(adviceOn(explained, momentOf([]), { ...figure, target: 0.5 })).toEqual(['On target (50%).']);
  expect(adviceOn(explained, momentOf([]), { ...figure, target: null })).toEqual([
    'No target is set for it.',
  ]);
  expect(adviceOn({ ...explained, value: null, n: 0 }, momentOf([]), figure)).toEqual([
    'Nothing is counted yet.',
  ]);
  expect(adviceOn(explained, momentOf([]), { ...figure, target: 1 })[0]).toContain('cannot be reached');
});

test('when not every contact is known, nothing is said of when the patch leaves', () => {
  expect(adviceOn({ ...explained, next: 'more' }, momentOf([]), figure)).toHaveLength(2);
});

test('a contact is told in the language of the reader', () => {
  expect(behindView(explained.entities[0]!, momentOf([], 'fr'))).toEqual({
    ...{ id: 'c29', time: '12:31:00', effect: 'against', effectWord: 'Contre' },
    ...{ reason: 'décroché dans le délai', wait: '00:40' },
  });
});

test('an answer that makes no sense is read as nothing', () => {
  expect(readExplained(null)).toMatchObject({ value: null, n: null, entities: [], next: null });
  expect(readExplained({ entities: [7, null], numbers: 3, variants: { a: 1 } })).toMatchObject({
    ...{ entities: [], numbers: {}, variants: {} },
  });
});

test('every formula of the contract has a name in both languages', () => {
  for (const { variantNames } of Object.values(DESK_TEXT))
    expect(Object.keys(variantNames).sort()).toEqual([...SERVICE_LEVEL_FORMULAS].sort());
});
