import { openEmbedded } from '@vigie/embedded';
import type { LogRecord } from '@vigie/engine';
import { waitFor } from '@vigie/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PartitionRunner } from './partition-runner.ts';
import {
  batchOf,
  incomplete,
  ingested,
  NOW,
  parts,
  queued,
  record,
  setUp,
  take,
  tearDown,
  waiting,
  world,
  storeBut,
} from './partition-runner.testkit.ts';

/** Waits until what is applied now is committed: one commit may be under way, so that of a second record tells. */
async function committed(runner: PartitionRunner): Promise<void> {
  for (let round = 0; round < 2; round++) {
    const { commits } = runner.figures;
    await runner.apply(batchOf([record(Number(runner.processor.nextOffset), queued('marker'))]));
    await waitFor(() => runner.figures.commits > commits, { what: 'a commit', timeoutMs: 10_000 });
  }
}

beforeEach(async () => await setUp(openEmbedded));
afterEach(tearDown);

describe('the offset that the group is told, for lag tools', () => {
  test('may be refused: checkpoints go on, no state is doubted, and the next one is told', async () => {
    const told: bigint[] = [];
    let refuses = true;
    const publishProgress = async (_partition: number, nextOffset: bigint): Promise<void> => {
      if (refuses) throw new Error('The coordinator is not aware of this member');
      told.push(nextOffset);
    };
    const runner = await take({ ...parts(), publishProgress });
    runner.start();
    await committed(runner);
    await waitFor(() => runner.figures.progressFailures > 0, { what: 'a refusal', timeoutMs: 10_000 });
    expect(runner.figures.commitFailures).toBe(0);
    expect([runner.trouble, world.fatal, world.fenced]).toEqual([undefined, [], 0]);
    refuses = false;
    await committed(runner);
    await waitFor(() => told.at(-1) === runner.processor.nextOffset, { what: 'it', timeoutMs: 10_000 });
  });

  test('may be without answer: checkpoints go on, and a stop waits for a second at most', async () => {
    const asked: bigint[] = [];
    const publishProgress = async (_partition: number, nextOffset: bigint): Promise<void> => {
      asked.push(nextOffset);
      await new Promise(() => undefined);
    };
    const runner = await take({ ...parts(), publishProgress });
    runner.start();
    await committed(runner);
    expect(asked).toHaveLength(1);
    const beganAt = performance.now();
    await runner.stop({ commit: true });
    expect(performance.now() - beganAt).toBeLessThan(5000);
  });
});

describe('a batch', () => {
  test('delivered again is skipped', async () => {
    const runner = await take();
    await runner.apply(batchOf([record(0, queued('a')), record(1, queued('b'))]));
    await runner.apply(batchOf([record(0, queued('a')), record(1, queued('b')), record(2, queued('c'))]));
    expect(runner.processor.accounts).toMatchObject({ applied: 3, duplicate: 0 });
    expect(runner.processor.nextOffset).toBe(3n);
  });

  test('after missing offsets is fetched once more; of a log that begins before them no record is missing', async () => {
    const runner = await take();
    await runner.apply(batchOf([record(0, queued('a'))]));
    await runner.apply(batchOf([record(5, queued('b'))]));
    expect(world.seeks).toEqual([1n]);
    expect(runner.processor.nextOffset).toBe(1n);
    await runner.apply(batchOf([record(5, queued('b'))]));
    expect(runner.figures).toMatchObject({ gaps: 0, holes: 1 });
    expect(runner.processor.accounts.applied).toBe(2);
    expect(incomplete(runner)).toBeUndefined();
  });

  test('after records that the log has no longer leaves a mark on the time they were of', async () => {
    const runner = await take();
    await runner.apply(batchOf([record(0, ingested(queued('a'), 50_000))]));
    const late = batchOf([record(5, ingested(queued('b'), 20_000))]);
    await runner.apply(late);
    world.logStart = 5n;
    await runner.apply(late);
    expect(runner.figures).toMatchObject({ gaps: 1, holes: 0 });
    expect(incomplete(runner)).toBe(NOW - 50_000);
    await runner.stop({ commit: true });
    const next = await take();
    expect(incomplete(next)).toBe(NOW - 50_000);
    const { sources } = next.processor.centre('default').facts;
    expect(sources.incomplete(NOW - 90_000, NOW - 51_000)).toBeUndefined();
    // a talk whose end was lost ends by itself after maxHandlingAge
    expect(sources.incomplete(NOW + 12 * 3_600_000 - 20_000, NOW + 1e9)).toEqual({
      sinceMs: NOW - 50_000,
      untilMs: NOW - 20_000,
    });
    expect(sources.incomplete(NOW + 12 * 3_600_000 - 19_999, NOW + 1e9)).toBeUndefined();
    // nor does a centre know of it that is heard of only later
    expect(next.processor.centre('another').facts.sources.incomplete(NOW - 40_000, NOW)?.sinceMs).toBe(
      NOW - 50_000,
    );
  });

  test('of a partition that was taken away is left alone', async () => {
    const runner = await take();
    await runner.apply(batchOf([record(0, queued('a'))], () => true));
    expect(runner.processor.accounts.applied).toBe(0);
    expect(runner.figures.stale).toBe(1);
  });

  const letters = () =>
    world.embedded.log
      .deadLetters(100)
      .map(({ code, position }) => [code, position?.offset, position?.line] as const);
  const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
    Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const lineOf = (event: object): string => JSON.stringify(event);

  test('with poison goes on behind it: each bad line is dead-lettered with its position', async () => {
    const runner = await take();
    const poison: LogRecord = { offset: 0n, key: 'default', value: new Uint8Array([0xff, 0xfe]) };
    const mixed = record(1, queued('a'), { type: 'nonsense' });
    await runner.apply(batchOf([poison, mixed]));
    expect(runner.processor.accounts).toMatchObject({ applied: 1, rejected: 2 });
    expect(letters()).toEqual([
      ['invalid', 0n, 0],
      ['unknown_type', 1n, 1],
    ]);
  });

  test('of which one line is no text loses that line alone', async () => {
    const runner = await take();
    const value = bytes(lineOf(queued('a')), '\n', [0xc3, 0x28], '\n\n', lineOf(queued('b')), '\n');
    await runner.apply(batchOf([{ offset: 0n, key: 'default', value }]));
    expect(runner.processor.accounts).toMatchObject({ applied: 2, rejected: 1 });
    expect(letters()).toEqual([['invalid', 0n, 1]]);
    expect(world.embedded.log.deadLetters(1)[0]?.line).toBe('\ufffd(');
  });

  test.each<[string, Partial<LogRecord>, code: string, reason: RegExp]>([
    ['without value', { value: null }, 'invalid', /the record is empty/],
    ['of 16 MB', { value: Buffer.alloc(16_000_000, 'x') }, 'too_big', /16000000 bytes: at most 524288/],
    [
      'with an event of 300 KiB',
      { value: bytes(lineOf({ ...queued('a'), subject: 'x'.repeat(300 * 1024) })) },
      'too_big',
      /at most 262144/,
    ],
    [
      'with the key __proto__',
      { value: bytes('{"__proto__":{"polluted":1},', lineOf(queued('a')).slice(1)) },
      'invalid',
      /the key "__proto__" is not allowed/,
    ],
    ['nested without end', { value: bytes('['.repeat(200_000)) }, 'invalid', /no JSON/],
    [
      'of an unknown version',
      { value: bytes(lineOf({ ...queued('a'), specversion: '2.0' })) },
      'invalid',
      /specversion/,
    ],
    [
      'with a number beyond all',
      { value: bytes(lineOf(queued('a')).replace('"1.0"', '1e999')) },
      'invalid',
      /specversion/,
    ],
    [
      'without key',
      { key: null, value: bytes(lineOf(queued('a'))) },
      'invalid',
      /the record has no key: expected its centre, "default"/,
    ],
    [
      'with the key of another centre',
      { key: 'north', value: bytes(lineOf(queued('a'))) },
      'invalid',
      /key "north": expected its centre, "default"/,
    ],
    [
      'of a centre that has another partition',
      { key: 'elsewhere', value: bytes(lineOf({ ...queued('a'), centre: 'elsewhere' })) },
      'invalid',
      /partition 0 is not that of the centre "elsewhere"/,
    ],
    ['that is no event', { value: bytes('42') }, 'invalid', /must be a JSON object/],
  ])(
    '%s is one rejected event with its reason, and the next one is applied',
    async (_, poison, code, reason) => {
      const runner = await take();
      const bad: LogRecord = { offset: 0n, key: 'default', value: null, ...poison };
      await runner.apply(batchOf([bad, record(1, queued('b'))]));
      expect(runner.processor.accounts).toEqual({
        applied: 1,
        duplicate: 0,
        late: 0,
        future: 0,
        rejected: 1,
      });
      expect(letters()).toEqual([[code, 0n, 0]]);
      const [letter] = world.embedded.log.deadLetters(1);
      expect(letter?.reason).toMatch(reason);
      expect(letter?.line.length).toBeLessThanOrEqual(256 * 1024);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      expect(world.fatal).toEqual([]);
    },
  );
});

describe('a long log', () => {
  test('is judged bit by bit: other work has its turn meanwhile, and a stop finds all of it', async () => {
    const runner = await take();
    const contacts = 20_000;
    const aRecord = 100;
    const records = Array.from({ length: contacts / aRecord }, (_, offset) =>
      record(offset, ...Array.from({ length: aRecord }, (_, index) => queued(`contact-${offset}-${index}`))),
    );
    let turns = 0;
    const other = setInterval(() => turns++, 1);
    await runner.apply(batchOf(records));
    const beforeStop = turns;
    expect(beforeStop).toBeGreaterThan(20);
    expect(runner.processor.unsettled).toBeGreaterThan(1000);
    await runner.stop({ commit: true });
    clearInterval(other);
    expect(turns).toBeGreaterThan(beforeStop);
    expect(world.fatal).toEqual([]);
    expect(waiting(await take())).toBe(contacts);
  });
});

describe('a successor', () => {
  test('finds what was committed, and the one before it is world.fenced from then on', async () => {
    const first = await take();
    first.start();
    await first.apply(batchOf([record(0, queued('a')), record(1, queued('b'))]));
    await committed(first);
    const second = await take();
    expect(second.epoch).toBeGreaterThan(first.epoch);
    expect(second.processor.nextOffset).toBeGreaterThan(2n);
    expect(waiting(second)).toBe(3);
    const next = Number(second.processor.nextOffset);
    await first.apply(batchOf([record(next, queued('c')), record(next + 1, queued('c'))]));
    await waitFor(() => world.fenced > 0, { what: 'the first to be world.fenced', timeoutMs: 5000 });
    second.start();
    await second.apply(batchOf([record(next, queued('c'))]));
    expect(waiting(second)).toBe(4);
  });

  test('of one that stopped in order need not replay anything', async () => {
    const first = await take();
    await first.apply(batchOf([record(0, queued('a'))]));
    await first.stop({ commit: true });
    const second = await take();
    expect(second.processor.nextOffset).toBe(1n);
    expect(second.processor.accounts.applied).toBe(1);
  });
});

describe('rows that are final', () => {
  test('are told to the topic of reports once, also after a restart, and leave the pages for the archive', async () => {
    const at = (hoursAgo: number): string => new Date(NOW - hoursAgo * 3_600_000).toISOString();
    const event = (id: string, type: string, time: string, ingestedtime: string): object => ({
      ...{ specversion: '1.0', id, source: 'test://acd', type, time, ingestedtime },
      data: { contact: { id, segmentId: `${id}/1` }, queue: { id: 'sales' } },
    });
    const runner = await take();
    await runner.apply(
      batchOf([
        record(
          0,
          event('old', 'vigie.contact.queued', at(40), at(40)),
          event('old', 'vigie.contact.abandoned', at(39.9), at(39.9)),
        ),
        record(1, event('new', 'vigie.contact.queued', at(0.1), at(0.1))),
      ]),
    );
    runner.start();
    const reports = () => world.embedded.log.reports(1000);
    const told = () => runner.processor.centre('default').finality.reportedUntilMs ?? 0;
    await waitFor(() => told() >= NOW - 25 * 3_600_000, { what: 'all final rows', timeoutMs: 60_000 });
    const offered = reports().filter(({ value }) => value.includes('"offered":{"value":1,"n":1}'));
    expect(offered.map(({ key }) => JSON.parse(key) as unknown)).toEqual(
      expect.arrayContaining([
        ['default', '15m', '2026-11-19T18:00:00.000Z', 'sales', 'voice'],
        ['default', '15m', '2026-11-19T18:00:00.000Z', '_all', '_all'],
        ['default', 'day', '2026-11-19T00:00:00.000Z', 'sales', 'voice'],
      ]),
    );
    expect(offered.every(({ value }) => value.includes('"final":true'))).toBe(true);
    await runner.stop({ commit: true });
    const count = reports().length;
    const range = { centre: 'default', kind: 'quarter' as const, fromMs: 0, toMs: NOW };
    expect(await world.embedded.checkpoints.archived(0, range)).toHaveLength(1);
    expect(await world.embedded.checkpoints.archived(0, { ...range, kind: 'day' })).toHaveLength(1);
    const next = await take();
    expect(next.processor.centre('default').timeline.rows.firstQuarter).toBeGreaterThan(NOW - 30 * 3_600_000);
    next.start();
    await next.apply(batchOf([record(2, event('newer', 'vigie.contact.queued', at(0), at(0)))]));
    await committed(next);
    expect(reports()).toHaveLength(count);
  }, 90_000);
});

describe('a commit', () => {
  test('whose reply was lost is repeated as it was, and what came meanwhile is in the next', async () => {
    const real = world.embedded.checkpoints;
    let lost = 0;
    const flaky = storeBut(real, {
      commit: async (...args) => {
        const result = await real.commit(...args);
        if (lost++ < 2) throw new Error('the connection was reset before the reply');
        return result;
      },
    });
    const runner = await take(parts(flaky));
    await runner.apply(batchOf([record(0, queued('a'))]));
    await runner.stop({ commit: true });
    expect(runner.figures.commitFailures).toBe(1);
    const second = await take(parts(flaky));
    expect(second.processor.nextOffset).toBe(1n);
    second.start();
    await second.apply(batchOf([record(1, queued('b'))]));
    await committed(second);
    expect(world.fatal).toEqual([]);
    const third = await take();
    expect(waiting(third)).toBe(3);
  });
});
