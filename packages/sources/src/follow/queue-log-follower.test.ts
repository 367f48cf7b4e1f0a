import {
  appendFile,
  copyFile,
  mkdtemp,
  readFile,
  rename,
  rm,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CanonicalEvent } from '@vigie/contracts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { dataOf, fixturePath, linesOf, mapAll } from '../asterisk-queue-log/recordings.testkit.ts';
import {
  followQueueLog,
  type FollowQueueLogOptions,
  type QueueLogFollower,
  type QueueLogPosition,
} from './queue-log-follower.ts';

const waiting = { timeout: 5000, interval: 5 };
const source = 'asterisk://pbx/queue_log';
/** Recent enough for the first start, whatever day the tests run. */
const BASE = Math.floor(Date.now() / 1000) - 600;
const enter = (n: number): string => `${BASE + n}|c.${n}|q|NONE|ENTERQUEUE||1|1\n`;
const abandon = (n: number): string => `${BASE + n}|c.${n}|q|NONE|ABANDON|1|1|1\n`;

let folder: string;
let file: string;
let running: Run[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-follow-'));
  file = join(folder, 'queue_log');
});
afterEach(async () => {
  await Promise.all(running.map((run) => run.stop()));
  running = [];
  await rm(folder, { recursive: true });
});

/** A follower of `file` with all it handed over, and the position of its last accepted batch as JSON keeps it. */
class Run {
  readonly events: CanonicalEvent[] = [];
  readonly rejected: string[] = [];
  readonly follower: QueueLogFollower;
  position: QueueLogPosition | undefined;
  readonly #abort = new AbortController();

  constructor(changes: Partial<FollowQueueLogOptions> = {}) {
    this.follower = followQueueLog({
      source,
      file,
      pollMs: 5,
      signal: this.#abort.signal,
      onEvents: async ({ events, position }) => {
        this.events.push(...events);
        this.position = JSON.parse(JSON.stringify(position())) as QueueLogPosition;
      },
      onRejected: ({ line, reason }) => this.rejected.push(`${line} ${reason}`),
      ...changes,
    });
    running.push(this);
  }

  get calls(): (string | undefined)[] {
    return this.events.map((event) => dataOf(event).contact?.id ?? event.type);
  }

  /** The calls of all events so far, once there are `count` of them; what there is, when they don't come. */
  async first(count: number): Promise<(string | undefined)[]> {
    await vi.waitUntil(() => this.calls.length >= count, waiting).catch(() => undefined);
    return this.calls;
  }

  /** Waits until the end of the file was seen by a look that began after now. */
  async atEnd(): Promise<void> {
    const now = Date.now();
    await vi.waitUntil(() => (this.follower.upTo() ?? 0) > now, waiting);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.follower.done;
  }
}

describe('a growing file', () => {
  test('may be missing at first; its lines are read once it appears, and as they come', async () => {
    const run = new Run();
    expect(run.follower.upTo()).toBeUndefined();
    await writeFile(file, enter(1));
    expect(await run.first(1)).toEqual(['c.1']);
    await appendFile(file, enter(2) + enter(3));
    expect(await run.first(3)).toEqual(['c.1', 'c.2', 'c.3']);
  });

  test('a half line at the end is not read until it is whole', async () => {
    const line = enter(2);
    await writeFile(file, enter(1) + line.slice(0, 20));
    let looks = 0;
    const pause = async (ms: number): Promise<void> => {
      looks += 1;
      await new Promise((resolve) => setTimeout(resolve, ms));
    };
    const run = new Run({ clock: { now: () => Date.now(), pause } });
    await vi.waitUntil(() => looks > 2, waiting);
    expect(run.calls).toEqual(['c.1']);
    expect(run.follower.upTo()).toBeUndefined();
    await appendFile(file, line.slice(20));
    expect(await run.first(2)).toEqual(['c.1', 'c.2']);
    await run.atEnd();
    expect(run.rejected).toEqual([]);
  });

  test('upTo moves with every look at the end, though nothing is written', async () => {
    await writeFile(file, enter(1));
    const run = new Run();
    await run.atEnd();
    await run.atEnd();
    expect(run.calls).toEqual(['c.1']);
  });

  test('a line longer than any line can be is dropped, the next one is read', async () => {
    await writeFile(file, `${enter(1)}${'x'.repeat(200_000)}\n${enter(2)}`);
    const run = new Run();
    expect(await run.first(2)).toEqual(['c.1', 'c.2']);
    expect(run.rejected).toEqual(['2 too_long']);
  });

  test('a name in Latin-1 is read as such', async () => {
    await writeFile(file, Buffer.from(`${BASE}|NONE|q|Zoé|PAUSE|café\n`, 'latin1'));
    const run = new Run();
    await vi.waitFor(() => expect(dataOf(run.events[0]).agent?.id).toBe('Zoé'));
  });

  test('at a first start lines older than the allowed lateness are passed over and counted', async () => {
    await writeFile(file, enter(1) + enter(2) + abandon(1) + enter(300) + abandon(2));
    const run = new Run({ allowedLatenessMs: 400_000, clock: fixedClock((BASE + 450) * 1000) });
    expect(await run.first(1)).toEqual(['c.300']);
    expect(run.follower.counts()).toMatchObject({ lines: 5, events: 1, skipped: { late: 4 } });
  });
});

describe('delivery', () => {
  test('nothing more is read while a batch is being taken', async () => {
    await writeFile(file, enter(1));
    let accept = (): void => undefined;
    const taken: number[] = [];
    const run = new Run({
      onEvents: async ({ events }) => {
        taken.push(events.length);
        await new Promise<void>((resolve) => (accept = resolve));
      },
    });
    await vi.waitFor(() => expect(taken).toEqual([1]));
    await appendFile(file, enter(2) + enter(3));
    expect(run.follower.counts().lines).toBe(1);
    expect(run.follower.upTo()).toBeUndefined();
    accept();
    await vi.waitFor(() => expect(taken).toEqual([1, 2]));
    accept();
    await run.atEnd();
  });

  test('a batch that is refused is offered again, the same, and nothing is lost', async () => {
    await writeFile(file, enter(1) + enter(2));
    const offered: string[][] = [];
    const run = new Run({
      onEvents: async ({ events }) => {
        offered.push(events.map((event) => event.id));
        if (offered.length < 3) throw new Error('the log is unreachable');
      },
    });
    await vi.waitFor(() => expect(run.follower.fault()).toBe('the log is unreachable'));
    expect(run.follower.upTo()).toBeUndefined();
    await vi.waitFor(() => expect(offered).toHaveLength(3), { timeout: 5000 });
    expect(new Set(offered.map(String)).size).toBe(1);
    await run.atEnd();
    expect(run.follower.fault()).toBeUndefined();
  });
});

describe('rotation', () => {
  test('by rename: lines before and after are read once, in order, those written late to the old one too', async () => {
    await writeFile(file, enter(1));
    const run = new Run();
    expect(await run.first(1)).toEqual(['c.1']);
    await rename(file, `${file}.0`);
    await writeFile(file, '');
    await run.atEnd();
    await appendFile(`${file}.0`, enter(2));
    expect(await run.first(2)).toEqual(['c.1', 'c.2']);
    await writeFile(file, abandon(1));
    expect(await run.first(3)).toEqual(['c.1', 'c.2', 'c.1']);
    expect(dataOf(run.events[2]).contact?.segmentId).toBe(dataOf(run.events[0]).contact?.segmentId);
  });

  test('a half line that the old file ends with is rejected, not glued to the new one', async () => {
    await writeFile(file, enter(1) + enter(2).slice(0, 15));
    const run = new Run();
    expect(await run.first(1)).toEqual(['c.1']);
    await rename(file, `${file}.0`);
    await writeFile(file, enter(3));
    expect(await run.first(2)).toEqual(['c.1', 'c.3']);
    expect(run.rejected).toEqual(['2 half_line']);
  });

  test('twice while a batch was being taken: the file between is read too', async () => {
    await writeFile(file, enter(1));
    let accept = (): void => undefined;
    const calls: (string | undefined)[] = [];
    new Run({
      onEvents: async ({ events }) => {
        calls.push(...events.map((event) => dataOf(event).contact?.id));
        if (calls.length === 1) await new Promise<void>((resolve) => (accept = resolve));
      },
    });
    await vi.waitFor(() => expect(calls).toEqual(['c.1']));
    await rename(file, `${file}.0`);
    await writeFile(file, enter(2));
    await rename(file, `${file}.1`);
    await writeFile(file, enter(3));
    accept();
    await vi.waitFor(() => expect(calls).toEqual(['c.1', 'c.2', 'c.3']));
  });

  test('the recording, rotated in its middle as it was, gives the events of the whole', async () => {
    const clock = fixedClock(1_795_312_600_000);
    await copyFile(fixturePath('run-a/queue_log.0'), file);
    const run = new Run({ clock });
    await vi.waitFor(() => expect(run.follower.counts().lines).toBe(416));
    await rename(file, `${file}.0`);
    await copyFile(fixturePath('run-a/queue_log'), file);
    await vi.waitFor(() => expect(run.follower.counts().lines).toBe(790));
    const ids = (events: readonly CanonicalEvent[]) => events.map((event) => event.id);
    expect(ids(run.events)).toEqual(ids(mapAll(linesOf('run-a')).events));
  });
});

describe('truncation', () => {
  test('copied and cut: the rest of the copy is read first, then the file from its begin', async () => {
    await writeFile(file, enter(1));
    let accept = (): void => undefined;
    const calls: (string | undefined)[] = [];
    new Run({
      onEvents: async ({ events }) => {
        calls.push(...events.map((event) => dataOf(event).contact?.id ?? event.type));
        if (calls.length === 1) await new Promise<void>((resolve) => (accept = resolve));
      },
    });
    await vi.waitFor(() => expect(calls).toEqual(['c.1']));
    await appendFile(file, enter(2));
    await copyFile(file, `${file}.1`);
    await truncate(file);
    await appendFile(file, enter(3));
    accept();
    await vi.waitFor(() => expect(calls).toEqual(['c.1', 'c.2', 'c.3']));
  });

  test('without a copy nobody knows what was cut: a gap is told, and the file read from its begin', async () => {
    await writeFile(file, enter(1) + enter(2));
    const run = new Run();
    expect(await run.first(2)).toEqual(['c.1', 'c.2']);
    await run.atEnd();
    await truncate(file);
    await appendFile(file, enter(3));
    expect(await run.first(4)).toEqual(['c.1', 'c.2', 'vigie.source.gap', 'c.3']);
    const { from, to } = dataOf(run.events[2]);
    expect(Date.parse(String(to)) - Date.parse(String(from))).toBeLessThan(5000);
  });

  test('cut and written anew to a greater length is noticed all the same', async () => {
    await writeFile(file, enter(1));
    const run = new Run();
    expect(await run.first(1)).toEqual(['c.1']);
    await writeFile(file, enter(2) + enter(3));
    expect(await run.first(4)).toEqual(['c.1', 'vigie.source.gap', 'c.2', 'c.3']);
  });
});

describe('a restart', () => {
  async function readThenStop(text: string): Promise<QueueLogPosition> {
    await writeFile(file, text);
    const run = new Run();
    await vi.waitFor(() => expect(run.calls).toHaveLength(text.split('\n').length - 1));
    await run.stop();
    if (run.position === undefined) throw new Error('no position was told');
    return run.position;
  }

  test('goes on behind the last accepted line, with the calls that were open', async () => {
    const position = await readThenStop(enter(1));
    await appendFile(file, abandon(1));
    const run = new Run({ position });
    expect(await run.first(1)).toEqual(['c.1']);
    expect(run.events[0]?.type).toBe('vigie.contact.abandoned');
    expect(dataOf(run.events[0]).contact?.segmentId).toBe(`c.1/q/${BASE + 1}/0`);
  });

  test('reads what was written meanwhile in files rotated meanwhile', async () => {
    const position = await readThenStop(enter(1));
    await appendFile(file, enter(2));
    await rename(file, `${file}.0`);
    await writeFile(`${file}.1`, enter(3));
    await writeFile(file, enter(4));
    expect(await new Run({ position }).first(3)).toEqual(['c.2', 'c.3', 'c.4']);
  });

  test('reads what was written meanwhile in the copy of a file that was cut', async () => {
    const position = await readThenStop(enter(1));
    await appendFile(file, enter(2));
    await copyFile(file, `${file}.1`);
    await writeFile(file, enter(3));
    expect(await new Run({ position }).first(2)).toEqual(['c.2', 'c.3']);
  });

  test('tells a gap when the rotated file is gone', async () => {
    const position = await readThenStop(enter(1));
    await unlink(file);
    await writeFile(file, enter(500));
    const run = new Run({ position });
    expect(await run.first(2)).toEqual(['vigie.source.gap', 'c.500']);
    expect(run.events[0]).toMatchObject({ type: 'vigie.source.gap', data: { cause: 'rotated' } });
  });

  test('with another position than its own begins anew; the ids are the same, so nothing counts twice', async () => {
    const first = new Run();
    await writeFile(file, enter(1) + enter(2));
    expect(await first.first(2)).toEqual(['c.1', 'c.2']);
    const again = new Run({ position: { offset: 'x' } });
    expect(await again.first(2)).toEqual(['c.1', 'c.2']);
    expect(again.events).toEqual(first.events);
  });

  test('a batch that was not accepted before the stop is read again', async () => {
    const position = await readThenStop(enter(1));
    await appendFile(file, enter(2));
    const refused = new Run({ position, onEvents: () => Promise.reject(new Error('down')) });
    await vi.waitFor(() => expect(refused.follower.fault()).toBe('down'));
    await refused.stop();
    expect(await new Run({ position }).first(1)).toEqual(['c.2']);
  });
});

test('reading the recording through a follower leaves the file as it is', async () => {
  await copyFile(fixturePath('run-b/queue_log'), file);
  const before = await readFile(file);
  const run = new Run({ clock: fixedClock(1_795_311_000_000) });
  await vi.waitFor(() => expect(run.follower.counts().lines).toBe(linesOf('run-b').length));
  expect(await readFile(file)).toEqual(before);
  expect(run.rejected).toEqual([]);
});

function fixedClock(now: number): NonNullable<FollowQueueLogOptions['clock']> {
  return {
    now: () => now,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
