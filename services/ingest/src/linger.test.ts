import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';

import { linger } from './linger.ts';

test('what is still written is read to its end', async () => {
  const request = new PassThrough();
  const read = linger(request, { bytes: 1000, ms: 10_000 });
  request.write('x'.repeat(600));
  request.end('y');
  expect(await read).toBe(true);
  expect(await linger(request)).toBe(true);
});

test('who writes without end is given up after so many bytes', async () => {
  const request = new PassThrough();
  const read = linger(request, { bytes: 1000, ms: 60_000 });
  request.write('x'.repeat(1001));
  expect(await read).toBe(false);
  expect(request.isPaused()).toBe(true);
});

test('who says nothing more is given up after a while, and who is gone at once', async () => {
  const silent = new PassThrough();
  expect(await linger(silent, { ms: 10 })).toBe(false);
  const gone = new PassThrough();
  const read = linger(gone, { ms: 60_000 });
  gone.destroy();
  expect(await read).toBe(false);
  expect(await linger(gone)).toBe(false);
});
