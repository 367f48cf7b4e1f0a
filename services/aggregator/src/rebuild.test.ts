import { openEmbedded } from '@vigie/embedded';
import type { LogRecord } from '@vigie/engine';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PartitionRunner } from './partition-runner.ts';
import {
  batchOf,
  NOW,
  parts,
  record,
  setUp,
  storeWith,
  take,
  tearDown,
  world,
} from './partition-runner.testkit.ts';

const HOUR = 3_600_000;
/** The quarter hour that history is imported into, long final and out of memory. */
const OLD = NOW - 32 * HOUR;

beforeEach(async () => await setUp(openEmbedded));
afterEach(tearDown);

/** Somebody who waited for ten seconds and left, ingested then or as the history that it is. */
function call(name: string, atMs: number): readonly object[] {
  const told = (type: string, timeMs: number): object => {
    const time = new Date(timeMs).toISOString();
    const data = { contact: { id: name, segmentId: `${name}/1` }, queue: { id: 'sales' } };
    return {
      ...{ specversion: '1.0', id: `${name}-${type}`, source: 'test://acd', type: `vigie.contact.${type}` },
      ...{ time, ingestedtime: time, data },
    };
  };
  return [told('queued', atMs), told('abandoned', atMs + 10_000)];
}

/** A call an hour, until now. */
const lived: readonly LogRecord[] = Array.from({ length: 33 }, (_, n) =>
  record(n, ...call(`lived-${n}`, OLD + n * HOUR)),
);
const imported = record(lived.length, ...call('imported', OLD + 60_000));

/** What was told of the old quarter hour last. */
function offeredThen(): number | undefined {
  const start = new Date(OLD).toISOString();
  const key = JSON.stringify(['default', '15m', start, 'sales', 'voice']);
  const report = world.embedded.log.reports(1000).findLast((each) => each.key === key);
  if (report === undefined) return undefined;
  return (JSON.parse(report.value) as { kpis: { offered: { value: number } } }).kpis.offered.value;
}

async function archivedParts(): Promise<number> {
  const range = { centre: 'default', kind: 'quarter', fromMs: OLD, toMs: OLD + 1 } as const;
  return (await world.embedded.checkpoints.archived(0, range)).length;
}

const offeredCorrected = (runner: PartitionRunner): readonly unknown[] =>
  runner.processor
    .centre('default')
    .corrections.list.filter(({ start, queue }) => start === new Date(OLD).toISOString() && queue === 'sales')
    .map(({ kpis }) => kpis['offered']);

/** Lives until the old quarter hour is told as final and handed over, then ends in order. */
async function liveOn(records: readonly LogRecord[], until: () => Promise<void>): Promise<PartitionRunner> {
  const runner = await take();
  await runner.apply(batchOf(records));
  runner.start();
  await vi.waitFor(until, { timeout: 60_000, interval: 50 });
  await runner.stop({ commit: true });
  return runner;
}

test('history that was imported reaches final rows by a rebuild alone, and is told as a correction', async () => {
  await liveOn(lived, async () => expect([offeredThen(), await archivedParts()]).toEqual([1, 1]));

  const refusing = await liveOn([...lived, imported], async () => expect(world.logEnd).toBe(34n));
  expect(refusing.rebuilt).toBeUndefined();
  expect(refusing.processor.accounts.applied).toBe(68);
  expect([offeredThen(), offeredCorrected(refusing)]).toEqual([1, []]);

  expect(await world.embedded.checkpoints.forget(0)).toBe(true);
  const rebuilt = await liveOn([...lived, imported], async () => expect(offeredThen()).toBe(2));
  expect(rebuilt.rebuilt).toBe('asked');
  expect(rebuilt.processor.accounts.applied).toBe(68);
  expect(offeredCorrected(rebuilt)).toEqual([{ from: { value: 1, n: 1 }, to: { value: 2, n: 2 } }]);
  expect(rebuilt.processor.centre('default').corrections.list).toHaveLength(2);

  const next = await take();
  expect([next.rebuilt, next.processor.nextOffset]).toEqual([undefined, 34n]);
});

test('a rebuild that was cut short goes on as one: no row is final before it is done', async () => {
  await liveOn(lived, async () => expect([offeredThen(), await archivedParts()]).toEqual([1, 1]));
  await world.embedded.checkpoints.forget(0);
  batchOf([imported]);

  const cut = await take();
  await cut.apply({ ...batchOf(lived), endOffset: 34n });
  await cut.stop({ commit: true });
  expect(await world.embedded.checkpoints.isForgotten(0)).toBe(false);

  const heir = await liveOn([imported], async () => expect(offeredThen()).toBe(2));
  expect(heir.rebuilt).toBeUndefined();
  expect(offeredCorrected(heir)).toEqual([{ from: { value: 1, n: 1 }, to: { value: 2, n: 2 } }]);
});

test('a checkpoint that was lost is no such rebuild: final rows stay as they were told', async () => {
  await liveOn(lived, async () => expect([offeredThen(), await archivedParts()]).toEqual([1, 1]));
  const lost = await take(parts(storeWith(() => undefined)));
  expect(lost.rebuilt).toBe('missing');
  await lost.apply(batchOf([...lived, imported]));
  const { timeline } = lost.processor.centre('default');
  expect(timeline.rows.refused).toBeGreaterThan(0);
});
