import { parseEvent, resolveSemantic, type Presentation } from '@vigie/contracts';
import { expect, test } from 'vitest';
import { unsealRows } from '../checkpoint/archive.ts';
import { makeCommit, restoreCheckpoint } from '../checkpoint/checkpoint.ts';
import type { ArchivedRows, CheckpointCommit } from '../ports/checkpoint-store.ts';
import { finalReports, nextFinished, nextMatured } from '../query/final-reports.ts';
import { wholeHistory } from '../query/history.ts';
import { intervalRows } from '../query/intervals.ts';
import { rowNames } from '../query/row-names.ts';
import { finish } from '../query/steps.ts';
import { zoneOf } from '@vigie/metrics';
import type { LiveCentre } from './live-centre.ts';
import { PartitionProcessor } from './partition.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-11-21T10:00:00Z');
const presentation = { targetsOf: () => new Map() } as never as Presentation;

function newProcessor(): PartitionProcessor {
  return new PartitionProcessor(
    {
      partition: 0,
      base: resolveSemantic({}),
      presentation,
      windows: [{ name: 'today', sizeMs: undefined }],
      limits: { queues: 100, factsPerContact: 2000, factsPerEntity: 1000, centres: 10 },
      retainMs: 27 * HOUR,
      systemSource: 'vigie://system',
    },
    START,
  );
}

let offset = 0n;
/** Applies an event of a contact as ingest would have stamped it. */
function apply(
  processor: PartitionProcessor,
  type: string,
  contact: string,
  atMs: number,
  more: { readonly ingestedMs?: number; readonly data?: object } = {},
): void {
  const event = {
    specversion: '1.0',
    id: `${contact}-${type}-${atMs}`,
    source: 'test://pbx',
    type,
    time: new Date(atMs).toISOString(),
    ingestedtime: new Date(more.ingestedMs ?? atMs).toISOString(),
    data: {
      contact: { id: contact, segmentId: `${contact}/1`, channel: 'voice' },
      queue: { id: 'sales' },
      ...more.data,
    },
  };
  expect(parseEvent(event).ok).toBe(true);
  const value = new TextEncoder().encode(JSON.stringify(event));
  expect(processor.applyRecord({ offset: offset++, key: 'default', value })).toEqual([]);
}

const QUEUED = 'vigie.contact.queued';
const ABANDONED = 'vigie.contact.abandoned';

/** Lives on to an instant, tells what is final, and commits at every quarter hour, as the owner of a partition does. */
function live(
  processor: PartitionProcessor,
  fromMs: number,
  untilMs: number,
  store: Store,
  everyMs = HOUR / 4,
): void {
  for (let at = fromMs; at <= untilMs; at += everyMs) {
    processor.advance(at);
    apply(processor, QUEUED, `call-${at}`, at - 1000);
    apply(processor, ABANDONED, `call-${at}`, at - 500);
    const centre = processor.centre('default');
    for (let next = nextFinished(centre); next !== undefined; next = nextFinished(centre)) {
      store.reports.push(...finalReports(centre, '15m', next.quarter));
      centre.finality.reportedUntilMs = next.quarter.toMs;
      centre.finality.maturedUntilMs ??= next.quarter.fromMs;
    }
    for (let next = nextMatured(centre); next !== undefined; next = nextMatured(centre)) {
      const reach = { ...next.quarter, toMs: Math.min(next.quarter.toMs, centre.finality.storedUntilMs) };
      const parts = store.archive.filter(({ startMs }) => startMs >= reach.fromMs && startMs < reach.toMs);
      const history = finish(wholeHistory(centre, reach, parts));
      store.matured.push(...finalReports(centre, '15m', next.quarter, history, true));
      centre.finality.maturedUntilMs = next.quarter.toMs;
    }
    store.commit(makeCommit(processor, ++store.seq));
    centre.finality.stored();
  }
}

class Store {
  seq = 0;
  head: Uint8Array = new Uint8Array();
  readonly pages = new Map<number, Uint8Array>();
  deltas: { seq: number; bytes: Uint8Array }[] = [];
  readonly archive: ArchivedRows[] = [];
  readonly reports: { key: string; value: string }[] = [];
  readonly matured: { key: string; value: string }[] = [];

  commit({ seq, head, delta, page, dropDeltasBelow, archive = [] }: CheckpointCommit): void {
    this.head = head;
    if (page !== undefined) this.pages.set(page.index, page.bytes);
    this.deltas = [...this.deltas, { seq, bytes: delta }].filter((each) => each.seq >= dropDeltasBelow);
    for (const rows of archive) {
      if (rows.replaces !== true) continue;
      const old = this.archive.findIndex(
        ({ kind, startMs }) => kind === rows.kind && startMs === rows.startMs,
      );
      if (old >= 0) this.archive.splice(old, 1);
    }
    this.archive.push(...archive);
  }
}

/** Offered by quarter hour of a whole UTC day, from the archive and from memory. */
function offeredOn(centre: LiveCentre, store: Store, dayMs: number): readonly (number | null | undefined)[] {
  return valuesOn(centre, store, dayMs, 'offered');
}

function valuesOn(
  centre: LiveCentre,
  store: Store,
  dayMs: number,
  id: string,
): readonly (number | null | undefined)[] {
  const reach = { fromMs: dayMs, toMs: centre.finality.storedUntilMs };
  const parts = store.archive.filter(({ startMs }) => startMs >= reach.fromMs && startMs < reach.toMs);
  const history = finish(wholeHistory(centre, reach, parts));
  const names = rowNames(centre.facts, centre.timeline.now).filter(
    ({ queue, channel }) => queue === 'sales' && channel === 'voice',
  );
  const rows = intervalRows(names, history.counted, history.levelsOf, {
    ...{ zone: zoneOf('UTC', 0), fromMs: dayMs, toMs: dayMs, size: HOUR / 4 },
    ...{ judgedAtMs: centre.timeline.now, finalUntilMs: centre.finality.finalUntilMs, matureUntilMs: 0 },
    words: centre.facts.words,
    closed: () => false,
  });
  return [...rows].flat().map(({ kpis }) => kpis[id]?.value);
}

test('rows are final once everything about them is in, and then nothing moves them', () => {
  const processor = newProcessor();
  apply(processor, QUEUED, 'a', START);
  apply(processor, ABANDONED, 'a', START + 5_000);
  const centre = processor.centre('default');
  expect(centre.finality.finalUntilMs).toBe(START + 5_000 - DAY);
  // A heartbeat of a day later: the quarter of the call is over, with all that may still come about it.
  apply(processor, QUEUED, 'b', START + DAY + HOUR / 4);
  processor.advance(START + DAY + HOUR / 4);
  expect(centre.finality.finalUntilMs).toBe(START + HOUR / 4);
  expect(nextFinished(centre)?.quarter).toEqual({ fromMs: START, toMs: START + HOUR / 4 });
  const before = finalReports(centre, '15m', { fromMs: START, toMs: START + HOUR / 4 });
  // A summary that comes a day late, of a call of that quarter that nobody had told.
  apply(processor, 'vigie.contact.record', 'late', START + DAY + HOUR / 4 + 1000, {
    data: {
      queuedAt: new Date(START + 1000).toISOString(),
      outcome: 'abandoned',
      measured: { waitMs: 9000 },
    },
  });
  expect(finalReports(centre, '15m', { fromMs: START, toMs: START + HOUR / 4 })).toEqual(before);
  expect(centre.timeline.rows.refused).toBeGreaterThan(0);
});

test('rows that leave the pages are in the archive, once, and a restart neither loses nor doubles them', () => {
  const processor = newProcessor();
  const store = new Store();
  live(processor, START, START + 3 * DAY, store);
  const starts = store.archive.map(({ startMs }) => startMs);
  expect(starts.length).toBeGreaterThan(100);
  expect(new Set(starts).size).toBe(starts.length);
  const day = Date.parse('2026-11-22T00:00:00Z');
  const whole = offeredOn(processor.centre('default'), store, day);
  expect(whole).toEqual(Array.from({ length: 96 }, () => 1));

  const restored = newProcessor();
  restoreCheckpoint(restored, { head: store.head, pages: store.pages, deltas: store.deltas });
  const centre = restored.centre('default');
  expect(offeredOn(centre, store, day)).toEqual(whole);
  expect(centre.finality.finalUntilMs).toBe(processor.centre('default').finality.finalUntilMs);
  live(restored, START + 3 * DAY + HOUR / 4, START + 4 * DAY, store);
  expect(offeredOn(centre, store, day)).toEqual(whole);
  expect(offeredOn(centre, store, day + DAY)).toEqual(whole);
  // Each final row was told once, with the value it has for good.
  expect(new Set(store.reports.map(({ key }) => key)).size).toBe(store.reports.length);
  const blob = store.archive.at(-1)!;
  expect(unsealRows(blob.startMs, blob.bytes).rows.length).toBeGreaterThan(0);
}, 60_000);

test('what is certain only a week later counts in the quarter hour it belongs to, long after its row has left', () => {
  const processor = newProcessor();
  const store = new Store();
  const day = Date.parse('2026-11-21T00:00:00Z');
  const named = { case: { id: 'k', category: 'billing' }, customer: { key: 'anna' } };
  apply(processor, QUEUED, 'solved', START, { data: named });
  apply(processor, 'vigie.contact.answered', 'solved', START + 5000, { data: { agent: { id: 'ada' } } });
  apply(processor, 'vigie.case.opened', 'k', START + 6000, { data: { ...named, contact: undefined } });
  apply(processor, 'vigie.case.resolved', 'k', START + 60_000, { data: { ...named, contact: undefined } });
  live(processor, START, START + 3 * DAY, store, HOUR);
  const quarter = (START - day) / (HOUR / 4);
  const fcr = (from: PartitionProcessor) => valuesOn(from.centre('default'), store, day, 'fcr_rate')[quarter];
  expect(processor.centre('default').finality.storedUntilMs).toBeGreaterThan(START + HOUR);
  expect(fcr(processor)).toBeNull();

  const restored = newProcessor();
  restoreCheckpoint(restored, { head: store.head, pages: store.pages, deltas: store.deltas });
  live(restored, START + 3 * DAY, START + 7 * DAY + HOUR, store, HOUR);
  expect(fcr(restored)).toBe(1);
  const again = newProcessor();
  restoreCheckpoint(again, { head: store.head, pages: store.pages, deltas: store.deltas });
  expect(fcr(again)).toBe(1);
  // and when that part of the row has left in its turn
  live(again, START + 7 * DAY + 2 * HOUR, START + 17 * DAY, store, HOUR);
  expect(fcr(again)).toBe(1);
  expect(valuesOn(again.centre('default'), store, day, 'fcr_provisional_rate')[quarter]).toBe(1);
  // Told again, once, with nothing provisional left, and nothing else in it has changed.
  const last = store.matured.map(({ key, value }) => [key, JSON.parse(value)] as const);
  expect(new Set(last.map(([, row]) => row.start))).toEqual(new Set([new Date(START).toISOString()]));
  expect(new Set(last.map(([key]) => key)).size).toBe(last.length);
  expect(last.length).toBeGreaterThan(0);
  for (const [key, row] of last) {
    const first = JSON.parse(store.reports.find((told) => told.key === key)!.value);
    expect(first).toMatchObject({ final: true, provisional: expect.arrayContaining(['fcr_rate']) });
    const { fcr_rate: fcrRate, ...kpis } = row.kpis;
    expect(fcrRate).toEqual({ value: 1, n: 1 });
    expect({ ...first, provisional: [], kpis: { ...first.kpis, fcr_rate: fcrRate } }).toEqual({
      ...row,
      kpis: { ...kpis, fcr_rate: fcrRate },
    });
  }
}, 120_000);

test('a rebuild counts again what the log has, once, and leaves rows of before it as they were told', () => {
  const untilMs = START + 60 * HOUR;
  const first = newProcessor();
  const store = new Store();
  const logStart = START + 10 * HOUR + HOUR / 4;
  live(first, START, logStart - HOUR / 4, store);
  // of a quarter hour that the log will have only the end of
  apply(first, QUEUED, 'early', logStart - HOUR / 8);
  live(first, logStart, untilMs, store);
  const days = [START, START + 24 * HOUR];
  const before = days.map((day) => offeredOn(first.centre('default'), store, day));
  const told = store.reports.length;
  expect(told).toBeGreaterThan(0);

  // the checkpoint is gone, its archive is not, and the log begins in the middle of a quarter hour
  const rebuilt = newProcessor();
  rebuilt.log.lost();
  const again = Object.assign(new Store(), { archive: store.archive });
  live(rebuilt, logStart, untilMs, again);
  const { wholeFromMs } = rebuilt.centre('default').finality;
  expect(wholeFromMs).toBe(logStart - 1000);
  expect(days.map((day) => offeredOn(rebuilt.centre('default'), again, day))).toEqual(before);
  const starts = again.reports.map(({ key }) => Date.parse(String((JSON.parse(key) as unknown[])[2])));
  expect(Math.min(...starts)).toBeGreaterThanOrEqual(wholeFromMs ?? 0);
  expect(again.reports.length).toBeLessThan(told);
});
