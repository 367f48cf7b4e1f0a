import type { NewRecord } from '@vigie/engine';
import { waitFor } from '@vigie/testkit';
import { describe, expect, test } from 'vitest';

import { Accounts } from './accounts.ts';
import { LogUnavailableError, LogWriter } from './log-writer.ts';

/** A log whose appends are answered by the test. */
function controlledLog() {
  const appends: { lines: string[]; done: () => void; failed: (error: Error) => void }[] = [];
  const append = (records: readonly NewRecord[]) =>
    new Promise<void>((done, failed) => {
      const lines = records.flatMap(({ value }) => Buffer.from(value).toString().split('\n'));
      appends.push({ lines, done, failed });
    });
  const next = async (count: number) => {
    await waitFor(() => appends.length >= count, { what: `append ${count}` });
    const found = appends[count - 1];
    if (found === undefined) throw new Error('no such append');
    return found;
  };
  return { append, appends, next };
}

const event = (line: string) => ({ centre: 'a', line, bytes: line.length });

function writerOn(log: ReturnType<typeof controlledLog>, clock: () => number = Date.now) {
  const accounts = new Accounts();
  return { accounts, writer: new LogWriter(log, clock, accounts) };
}

describe('submissions', () => {
  test('none is acknowledged before the log has it, and one append is under way at a time', async () => {
    const log = controlledLog();
    const { writer } = writerOn(log);
    const settled: string[] = [];
    const first = writer.submit([event('1')]).then(() => settled.push('first'));
    const one = await log.next(1);
    const second = writer.submit([event('2')]).then(() => settled.push('second'));
    const third = writer.submit([event('3')]).then(() => settled.push('third'));
    expect(settled).toEqual([]);
    one.done();
    await first;
    const two = await log.next(2);
    expect([one.lines, two.lines]).toEqual([['1'], ['2', '3']]);
    expect(settled).toEqual(['first']);
    two.done();
    await Promise.all([second, third]);
  });

  test('one that needs several appends is safe with the last', async () => {
    const log = controlledLog();
    const { writer } = writerOn(log);
    let isSafe = false;
    const big = 'x'.repeat(250_000);
    const submitted = writer.submit(Array.from({ length: 5 }, () => event(big))).then(() => (isSafe = true));
    (await log.next(1)).done();
    const second = await log.next(2);
    expect(isSafe).toBe(false);
    second.done();
    await submitted;
    expect(log.appends.map(({ lines }) => lines.length)).toEqual([3, 2]);
  });

  test('a refused append refuses what waits behind it, and the next one is tried anew', async () => {
    const log = controlledLog();
    const { writer, accounts } = writerOn(log);
    const first = writer.submit([event('1')]);
    const one = await log.next(1);
    const second = writer.submit([event('2')]);
    const outcomes = Promise.allSettled([first, second]);
    one.failed(new Error('no broker'));
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: expect.any(LogUnavailableError) as unknown,
      });
    }
    const third = writer.submit([event('3')]);
    const two = await log.next(2);
    expect(two.lines).toEqual(['3']);
    two.done();
    await third;
    expect(accounts.appendFailures).toBe(1);
  });

  test('closing writes what was submitted, and refuses what comes after', async () => {
    const log = controlledLog();
    const { writer } = writerOn(log);
    const submitted = writer.submit([event('1')]);
    const closed = writer.close();
    await expect(writer.submit([event('2')])).rejects.toThrow('ingest is stopping');
    (await log.next(1)).done();
    await Promise.all([submitted, closed]);
    expect(log.appends).toHaveLength(1);
  });
});

describe('trouble', () => {
  test('a log that refuses is trouble after two seconds, until it takes something', async () => {
    let nowMs = 10_000;
    const log = controlledLog();
    const { writer } = writerOn(log, () => nowMs);
    const first = writer.submit([event('1')]);
    nowMs += 5;
    const outcome = Promise.allSettled([first]);
    (await log.next(1)).failed(new Error('no broker'));
    await outcome;
    nowMs += 2000;
    expect(writer.trouble()).toBeUndefined();
    nowMs += 1;
    expect(writer.trouble()).toBe('the event log has refused for 2001 ms: no broker');
    const second = writer.submit([event('2')]);
    nowMs += 5;
    (await log.next(2)).done();
    await second;
    expect(writer.trouble()).toBeUndefined();
  });

  test('a log that does not answer is trouble after two seconds', async () => {
    let nowMs = 0;
    const log = controlledLog();
    const { writer } = writerOn(log, () => nowMs);
    const submitted = writer.submit([event('1')]);
    const append = await log.next(1);
    nowMs += 2100;
    expect(writer.trouble()).toMatch(/^the event log has not answered for \d+ ms$/);
    append.done();
    await submitted;
    expect(writer.trouble()).toBeUndefined();
  });
});
