import type { DeadLetter, EventLog, LogConsumer, ReportRecord, StoredConfigVersion } from '@vigie/engine';
import { describe, expect, it } from 'vitest';

import { waitFor } from '../servers/wait.ts';
import { allBytes, bytes, text } from './bytes.ts';
import { appendingConformance } from './appending.ts';
import { fail, numbered, record, WAIT_MS, type EventLogUnderTest } from './event-log-tools.ts';
import { Ledger } from './ledger.ts';

export type { EventLogUnderTest };

/** The guarantees of {@link EventLog}. Every test has a fresh log from `setUp`, of one partition or more. */
export function eventLogConformance(name: string, setUp: () => Promise<EventLogUnderTest>): void {
  const withLog = async (
    body: (log: EventLog, underTest: EventLogUnderTest) => Promise<void>,
  ): Promise<void> => {
    const underTest = await setUp();
    try {
      await body(await underTest.open(), underTest);
    } finally {
      await underTest.close();
    }
  };
  const consuming = async (
    log: EventLog,
    handler: Parameters<EventLog['consume']>[0],
    body: (consumer: LogConsumer) => Promise<void>,
  ): Promise<void> => {
    const consumer = await log.consume(handler, fail);
    try {
      await body(consumer);
    } finally {
      await consumer.stop();
    }
  };

  describe(`event log: ${name}`, () => {
    appendingConformance(setUp);

    it('gives values and keys back byte for byte', async () => {
      await withLog(async (log) => {
        const values = [
          allBytes(256),
          allBytes(256 * 1024),
          bytes('a\nb\nc'),
          bytes('é€😀'),
          Uint8Array.of(0),
          allBytes(0),
        ];
        const key = 'Zentrale "é€😀" \u0001';
        const got: Uint8Array[] = [];
        const keys = new Set<string | null>();
        const handler = new Ledger().handler('reader', (batch) => {
          for (const one of batch.records) {
            keys.add(one.key);
            got.push(Uint8Array.from(one.value ?? []));
          }
        });
        await log.append(values.map((value) => ({ key, value })));
        await consuming(log, handler, async () => {
          await waitFor(() => got.length === values.length, { what: 'all values', timeoutMs: WAIT_MS });
        });
        expect(keys).toEqual(new Set([key]));
        for (const [n, value] of values.entries())
          expect(Buffer.compare(got[n] as Uint8Array, value)).toBe(0);
      });
    });

    it('knows its bounds, and rejects a partition that it does not have', async () => {
      await withLog(async (log) => {
        const partitions = await log.partitions();
        const ends = async (): Promise<bigint> => {
          const all = await Promise.all(
            Array.from({ length: partitions }, async (_, p) => await log.bounds(p)),
          );
          for (const { start, end } of all) expect(start).toBeLessThanOrEqual(end);
          return all.reduce((sum, { start, end }) => sum + end - start, 0n);
        };
        expect(await ends()).toBe(0n);
        await log.append(numbered('centre ', 25).map((key) => record(key, 'x')));
        expect(await ends()).toBe(25n);
        await expect(log.bounds(partitions)).rejects.toThrow(/partition/);
      });
    });

    it('delivers from the offset that the handler answers, and nothing before', async () => {
      await withLog(async (log) => {
        await log.append(numbered('r', 40).map((value) => record('centre', value)));
        const first = new Ledger();
        await consuming(log, first.handler('reader'), async () => {
          await waitFor(() => first.taken.length === 40, { what: 'all records', timeoutMs: WAIT_MS });
        });
        const middle = first.taken[25];
        if (middle === undefined) throw new Error('the 26th record is missing');
        const second = new Ledger();
        second.next.set(middle.partition, middle.offset);
        const seen: bigint[] = [];
        const handler = second.handler(
          'reader',
          (batch) => void seen.push(...batch.records.map(({ offset }) => offset)),
        );
        await consuming(log, handler, async () => {
          await waitFor(() => second.taken.length === 15, { what: 'the rest', timeoutMs: WAIT_MS });
        });
        expect(seen[0]).toBe(middle.offset);
        expect(second.values('centre')).toEqual(numbered('r', 40).slice(25));
      });
    });

    it('a consumer that starts at the end gets only what comes later', async () => {
      await withLog(async (log) => {
        await log.append(numbered('old', 10).map((value) => record('centre', value)));
        const ledger = new Ledger();
        for (let p = 0; p < (await log.partitions()); p += 1) ledger.next.set(p, (await log.bounds(p)).end);
        await consuming(log, ledger.handler('reader'), async () => {
          await waitFor(() => ledger.owners.size > 0, { what: 'an assignment', timeoutMs: WAIT_MS });
          await log.append([record('centre', 'new')]);
          await waitFor(() => ledger.taken.length > 0, { what: 'the new record', timeoutMs: WAIT_MS });
          expect(ledger.values('centre')).toEqual(['new']);
        });
      });
    });

    it('refuses to start beyond the end of the log, for good', async () => {
      await withLog(async (log) => {
        await log.append([record('centre', 'x')]);
        const errors: Error[] = [];
        const handler = { ...new Ledger().handler('reader'), assigned: async () => 1_000n };
        const consumer = await log.consume(handler, (error) => errors.push(error));
        await waitFor(() => errors.length > 0, { what: 'the refusal', timeoutMs: WAIT_MS });
        expect(errors[0]?.message).toMatch(/beyond the end/);
        await consumer.stop();
      });
    });

    it('tries an assignment again that the handler rejected', async () => {
      await withLog(async (log) => {
        await log.append([record('centre', 'x')]);
        const ledger = new Ledger();
        const handler = ledger.handler('reader');
        let failures = 0;
        const failing = async (partition: number): Promise<bigint | 'earliest'> => {
          if (failures < 2) {
            failures += 1;
            throw new Error('the checkpoint store is away');
          }
          return await handler.assigned(partition);
        };
        await consuming(log, { ...handler, assigned: failing }, async () => {
          await waitFor(() => ledger.taken.length === 1, { what: 'the record', timeoutMs: WAIT_MS });
        });
        expect(ledger.faults).toEqual([]);
      });
    });

    it('delivers a batch again from its start when the handler rejects it', async () => {
      await withLog(async (log) => {
        const ledger = new Ledger();
        const starts: bigint[] = [];
        const handler = ledger.handler('reader', (batch) => {
          starts.push(batch.records[0]?.offset ?? -1n);
          if (starts.length <= 3) throw new Error('the checkpoint store is away');
        });
        await log.append(numbered('r', 20).map((value) => record('centre', value)));
        await consuming(log, handler, async () => {
          await waitFor(() => ledger.taken.length === 20, { what: 'all records', timeoutMs: WAIT_MS });
        });
        expect(new Set(starts.slice(0, 4)).size).toBe(1);
        expect(ledger.values('centre')).toEqual(numbered('r', 20));
        expect(ledger.faults).toEqual([]);
      });
    });

    it('delivers again from an offset that is sought, and then on without a hole', async () => {
      await withLog(async (log) => {
        await log.append(numbered('r', 30).map((value) => record('centre', value)));
        const offsets: bigint[] = [];
        let partition = 0;
        const handler = new Ledger().handler('reader', (batch) => {
          partition = batch.partition;
          offsets.push(...batch.records.map(({ offset }) => offset));
        });
        await consuming(log, handler, async (consumer) => {
          await waitFor(() => offsets.length === 30, { what: 'all records', timeoutMs: WAIT_MS });
          const back = offsets[12] as bigint;
          consumer.seek(partition, back);
          await waitFor(() => offsets.length === 48, {
            what: 'the records from the 13th on',
            timeoutMs: WAIT_MS,
          });
          expect(offsets.slice(30)).toEqual(offsets.slice(12, 30));
          await log.append([record('centre', 'next')]);
          await waitFor(() => offsets.length === 49, { what: 'the next record', timeoutMs: WAIT_MS });
          expect(offsets[48]).toBe((offsets[47] as bigint) + 1n);
        });
      });
    });

    it('seeks from within a batch too', async () => {
      await withLog(async (log) => {
        await log.append(numbered('r', 30).map((value) => record('centre', value)));
        const batches: bigint[][] = [];
        let consumer: LogConsumer | undefined;
        const handler = new Ledger().handler('reader', async (batch) => {
          batches.push(batch.records.map(({ offset }) => offset));
          const first = batch.records[0]?.offset ?? 0n;
          const ready = await waitFor(() => consumer, { what: 'the consumer' });
          if (batches.length === 1) ready.seek(batch.partition, first + 5n);
        });
        consumer = await log.consume(handler, fail);
        await waitFor(() => (batches.slice(1).flat().at(-1) ?? -1n) >= (batches[0]?.[0] ?? 0n) + 29n, {
          what: 'the last record again',
          timeoutMs: WAIT_MS,
        });
        expect(batches[1]?.[0]).toBe((batches[0]?.[0] as bigint) + 5n);
        await consumer.stop();
      });
    });

    it('waits for a slow handler: calls of a partition never overlap, and stop() waits for the last', async () => {
      await withLog(async (log) => {
        const ledger = new Ledger();
        let release = (): void => undefined;
        const held = new Promise<void>((resolve) => {
          release = resolve;
        });
        let stale: (() => boolean) | undefined;
        let ended = false;
        const handler = ledger.handler('reader', async (batch) => {
          stale ??= batch.isStale;
          await held;
          ended = true;
        });
        await log.append([record('centre', 'one')]);
        const consumer = await log.consume(handler, fail);
        const isStale = await waitFor(() => stale, { what: 'the first batch', timeoutMs: WAIT_MS });
        expect(isStale()).toBe(false);
        await log.append([record('centre', 'two')]);
        const stopped = consumer.stop().then(() => ended);
        await waitFor(() => isStale(), { what: 'the batch to turn stale', timeoutMs: WAIT_MS });
        release();
        expect(await stopped).toBe(true);
        expect(ledger.taken).toEqual([]);
        expect(ledger.owners.size).toBe(0);
        expect(ledger.faults).toEqual([]);
      });
    });

    it('hands partitions over between two consumers: every record taken once, by the owner, none left out', async () => {
      await withLog(async (log, underTest) => {
        const ledger = new Ledger();
        const keys = numbered('centre ', 12);
        let sent = 0;
        let sending = true;
        const sender = (async () => {
          for (; sending; sent += 1) {
            await log.append(keys.map((key) => record(key, `${key}/${sent}`)));
            await new Promise((resolve) => setImmediate(resolve));
          }
        })();
        const takenBy = (member: string): number => ledger.taken.filter(({ by }) => by === member).length;
        const progress = async (what: string, done: () => boolean): Promise<void> => {
          await waitFor(done, { what, timeoutMs: WAIT_MS, detail: () => ledger.faults.join('\n') });
        };
        const first = await (await underTest.open()).consume(ledger.handler('first'), fail);
        await progress('the first member to take records', () => takenBy('first') > 0);
        const second = await (await underTest.open()).consume(ledger.handler('second'), fail);
        if ((await log.partitions()) > 1)
          await progress('the second member to take a share', () => takenBy('second') > 0);
        await first.stop();
        const soFar = takenBy('second');
        await progress('the second member to go on alone', () => takenBy('second') > soFar + 50);
        const third = await (await underTest.open()).consume(ledger.handler('third'), fail);
        await second.stop();
        await progress('the third member to go on', () => takenBy('third') > 50);
        sending = false;
        await sender;
        await progress('all records', () => ledger.taken.length >= sent * keys.length);
        await third.stop();
        expect(ledger.faults).toEqual([]);
        for (const key of keys) expect(ledger.values(key)).toEqual(numbered(`${key}/`, sent));
      });
    });

    it('keeps every version of the configuration, in the order stored, also one that comes back', async () => {
      await withLog(async (log, underTest) => {
        expect(await log.configVersions()).toEqual([]);
        const version = (centre: string, hash: string, hour: number): StoredConfigVersion => ({
          centre,
          version: hash,
          effectiveFrom: `2026-01-01T0${hour}:00:00Z`,
          body: { thresholds: { seconds: hour, ratio: 0.8 }, names: ['é', '😀'], none: null },
        });
        const stored = [
          version('a', 'x', 1),
          version('b', 'x', 1),
          version('a', 'y', 2),
          version('a', 'x', 3),
        ];
        for (const one of stored) await log.storeConfigVersion(one);
        expect(await (await underTest.open()).configVersions()).toEqual(stored);
        await log.storeConfigVersion(version('b', 'x', 1));
        const again = await log.configVersions();
        expect(again).toHaveLength(4);
        expect(again).toEqual(expect.arrayContaining(stored));
      });
    });

    it('keeps dead letters with reason and position', async () => {
      await withLog(async (log, underTest) => {
        const refused: DeadLetter = {
          centre: 'é',
          code: 'late',
          reason: 'time: too old',
          line: '{"a":"é\u0000',
        };
        const read: DeadLetter = {
          ...refused,
          code: 'invalid',
          position: { partition: 0, offset: 9_007_199_254_740_993n, line: 7 },
        };
        await log.deadLetter([]);
        await log.deadLetter([refused, read]);
        await log.deadLetter([refused]);
        const letters = await waitFor(
          async () => {
            const found = await underTest.deadLetters();
            return found.length >= 3 && found;
          },
          { what: 'the dead letters', timeoutMs: WAIT_MS },
        );
        expect(letters).toEqual([refused, read, refused]);
      });
    });

    it('keeps rows of reports, of each key the last', async () => {
      await withLog(async (log, underTest) => {
        const report = (key: string, value: string): ReportRecord => ({ centre: 'é', key, value });
        await log.storeReports([]);
        await log.storeReports([report('["é","15m"]', '{"n":1}'), report('b', '{"n":2}')]);
        await log.storeReports([report('b', '{"n":3}')]);
        const wanted = new Map([
          ['["é","15m"]', '{"n":1}'],
          ['b', '{"n":3}'],
        ]);
        await waitFor(async () => (await underTest.reports()).get('b') === '{"n":3}', {
          what: 'the rows of reports',
          timeoutMs: WAIT_MS,
        });
        expect(await underTest.reports()).toEqual(wanted);
      });
    });

    it('after it is closed, a handle rejects instead of waiting', async () => {
      const underTest = await setUp();
      const log = await underTest.open();
      await log.close();
      await expect(log.append([record('centre', text(bytes('x')) ?? '')])).rejects.toThrow(/closed/);
      await expect(log.ping()).rejects.toThrow(/closed/);
      await underTest.close();
    });
  });
}
