import { expect, test } from 'vitest';

import { DESK_TEXT } from './text.ts';

/** Words that are the same in both languages. */
const SAME = new Set([
  ...['agents', 'sources', 'source', 'agent', 'views.corrections', 'fromTo', 'agentStates.unknown', 'title'],
]);

function spoken(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (typeof value === 'function')
    return [[path, String((value as (...parts: (string | null)[]) => unknown)('5', '6', null))]];
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as object).flatMap(([key, item]) =>
    spoken(item, path === '' ? key : `${path}.${key}`),
  );
}

test('no word of either language was left in the other, and none is missing', () => {
  const [english, french] = [spoken(DESK_TEXT.en, ''), spoken(DESK_TEXT.fr, '')];
  expect(french.map(([path]) => path)).toEqual(english.map(([path]) => path));
  const byPath = new Map(french);
  for (const [path, words] of english) {
    expect(words, path).not.toBe('');
    if (!SAME.has(path) && !/^[AB]( |$)/.test(words)) expect(byPath.get(path), path).not.toBe(words);
  }
});

test('every account of events and every standing of the connection has a name', () => {
  for (const { accountNames, feedReasons } of [DESK_TEXT.en, DESK_TEXT.fr]) {
    expect(Object.keys(accountNames)).toEqual(['applied', 'duplicate', 'late', 'future', 'rejected']);
    expect(Object.keys(feedReasons)).toEqual(['connecting', 'disconnected', 'silent', 'resynchronising']);
  }
});

test('one alone is told in the singular', () => {
  const [english, french] = [DESK_TEXT.en, DESK_TEXT.fr];
  expect(english.recover('1', '80%', '20 s')).toBe('Answer the next one within 20 s to be back at 80%.');
  expect(french.recover('1', '80 %', '20 s')).toBe('Décrocher le prochain en 20 s pour revenir à 80 %.');
  expect(english.recoverOver('1')).toContain('who waits too long already is counted');
  expect(french.recoverOver('1')).toContain('qui attend déjà trop est compté comme manqué');
});
