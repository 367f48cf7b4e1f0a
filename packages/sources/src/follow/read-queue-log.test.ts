import { readFile } from 'node:fs/promises';
import type { CanonicalEvent } from '@vigie/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixturePath, linesOf, mapAll } from '../asterisk-queue-log/recordings.testkit.ts';
import type { RejectedLine } from './queue-log-follower.ts';
import { readQueueLog, type QueueLogInput } from './read-queue-log.ts';

const settings = { source: 'asterisk://pbx/queue_log' };
const [first, second] = [fixturePath('run-a/queue_log.0'), fixturePath('run-a/queue_log')];

async function readAll(...inputs: QueueLogInput[]) {
  const events: CanonicalEvent[] = [];
  const rejected: RejectedLine[] = [];
  let lines = 0;
  for await (const batch of readQueueLog(inputs, settings)) {
    events.push(...batch.events);
    rejected.push(...batch.rejected);
    lines += batch.lines;
  }
  return { events, rejected, lines };
}

function stream(name: string, ...parts: (string | Uint8Array)[]): QueueLogInput {
  const encoder = new TextEncoder();
  async function* chunks() {
    for (const part of parts) yield typeof part === 'string' ? encoder.encode(part) : part;
  }
  return { name, stream: chunks() };
}

const whole = mapAll(linesOf('run-a')).events;

test('rotated files are one log, in whichever order they are given', async () => {
  expect((await readAll(first, second)).events).toEqual(whole);
  expect((await readAll(second, first)).events).toEqual(whole);
});

test('a stream gives what the file gives, however it is cut into chunks', async () => {
  const bytes = Buffer.concat([await readFile(first), await readFile(second)]);
  const cuts = fc.array(fc.nat(bytes.length), { maxLength: 30 });
  const same = fc.asyncProperty(cuts, async (at) => {
    const bounds = [0, ...at.toSorted((a, b) => a - b), bytes.length];
    const parts = bounds.slice(0, -1).map((from, i) => bytes.subarray(from, bounds[i + 1]));
    const { events, lines } = await readAll(stream('stdin', ...parts));
    expect(lines).toBe(790);
    expect(events).toEqual(whole);
  });
  await fc.assert(same, { numRuns: 10 });
});

describe('the same recording twice', () => {
  test('gives the same events twice', async () => {
    const { events } = await readAll(first, first);
    expect(events.slice(events.length / 2)).toEqual(events.slice(0, events.length / 2));
  });

  test('even one of a single second', async () => {
    const tiny = '100|c.1|q|NONE|ENTERQUEUE||1|1\n100|c.1|q|NONE|ABANDON|1|1|0\n';
    const { events } = await readAll(stream('a', tiny), stream('b', tiny));
    expect(events.slice(2)).toEqual(events.slice(0, 2));
  });
});

test('a last line without line end is half: rejected with its place, not taken as a shorter line', async () => {
  const { events, rejected, lines } = await readAll(fixturePath('run-b/queue_log'));
  expect(events).toEqual(mapAll(linesOf('run-b')).events);
  expect(lines).toBe(linesOf('run-b').length + 1);
  expect(rejected).toEqual([
    {
      file: fixturePath('run-b/queue_log'),
      line: lines,
      reason: 'half_line',
      detail: '70 bytes without a line end',
    },
  ]);
});

test('lines that are none are rejected with file, number and reason; the others are read', async () => {
  const { events, rejected } = await readAll(
    stream(
      'log',
      'hello\r\n',
      '100|c.1|q|NONE|ENTERQUEUE||1|1\r\n',
      '\r\n',
      `${'y'.repeat(70_000)}\n`,
      '101|x\n',
    ),
  );
  expect(events).toHaveLength(1);
  expect(rejected.map(({ line, reason }) => [line, reason])).toEqual([
    [1, 'malformed'],
    [4, 'too_long'],
    [5, 'malformed'],
  ]);
});

test('a byte order mark and Latin-1 names are read', async () => {
  const bytes = Buffer.from('100|NONE|q|Zo\xe9|PAUSE|caf\xe9\n', 'latin1');
  const { events } = await readAll(stream('log', '\uFEFF99|NONE|NONE|NONE|QUEUESTART|\n', bytes));
  expect(events.map((event) => event.type)).toEqual(['vigie.source.restarted', 'vigie.agent.state']);
  expect(events[1]?.data).toMatchObject({ agent: { id: 'Zoé' }, reason: 'café' });
});

test('a file that is not there is said by its name', async () => {
  await expect(readAll(first, '/nonexistent/queue_log')).rejects.toThrow('/nonexistent/queue_log');
});
