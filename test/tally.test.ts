import { expect, test } from 'vitest';

import { addTallies, failuresOf, namesOfFailed, readTally, tallyOf } from './tally.mjs';

const results = (passed: number, failed: number, skipped = 0) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: skipped,
  testResults: [
    { status: failed > 0 ? 'failed' : 'passed', assertionResults: Array(failed).fill({ status: 'failed' }) },
  ],
});

test('a run with nothing but passed tests has not failed', () => {
  const tally = addTallies(tallyOf(results(3, 0)), tallyOf(results(4, 0)));
  expect(tally).toEqual({ passed: 7, failed: 0, skipped: 0 });
  expect(failuresOf(tally)).toEqual([]);
});

test('a file that could not be loaded counts as a failed test', () => {
  const broken = { ...results(3, 0), testResults: [{ status: 'failed', assertionResults: [] }] };
  expect(tallyOf(broken)).toMatchObject({ passed: 3, failed: 1 });
});

test('a run without results, without tests, or with skipped tests has failed', () => {
  expect(failuresOf(readTally('/nowhere/results.json'))).toEqual(['1 tests']);
  expect(failuresOf(tallyOf(results(0, 0)))).toEqual(['no test ran']);
  expect(failuresOf(tallyOf(results(5, 0, 2)))).toHaveLength(1);
  expect(failuresOf(tallyOf(results(5, 1)))).toEqual(['1 tests']);
});

test('what failed is named by its file and its name, with the first lines of why', () => {
  const why = 'AssertionError: expected 28 to be 29\n    at x\n'.repeat(20);
  const failed = { status: 'failed', fullName: 'adds up', failureMessages: [why] };
  const passed = { status: 'passed', fullName: 'is there', failureMessages: [] };
  const names = namesOfFailed({
    testResults: [
      { name: 'a.test.ts', status: 'failed', message: '', assertionResults: [passed, failed] },
      { name: 'b.test.ts', status: 'failed', message: 'SyntaxError: no', assertionResults: [] },
      { name: 'c.test.ts', status: 'passed', message: '', assertionResults: [passed] },
    ],
  });
  expect(names).toHaveLength(2);
  expect(names[0]).toMatch(/^a\.test\.ts > adds up: AssertionError: expected 28 to be 29\n/);
  expect(names[0]!.split('\n')).toHaveLength(6);
  expect(names[1]).toBe('b.test.ts: SyntaxError: no');
});
