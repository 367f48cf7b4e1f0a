import { expect, test } from 'vitest';

import { shipped, type SourceFile, sourceFiles, styleSheets, workspaces } from './source.ts';

const LONGEST = 600;
const MEDIAN = 200;
const LONGEST_SHEET = 400;

const linesOf = ({ code }: SourceFile): number => code.split('\n').length - 1;

function tooLong(files: readonly SourceFile[], longest = LONGEST): string[] {
  return files
    .filter((file) => linesOf(file) > longest)
    .map((file) => `${file.path}: ${linesOf(file)} lines`);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

const all = [...workspaces(), 'test'].flatMap(sourceFiles);

test(`no file has more than ${LONGEST} lines`, () => {
  expect(tooLong(all)).toEqual([]);
});

test(`no style sheet has more than ${LONGEST_SHEET} lines`, () => {
  const sheets = workspaces().flatMap(styleSheets);
  expect(sheets.length).toBeGreaterThan(5);
  expect(tooLong(sheets, LONGEST_SHEET)).toEqual([]);
});

test(`the median file has at most ${MEDIAN} lines`, () => {
  expect(median(shipped(all).map(linesOf))).toBeLessThanOrEqual(MEDIAN);
});

test('a file of 601 lines is found, one of 600 is not', () => {
  const file = (lines: number): SourceFile => ({ path: `${lines}.ts`, code: '\n'.repeat(lines) });
  expect(tooLong([file(600), file(601)])).toEqual(['601.ts: 601 lines']);
  expect(median([9, 1, 5])).toBe(5);
});
