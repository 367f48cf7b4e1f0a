import { expect, test } from 'vitest';
import { isInScope, matchesPattern, rolesWith } from './access.ts';
import { checkConfiguration } from './check.ts';

test.each([
  ['*', '', true],
  ['*', 'anything', true],
  ['sales', 'sales', true],
  ['sales', 'Sales', false],
  ['sales', 'sales2', false],
  ['sales', 'presales', false],
  ['sales-*', 'sales-fr', true],
  ['sales-*', 'sales-', true],
  ['sales-*', 'sales', false],
  ['*-fr', 'sales-fr', true],
  ['*-fr', 'sales-fr-2', false],
  ['a*b*c', 'aXXbYYc', true],
  ['a*b*c', 'abc', true],
  ['a*b*c', 'acb', false],
  ['asterisk://*', 'asterisk://pbx/queue_log', true],
  ['a.c', 'abc', false],
  ['[ab]', 'a', false],
  ['', '', true],
  ['', 'a', false],
])('the pattern %j matches %j: %s', (pattern, text, expected) => {
  expect(matchesPattern(pattern, text)).toBe(expected);
});

test('a pattern of many stars is no burden', () => {
  expect(matchesPattern(`${'a*'.repeat(250)}b`, 'a'.repeat(20_000))).toBe(false);
});

test('the totals are seen with the star alone', () => {
  expect(['_all', '_other', 'sales'].map((queue) => isInScope(queue, ['*']))).toEqual([true, true, true]);
  expect(['_all', '_other', 'sales'].map((queue) => isInScope(queue, undefined))).toEqual([true, true, true]);
  expect(['_all', '_other', 'sales'].map((queue) => isInScope(queue, ['_*', 's*']))).toEqual([
    false,
    false,
    true,
  ]);
});

test('a role includes those below it, and nobody but ingest sends', () => {
  expect([...rolesWith(['admin'])]).toEqual(['read', 'supervise', 'admin']);
  expect([...rolesWith(['supervise', 'import'])]).toEqual(['import', 'read', 'supervise']);
  expect([...rolesWith(['ingest'])]).toEqual(['ingest']);
});

test('a key lasts to the end of its last day, and a screen may read', () => {
  const hash = (letter: string) => `sha256:${letter.repeat(64)}`;
  const result = checkConfiguration({
    access: {
      keys: [{ name: 'acd', hash: hash('a'), roles: ['ingest'], expires: '2027-06-30' }],
      screens: [{ name: 'hall', hash: hash('b'), queues: ['sales-*'] }],
    },
  });
  const access = result.ok ? result.configuration.access : undefined;
  expect(access?.keys).toEqual([
    {
      ...{ name: 'acd', hash: hash('a'), roles: ['ingest'], isScreen: false },
      ...{ sources: ['*'], queues: ['*'], centres: ['*'], expiresAtMs: Date.UTC(2027, 6, 1) },
    },
    {
      ...{ name: 'hall', hash: hash('b'), roles: ['read'], isScreen: true },
      ...{ sources: ['*'], queues: ['sales-*'], centres: ['*'], expiresAtMs: undefined },
    },
  ]);
});
