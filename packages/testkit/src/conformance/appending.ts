import type { EventLog, LogConsumer } from '@vigie/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { waitFor } from '../servers/wait.ts';
import { fail, numbered, record, WAIT_MS, type EventLogUnderTest } from './event-log-tools.ts';
import { Ledger } from './ledger.ts';

/** What {@link EventLog} guarantees of appending: order, durability as seen by a reader, any bytes. */
export function appendingConformance(setUp: () => Promise<EventLogUnderTest>): void {
  describe('appending', () => {
    let underTest: EventLogUnderTest;
    let log: EventLog;
    const ledger = new Ledger();
    let consumer: LogConsumer;
    const taken = async (key: string, count: number): Promise<(string | null)[]> => {
      await waitFor(() => ledger.ofKey(key).length >= count, {
        what: `${count} records of ${key}`,
        timeoutMs: WAIT_MS,
      });
      return ledger.values(key);
    };

    beforeAll(async () => {
      underTest = await setUp();
      log = await underTest.open();
      consumer = await log.consume(ledger.handler('reader'), fail);
    });
    afterAll(async () => {
      await consumer.stop();
      await underTest.close();
      expect(ledger.faults).toEqual([]);
    });

    it('answers a ping and has a fixed number of partitions', async () => {
      await log.ping();
      expect(await log.partitions()).toBeGreaterThan(0);
      expect(await (await underTest.open()).partitions()).toBe(await log.partitions());
    });

    it('a waiting consumer gets what is appended', async () => {
      await log.append([record('waiting', 'one')]);
      expect(await taken('waiting', 1)).toEqual(['one']);
      await log.append([record('waiting', 'two')]);
      expect(await taken('waiting', 2)).toEqual(['one', 'two']);
    });

    it('takes 1 to 1000 records at once and keeps their order', async () => {
      for (const count of [1, 2, 10, 100, 1000]) {
        const key = `of ${count}`;
        const values = numbered('r', count);
        await log.append(values.map((value) => record(key, value)));
        expect(await taken(key, count)).toEqual(values);
      }
      await log.append([]);
    });

    it('keeps the order of appends made one after another, whoever else appends', async () => {
      const callers = numbered('caller ', 4);
      const other = await underTest.open();
      await Promise.all(
        callers.map(async (caller, n) => {
          for (const value of numbered('', 50))
            await (n % 2 === 0 ? log : other).append([record(caller, value)]);
        }),
      );
      for (const caller of callers) expect(await taken(caller, 50)).toEqual(numbered('', 50));
    });

    it('keeps the order of appends made without waiting for each other', async () => {
      await Promise.all(numbered('', 100).map(async (value) => await log.append([record('hasty', value)])));
      expect(await taken('hasty', 100)).toEqual(numbered('', 100));
    });

    it('keeps all records of a key in one partition, with rising offsets', async () => {
      const keys = numbered('centre ', 30);
      for (const value of ['a', 'b', 'c']) await log.append(keys.map((key) => record(key, value)));
      for (const key of keys) {
        expect(await taken(key, 3)).toEqual(['a', 'b', 'c']);
        expect(new Set(ledger.ofKey(key).map(({ partition }) => partition)).size).toBe(1);
      }
      const partitions = new Set(ledger.taken.map(({ partition }) => partition));
      expect(partitions.size).toBe(await log.partitions());
    });
  });
}
