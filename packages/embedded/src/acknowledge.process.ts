/**
 * For the crash test: appends to the data directory named by its argument and commits checkpoints until it is killed,
 * and writes to standard output, one a line, what was acknowledged: `a <caller>/<number>` and `c <seq>`.
 */
import { writeSync } from 'node:fs';

import { openEmbedded } from './open.ts';

const directory = process.argv[2];
if (directory === undefined) throw new Error('name the data directory');
const options = { retentionMs: 86_400_000, maxLogBytes: 1024 ** 3, maxDeadLetters: 10 };
const { log, checkpoints } = await openEmbedded(directory, options);
const text = new TextEncoder();
const run = process.pid;

const appending = ['a', 'b', 'c'].map(async (caller) => {
  for (let n = 0; ; n += 1) {
    await log.append([{ key: caller, value: text.encode(`${run}/${caller}/${n}`) }]);
    writeSync(1, `a ${run}/${caller}/${n}\n`);
  }
});
const committing = (async () => {
  const epoch = await checkpoints.acquire(0, { url: 'http://127.0.0.1:1/' });
  const loaded = await checkpoints.load(0);
  for (let seq = (loaded?.deltas.at(-1)?.seq ?? 0) + 1; ; seq += 1) {
    const head = text.encode(String(seq));
    const page = { index: seq % 4, bytes: text.encode(String(seq)) };
    await checkpoints.commit(0, epoch, { seq, head, delta: head, page, dropDeltasBelow: seq - 4 });
    writeSync(1, `c ${seq}\n`);
  }
})();
await Promise.all([...appending, committing]);
