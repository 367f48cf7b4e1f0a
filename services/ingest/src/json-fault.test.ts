import { assert, json, property, string, tuple, nat } from 'fast-check';
import { expect, test } from 'vitest';

import { jsonFault } from './json-fault.ts';

test.each([
  ['', 1, 1],
  ['{', 1, 2],
  ['{"a":1,}', 1, 8],
  ['{"a" 1}', 1, 6],
  ['[1,2', 1, 5],
  ['[1,]', 1, 4],
  ['{"a":\n  tru}', 2, 3],
  ['{} {}', 1, 4],
  ['"a\nb"', 1, 1],
  ['01', 1, 2],
  ["{'a':1}", 1, 2],
])('%j breaks at line %i, column %i', (text, line, column) => {
  expect(jsonFault(text)).toEqual({ line, column });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('it finds a fault exactly where the engine does not parse', () => {
  assert(
    property(tuple(json(), nat(), nat({ max: 3 }), string({ maxLength: 2 })), ([text, at, cut, put]) => {
      const place = at % (text.length + 1);
      const broken = text.slice(0, place) + put + text.slice(place + cut);
      expect(jsonFault(broken) === undefined).toBe(isJson(broken));
    }),
    { numRuns: 2000 },
  );
});

test('a hundred thousand levels are no fault and no crash', () => {
  expect(jsonFault('['.repeat(100_000) + ']'.repeat(100_000))).toBeUndefined();
  expect(jsonFault('['.repeat(100_000))).toEqual({ line: 1, column: 100_001 });
});
