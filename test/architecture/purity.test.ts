import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { PURE_FOLDERS } from './layers.ts';
import { impurities } from './purity.ts';
import { ROOT, shipped, sourceFiles } from './source.ts';

test.each(PURE_FOLDERS)('%s uses no Node, clock, randomness, timer or environment', (folder) => {
  const files = existsSync(join(ROOT, folder)) ? shipped(sourceFiles(folder)) : [];
  expect(files.flatMap(impurities)).toEqual([]);
});

test.each([
  [`import { readFileSync } from 'node:fs';`, 'import of node:fs'],
  [`import type { Server } from 'http';`, 'import of http'],
  [`const now = Date.now();`, 'Date.now'],
  [`const now = new Date();`, 'new Date() without an instant'],
  [`const now = Date();`, 'Date()'],
  [`const luck = Math.random();`, 'Math.random'],
  [`const id = crypto.randomUUID();`, 'crypto'],
  [`const start = performance.now();`, 'performance'],
  [`setTimeout(() => {}, 1);`, 'setTimeout'],
  [`const later = { setInterval };`, 'setInterval'],
  [`const port = process.env['PORT'];`, 'process'],
])('%s is found', (code, use) => {
  expect(impurities({ path: 'a.ts', code })).toEqual([`a.ts: ${use}`]);
});

test('instants given as arguments, names of its own and comments are pure', () => {
  const code = `// Date.now() is not used
    export const at = (ms: number): string => new Date(ms).toISOString();
    interface Step { process: () => void }
    export const run = (step: Step): void => step.process();
    export const labels = { performance: Date.UTC(2026, 0) };`;
  expect(impurities({ path: 'a.ts', code })).toEqual([]);
});
