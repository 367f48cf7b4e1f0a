import { expect, test } from 'vitest';
import { judgingCode } from './judging-code.ts';

test('the code that judges has a name by what it is', () => {
  expect(judgingCode()).toMatch(/^[\w-]{16}$/);
  expect(judgingCode()).toBe(judgingCode());
});
