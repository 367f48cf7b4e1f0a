import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { loadConfiguration } from '../config/load.ts';
import { createLogger } from '../logging.ts';
import { Access } from './access.ts';
import { hashOfKey, makeKey } from './key.ts';
import { watchAccess } from './watch.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const KEY = makeKey();
const yaml = (names: readonly string[]): string =>
  `access: { keys: [${names.map((name) => `{ name: ${name}, hash: "${hashOfKey(name === 'a' ? KEY : name)}", roles: [read] }`).join()}] }\n`;

test('a key that is taken out of the file is revoked; a file that is wrong, or open, changes nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-access-'));
  ends.push(() => rm(directory, { recursive: true }));
  const file = join(directory, 'vigie.yaml');
  let writes = 0;
  const write = async (text: string): Promise<void> => {
    const next = join(directory, `next-${writes++}`);
    await writeFile(next, text);
    await rename(next, file);
  };
  await write(yaml(['a', 'b']));
  const loaded = await loadConfiguration({ file, env: {} });
  const lines: string[] = [];
  const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
  const access = new Access({ settings: loaded.configuration.access, clock: Date.now, logger });
  ends.push(watchAccess(file, access, async () => (await loaded.reread?.())?.configuration.access));
  const isTaken = (): boolean => access.authenticate(`Bearer ${KEY}`, 'x').ok;
  const reloads = () =>
    Object.fromEntries(
      [...access.families()]
        .filter(({ name }) => name === 'vigie_access_reloads_total')
        .flatMap(({ samples }) => [...samples])
        .map(({ labels, value }) => [(labels as { outcome: string }).outcome, value]),
    );
  const until = async (outcome: object) =>
    await vi.waitFor(() => expect(reloads()).toEqual(outcome), { timeout: 15_000, interval: 50 });
  expect(isTaken()).toBe(true);
  await write('access: { keys: [{ name: 1 }] }\n');
  await until({ taken: 0, refused: 1 });
  await write('centre: { name: open }\n');
  await until({ taken: 0, refused: 2 });
  await rm(file);
  await until({ taken: 0, refused: 3 });
  expect(isTaken()).toBe(true);
  await write(yaml(['b']));
  await until({ taken: 1, refused: 3 });
  expect(isTaken()).toBe(false);
  await write(yaml([]));
  await until({ taken: 2, refused: 3 });
  await write(yaml(['a']));
  await until({ taken: 3, refused: 3 });
  expect(isTaken()).toBe(true);
  expect(lines.join('')).not.toContain(KEY);
}, 60_000);
