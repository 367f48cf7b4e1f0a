import { open as openFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { CheckpointStore, EventLog, LogRecord } from '@vigie/engine';
import { type Child, startChild, temporaryDirectory, waitFor } from '@vigie/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { DirectoryInUseError } from './directory-lock.ts';
import { openEmbedded } from './open.ts';

const PROCESS = fileURLToPath(new URL('../dist/acknowledge.process.js', import.meta.url));
const OPTIONS = { retentionMs: 86_400_000, maxLogBytes: 1024 ** 3, maxDeadLetters: 10 };
const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();

let directory: string;
let children: Child[];

beforeEach(async () => {
  directory = await temporaryDirectory('embedded');
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(async (child) => await child.kill()));
  await rm(directory, { recursive: true });
});

async function start(place = directory): Promise<Child> {
  const child = await startChild({ name: 'writer', command: process.execPath, args: [PROCESS, place] });
  children.push(child);
  return child;
}

const acknowledged = (child: Child, kind: 'a' | 'c'): string[] =>
  child
    .stdout()
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith(`${kind} `))
    .map((line) => line.slice(2));

async function working(child: Child, acknowledgements: number): Promise<void> {
  await waitFor(
    () => acknowledged(child, 'a').length >= acknowledgements && acknowledged(child, 'c').length >= 3,
    {
      what: 'acknowledgements',
      timeoutMs: 20_000,
      detail: () => child.log(),
    },
  );
}

async function readAll(log: EventLog): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const { end } = await log.bounds(0);
  const handler = {
    assigned: async () => 'earliest' as const,
    batch: async (batch: { readonly records: readonly LogRecord[] }) => void records.push(...batch.records),
    revoked: async () => undefined,
  };
  const consumer = await log.consume(handler, (error) => {
    throw error;
  });
  await waitFor(() => (records.at(-1)?.offset ?? -1n) === end - 1n, { what: 'the last record' });
  await consumer.stop();
  return records;
}

describe('a process that dies', () => {
  it('by SIGKILL has lost nothing that it acknowledged, and leaves the directory free', async () => {
    const promised: string[] = [];
    for (const acknowledgements of [1, 40, 150]) {
      const child = await start();
      await working(child, acknowledgements);
      await child.kill();
      promised.push(...acknowledged(child, 'a'));
      const lastCommit = Number(acknowledged(child, 'c').at(-1));

      const embedded = await openEmbedded(directory, OPTIONS);
      const values = (await readAll(embedded.log)).map(({ value }) => text(value));
      const stored = new Set(values);
      expect(stored.size).toBe(values.length);
      expect(promised.filter((value) => !stored.has(value))).toEqual([]);
      for (const caller of ['a', 'b', 'c']) {
        const numbers = values.filter((value) => value.startsWith(`${child.pid}/${caller}/`));
        expect(numbers).toEqual(numbers.map((_, n) => `${child.pid}/${caller}/${n}`));
      }

      const checkpoint = await embedded.checkpoints.load(0);
      const seq = Number(text(checkpoint?.head));
      expect(seq).toBeGreaterThanOrEqual(lastCommit);
      expect(text(checkpoint?.deltas.at(-1)?.bytes)).toBe(String(seq));
      expect(text(checkpoint?.pages.get(seq % 4))).toBe(String(seq));
      await embedded.close();
    }
  });
});

describe('a write that the power cut in two', () => {
  /** The two pages of which one tells what the last whole transaction is; it is written after all others. */
  const META_BYTES = 2 * 4096;

  it('counts as never made: the directory is as it was before', async () => {
    const append = async (log: EventLog, value: string): Promise<void> =>
      await log.append([{ key: 'a', value: Buffer.from(value) }]);
    const commit = (seq: number): Parameters<CheckpointStore['commit']>[2] => {
      const bytes = Buffer.from(String(seq));
      return { seq, head: bytes, delta: bytes, page: { index: seq % 4, bytes }, dropDeltasBelow: 0 };
    };
    const first = await openEmbedded(directory, OPTIONS);
    const epoch = await first.checkpoints.acquire(0, { url: 'http://127.0.0.1:1/' });
    await append(first.log, 'whole');
    await first.checkpoints.commit(0, epoch, commit(1));
    const file = await openFile(join(directory, 'data.mdb'), 'r+');
    const before = Buffer.alloc(META_BYTES);
    await file.read(before, 0, META_BYTES, 0);
    await first.checkpoints.commit(0, epoch, commit(2));
    await first.close();
    await file.write(before, 0, META_BYTES, 0);
    // what was to be the end of the file is half of a page
    const { size } = await file.stat();
    await file.write(Buffer.alloc(2048, 0x5a), 0, 2048, size);
    await file.close();

    const second = await openEmbedded(directory, OPTIONS);
    expect((await readAll(second.log)).map(({ value }) => text(value))).toEqual(['whole']);
    const stored = await second.checkpoints.load(0);
    expect([text(stored?.head), stored?.deltas.map(({ seq }) => seq)]).toEqual(['1', [1]]);
    const next = await second.checkpoints.acquire(0, { url: 'http://127.0.0.1:1/' });
    expect(await second.checkpoints.commit(0, next, commit(2))).toBe('committed');
    await append(second.log, 'again');
    expect((await readAll(second.log)).map(({ value }) => text(value))).toEqual(['whole', 'again']);
    await second.close();
  });
});

describe('a data directory', () => {
  it('is refused to a second process, which is told who has it', async () => {
    const child = await start();
    await working(child, 1);
    const refusal = openEmbedded(directory, OPTIONS);
    await expect(refusal).rejects.toThrow(DirectoryInUseError);
    await expect(refusal).rejects.toThrow(`${directory} is in use by process ${child.pid}`);
    await working(child, acknowledged(child, 'a').length + 10);
  });

  it('is refused while its process is stopped', async () => {
    const child = await start();
    await working(child, 1);
    child.signal('SIGSTOP');
    await expect(openEmbedded(directory, OPTIONS)).rejects.toThrow(`in use by process ${child.pid}`);
  });

  it('goes to exactly one of several processes that take over from a dead one at once', async () => {
    const dead = await start();
    await working(dead, 1);
    await dead.kill();
    const rivals = await Promise.all([start(), start(), start(), start()]);
    const isLoser = (child: Child): boolean => !child.running && child.log().includes('is in use by process');
    await waitFor(() => rivals.filter(isLoser).length === rivals.length - 1, {
      what: 'all but one to give up',
      timeoutMs: 20_000,
      detail: () => rivals.map((child) => child.log().slice(-500)).join('\n'),
    });
    const winner = rivals.find((child) => !isLoser(child));
    if (winner === undefined) throw new Error('no process has the directory');
    await working(winner, 1);
  });

  it('is refused to its own process, and free again when it was closed', async () => {
    const first = await openEmbedded(directory, OPTIONS);
    await expect(openEmbedded(directory, OPTIONS)).rejects.toThrow(`in use by process ${process.pid}`);
    await first.log.append([{ key: 'a', value: Buffer.from('x') }]);
    await first.close();
    await first.close();
    const second = await openEmbedded(directory, OPTIONS);
    expect((await second.log.bounds(0)).end).toBe(1n);
    await second.close();
  });

  it('may have a path longer than the address of a socket', async () => {
    const deep = `${directory}/${'long-name/'.repeat(20)}`;
    const child = await start(deep);
    await working(child, 1);
    await expect(openEmbedded(deep, OPTIONS)).rejects.toThrow(`in use by process ${child.pid}`);
    await child.kill();
    const embedded = await openEmbedded(deep, OPTIONS);
    await embedded.close();
  });
});
