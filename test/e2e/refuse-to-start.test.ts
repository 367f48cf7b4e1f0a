import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { spawnVigie, temporaryDirectory, type Vigie } from '@vigie/testkit';
import { afterEach, expect, test } from 'vitest';

import { startService } from '../integration/exactness/service.ts';

let started: Vigie | undefined;
afterEach(async () => {
  await started?.kill9();
  started = undefined;
});

/** Starts `vigie …`, which is to end by itself; answers how, and what it said to the person. */
async function refusal(...args: readonly string[]): Promise<{ code: number | null; said: string }> {
  started = await spawnVigie(args);
  const { code } = await started.exited;
  return { code, said: started.log() };
}

const withoutStack = /^(?!.*\n\s+at )/s;

test.each([
  ['an unknown key', 'centre: { timezone: Europe/Paris }\n', /centre\.timezone.*timeZone/],
  ['an unknown section', 'queue: { sales: {} }\n', /queue\b.*queues/],
  ['a wrong value', 'time: { allowedLateness: soon }\n', /time\.allowedLateness.*soon/],
  ['no YAML at all', 'centre: [\n', /vigie\.yaml/],
])('a configuration with %s is refused with a sentence that says where', async (_what, text, says) => {
  const directory = await temporaryDirectory('refused');
  const config = join(directory, 'vigie.yaml');
  await writeFile(config, text);
  const { code, said } = await refusal(
    'start',
    '--config',
    config,
    '--data',
    join(directory, 'data'),
    '--port',
    '0',
  );
  expect([1, 2]).toContain(code);
  expect(said).toMatch(says);
  expect(said).toMatch(withoutStack);
});

test('a port in use is refused with a sentence that names it', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const { port } = holder.address() as AddressInfo;
  try {
    const data = await temporaryDirectory('data');
    const { code, said } = await refusal('start', '--data', data, '--port', String(port));
    expect(code).toBe(1);
    expect(said).toMatch(new RegExp(`port ${port}\\b.*in use|${port}.*already`));
    expect(said).toMatch(withoutStack);
  } finally {
    await new Promise((resolve) => holder.close(resolve));
  }
});

test('a data directory in use is refused with a sentence that names it, and its owner is not disturbed', async () => {
  const data = await temporaryDirectory('data');
  const owner = await startService(['start', '--data', data]);
  try {
    await owner.ready();
    const { code, said } = await refusal('start', '--data', data, '--port', '0');
    expect(code).toBe(1);
    expect(said).toContain(data);
    expect(said).toMatch(/in use|already open/);
    expect(said).toMatch(withoutStack);
    expect((await fetch(`${owner.url}/readyz`)).status).toBe(200);
  } finally {
    expect(await owner.stop()).toBe(0);
  }
});
