import {
  makeCommit,
  type PartitionProcessor,
  PastFigures,
  restoreCheckpoint,
  type StoredCheckpoint,
} from '@vigie/engine';
import { compareSnapshots, foldCentre, snapshotOf, type OracleEvent } from '@vigie/testkit/oracle';
import { duplicateSome, seeded, shuffle, type Random } from '@vigie/testkit/generator';
import { describe, expect, test } from 'vitest';
import { LiveRows } from './live-rows.ts';
import { configuration, processorFor, windows } from './partition-world.ts';

/* Snapshots of who waits, in worlds of which much is never told: what they list counts once, whoever tells of it. */

const START_MS = Date.parse('2026-11-23T09:00:00Z');
const LENGTH_MS = 900_000;
const END_MS = START_MS + LENGTH_MS;
const QUEUES = ['sales', 'support'] as const;
const SOURCES = ['pbx://main', 'pbx://other'] as const;
const encoder = new TextEncoder();
const instant = (ms: number): string => new Date(ms).toISOString();

interface Call {
  readonly id: string;
  readonly stay: string | undefined;
  readonly source: string;
  readonly queue: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly end: string;
}

/** A quarter of an hour of two sources that tell most of what happens, and now and then who waits. */
function worldOf(seed: number): OracleEvent[] {
  const random = seeded(seed);
  const calls = Array.from({ length: 24 }, (_, n) => callOf(n, random));
  const events: OracleEvent[] = [];
  const tell = (source: string, type: string, ms: number, data: OracleEvent['data']): void => {
    events.push({
      ...{ specversion: '1.0', id: `e${events.length}`, source, type: `vigie.${type}` },
      ...{ time: instant(ms), data },
    });
  };
  for (const call of calls) {
    const about = {
      contact: { id: call.id, ...(call.stay === undefined ? {} : { segmentId: call.stay }) },
      queue: { id: call.queue },
    };
    if (random.chance(0.6)) tell(call.source, 'contact.queued', call.fromMs, about);
    if (call.toMs >= END_MS || random.chance(0.3)) continue;
    const data = call.end === 'contact.answered' ? { ...about, agent: { id: 'ada' } } : about;
    tell(call.source, call.end, call.toMs, {
      ...data,
      ...(random.chance(0.2) ? { measured: { waitMs: call.toMs - call.fromMs } } : {}),
      ...(call.end === 'contact.flow_out' ? { cause: 'timeout' } : {}),
    });
  }
  for (let n = 0; n < 5; n++) {
    const source = random.pick(SOURCES);
    const atMs = START_MS + random.int(0, LENGTH_MS - 1);
    const queues = QUEUES.filter(() => random.chance(0.8)).map((id) => ({
      id,
      waiting: calls
        .filter(({ queue, fromMs, toMs }) => queue === id && fromMs < atMs && toMs > atMs)
        .filter((call) => call.source === source || random.chance(0.1))
        .map(({ stay, id: own, fromMs }) => ({
          segmentId: stay ?? `of-${own}`,
          queuedAt: toldEntry(fromMs, random),
        })),
    }));
    tell(source, 'source.snapshot', atMs, { queues } as never);
  }
  if (random.chance(0.3)) tell(SOURCES[0], 'source.restarted', START_MS + random.int(0, LENGTH_MS - 1), {});
  return events;
}

function callOf(n: number, random: Random): Call {
  const fromMs = START_MS + random.int(0, LENGTH_MS - 1);
  const id = `c${n}`;
  return {
    id,
    stay: random.chance(0.2) ? undefined : random.chance(0.2) ? id : `s${n}`,
    source: random.pick(SOURCES),
    queue: random.pick(QUEUES),
    fromMs,
    toMs: fromMs + random.int(1000, 400_000),
    end: random.pick(['contact.answered', 'contact.abandoned', 'contact.flow_out']),
  };
}

/** Snapshots tell entries to the second, and sometimes wrongly. */
const toldEntry = (ms: number, random: Random): string =>
  instant(random.chance(0.1) ? ms - 5000 : Math.floor(ms / 1000) * 1000);

function apply(to: PartitionProcessor, events: readonly OracleEvent[]): void {
  for (const event of events)
    to.applyRecord({
      offset: to.nextOffset,
      key: 'default',
      value: encoder.encode(JSON.stringify({ ...event, ingestedtime: event.time })),
    });
}

const seeds = Array.from({ length: Number(process.env['VIGIE_ORACLE_SEEDS'] ?? 30) }, (_, n) => n + 1);

describe('whom snapshots list', () => {
  test('are counted as the oracle counts them, now and at any past instant, in any order and repetition', () => {
    let alone = 0;
    for (const seed of seeds) {
      const events = worldOf(seed);
      const folded = foldCentre(events, {});
      alone += [...folded.scans.keys()].filter((journey) => journey.startsWith('snapshot:')).length;
      const live = processorFor({}, END_MS);
      apply(live, shuffle(duplicateSome(events, seed), seed));
      live.advance(END_MS);
      const centre = live.centre('default');
      const now = new LiveRows(centre, windows, configuration.presentation).all();
      expect(compareSnapshots(now, snapshotOf(folded, END_MS)).slice(0, 5), `seed ${seed}`).toEqual([]);
      const past = new PastFigures(centre.facts);
      for (const at of [END_MS - 777_000, END_MS - 400_000, END_MS - 61_000]) {
        const rows = past.rowsAt(at, windows, undefined);
        expect(
          compareSnapshots(rows, snapshotOf(folded, at)).slice(0, 5),
          `seed ${seed}, ${instant(at)}`,
        ).toEqual([]);
      }
    }
    expect(alone).toBeGreaterThan(seeds.length);
  });

  test('are the same after a restart anywhere', () => {
    for (const seed of seeds.slice(0, 12)) {
      const events = shuffle(worldOf(seed), seed);
      const stopAt = seeded(seed).int(1, events.length - 1);
      let running = processorFor({}, END_MS);
      let stored: StoredCheckpoint | undefined;
      for (const [i, event] of events.slice(0, stopAt).entries()) {
        apply(running, [event]);
        const { head, page, delta } = makeCommit(running, i + 1);
        const pages = new Map(stored?.pages);
        if (page !== undefined) pages.set(page.index, page.bytes);
        stored = { head, pages, deltas: [...(stored?.deltas ?? []), { seq: i + 1, bytes: delta }] };
      }
      running = processorFor({}, END_MS);
      restoreCheckpoint(running, stored!);
      apply(running, events.slice(stopAt));
      running.advance(END_MS);
      const rows = new LiveRows(running.centre('default'), windows, configuration.presentation).all();
      const expected = snapshotOf(foldCentre(events, {}), END_MS);
      expect(compareSnapshots(rows, expected).slice(0, 5), `seed ${seed}`).toEqual([]);
    }
  });
});
