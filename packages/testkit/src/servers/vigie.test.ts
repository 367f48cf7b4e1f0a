import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, expect, test, vi } from 'vitest';

import { temporaryDirectory } from './guardian.ts';
import { freePort } from './ports.ts';
import { spawnVigie, type Vigie } from './vigie.ts';

let vigie: Vigie | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await vigie?.kill9();
  vigie = undefined;
});

/** Answers 503 until it was asked three times, and leaves with 0 when asked to stop. */
const SERVICE = `
  import { createServer } from 'node:http';
  let asked = 0;
  createServer((_, response) => response.writeHead(++asked > 3 ? 200 : 503).end()).listen(Number(process.argv[3]), '127.0.0.1');
  process.on('SIGTERM', () => process.exit(0));
  console.log(process.argv[2], Object.keys(process.env).filter((name) => name.startsWith('VIGIE_')).join());`;

async function program(script: string): Promise<string> {
  const file = join(await temporaryDirectory('program'), 'vigie.mjs');
  await writeFile(file, script);
  return file;
}

test('waiting for a URL ends when it answers well, and a stop is a SIGTERM', async () => {
  const port = await freePort();
  vigie = await spawnVigie(['start', String(port)], { program: await program(SERVICE) });
  await vigie.waitFor(`http://127.0.0.1:${port}/readyz`);
  expect(vigie.running).toBe(true);
  expect(await vigie.stop()).toEqual({ code: 0, signal: null });
});

test('the program sees no VIGIE_ variable but those of the test', async () => {
  vi.stubEnv('VIGIE_PORT', '1');
  const env = { VIGIE_DATA: '/nowhere' };
  vigie = await spawnVigie(['start', String(await freePort())], { program: await program(SERVICE), env });
  const { stdout } = vigie;
  await vigie.waitFor(() => stdout().includes('start'));
  expect(stdout()).toBe('start VIGIE_DATA\n');
});

test('a SIGKILL leaves no chance to clean up', async () => {
  const port = await freePort();
  vigie = await spawnVigie(['start', String(port)], { program: await program(SERVICE) });
  await vigie.waitFor(`http://127.0.0.1:${port}/`);
  expect(await vigie.kill9()).toEqual({ code: null, signal: 'SIGKILL' });
});

test('waiting ends at once when the program does, with what it said', async () => {
  const file = await program(`console.error('port: expected a number, got "x"'); process.exit(2);`);
  vigie = await spawnVigie(['start', '--port', 'x'], { program: file });
  await expect(vigie.waitFor('http://127.0.0.1:9/', 60_000)).rejects.toThrow(
    /ended first:\n.*expected a number/,
  );
  expect(await vigie.exited).toEqual({ code: 2, signal: null });
});
