import { appendFile, copyFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CanonicalEvent } from '@vigie/contracts';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { mapAll } from '../asterisk-queue-log/recordings.testkit.ts';
import { followQueueLog } from './queue-log-follower.ts';

const source = 'asterisk://pbx/queue_log';
const START = 1_795_312_000;

/** What may happen to a log. `look` waits until a running follower read all written so far; else acts pile up unseen. */
const act = fc.oneof(
  { weight: 4, arbitrary: fc.constant('write' as const) },
  fc.constantFrom('half', 'rename', 'copy and cut', 'stop', 'look'),
);

test('whatever is done to the file, every line is read once and in order', async () => {
  const upheaval = fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
    const folder = await mkdtemp(join(tmpdir(), 'vigie-upheaval-'));
    const file = join(folder, 'queue_log');
    const events: CanonicalEvent[] = [];
    let position: unknown;
    const begin = () => {
      const abort = new AbortController();
      const follower = followQueueLog({
        source,
        file,
        pollMs: 1,
        position,
        allowedLatenessMs: 1e12,
        signal: abort.signal,
        onEvents: async (batch) => {
          events.push(...batch.events);
          position = JSON.parse(JSON.stringify(batch.position()));
        },
      });
      return {
        end: async () => {
          abort.abort();
          await follower.done;
        },
      };
    };
    const written: string[] = [];
    let rest = '';
    let generation = 0;
    const write = async (text: string) => appendFile(file, text);
    const next = (): string => {
      const n = written.length;
      const name = n % 3 === 2 ? 'ABANDON|1|1|1' : 'ENTERQUEUE||1|1';
      const line = `${START + Math.floor(n / 2)}|c.${n % 3 === 2 ? n - 1 : n}|q|NONE|${name}`;
      written.push(line);
      return `${line}\n`;
    };
    const finishLine = async () => {
      await write(rest);
      rest = '';
    };
    const seeAll = async () => {
      if (!isRunning) follower = begin();
      isRunning = true;
      await vi
        .waitUntil(() => events.length >= written.length, { timeout: 4000, interval: 1 })
        .catch(() => undefined);
    };
    let isRunning = true;
    let follower = begin();
    try {
      for (const what of [...acts, 'write' as const]) {
        await finishLine();
        if (what === 'write') await write(next() + next());
        if (what === 'half') {
          const line = next();
          await write(line.slice(0, 9));
          rest = line.slice(9);
        }
        if (what === 'rename' && written.length > 0)
          await rename(file, `${file}.${generation++}`).then(() => writeFile(file, ''));
        if (what === 'copy and cut' && written.length > 0) {
          // What was begun and cut again between two looks at it, nobody can know of.
          if (isRunning) await seeAll();
          await copyFile(file, `${file}.${generation++}`);
          await truncate(file);
        }
        if (what === 'stop' && position !== undefined && isRunning) {
          await follower.end();
          isRunning = false;
        }
        if (what === 'look') await seeAll();
      }
      await seeAll();
    } finally {
      await follower.end();
      await rm(folder, { recursive: true });
    }
    const ids = (of: readonly CanonicalEvent[]): string[] => of.map((event) => event.id);
    expect(ids(events)).toEqual(ids(mapAll(written, { source }).events));
  });
  await fc.assert(upheaval, { numRuns: 40 });
});
