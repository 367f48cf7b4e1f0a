import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from './guardian.ts';
import { MissingServerError, requireTool, whereIs } from './tools.ts';

test('a missing program is named in one sentence that says how to get it', () => {
  expect(() => requireTool('prometheus', '/nowhere')).toThrow(MissingServerError);
  expect(() => requireTool('prometheus', '/nowhere')).toThrow(
    /^prometheus is missing: .*apt-get install prometheus/,
  );
});

test('a program is found in any directory of the path, by any of its names', async () => {
  const directory = await temporaryDirectory('tools');
  const file = join(directory, 'chromium-browser');
  await writeFile(file, '#!/bin/sh\n');
  await chmod(file, 0o755);
  await mkdir(join(directory, 'empty'));
  expect(whereIs('chromium', `${join(directory, 'empty')}:${directory}`)).toBe(file);
});
