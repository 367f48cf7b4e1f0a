import { checkConfiguration, parseEvent, resolveSemantic, SYSTEM_SOURCE, type Row } from '@vigie/contracts';
import {
  agentRows,
  CentreState,
  finish,
  makeCommit,
  PartitionProcessor,
  PastFigures,
  restoreCheckpoint,
} from '@vigie/engine';
import { duplicateSome, seeded, shuffle } from '@vigie/testkit/generator';
import { describe, expect, test } from 'vitest';
import { QUEUES, randomAgentWorld, Recount, type AgentWorld } from './agent-world.ts';
import { LiveRows } from './live-rows.ts';

const checked = checkConfiguration({});
if (!checked.ok) throw new Error('the empty configuration is right');
const { presentation } = checked.configuration;
const WINDOWS = [
  { name: '5m', sizeMs: 300_000 },
  { name: '60m', sizeMs: 3_600_000 },
  { name: 'today', sizeMs: undefined },
];
const HOUR_MS = 3_600_000;
const encoder = new TextEncoder();
/** A morning; an evening whose local midnight lies within; the night in which Paris sets its clocks back. */
const STARTS = ['2026-11-20T08:00:00Z', '2026-11-20T21:30:00Z', '2026-10-24T21:00:00Z'];

function processorAt(nowMs: number): PartitionProcessor {
  return new PartitionProcessor(
    {
      partition: 0,
      base: resolveSemantic({ centre: { timeZone: 'Europe/Paris' } }),
      presentation,
      windows: WINDOWS,
      limits: { queues: 5000, factsPerContact: 2000, factsPerEntity: 1000, centres: 10 },
      retainMs: 28 * HOUR_MS,
      systemSource: SYSTEM_SOURCE,
    },
    nowMs,
  );
}

function apply(processor: PartitionProcessor, events: readonly object[]): void {
  const value = encoder.encode(events.map((event) => JSON.stringify(event)).join('\n'));
  processor.applyRecord({ offset: processor.nextOffset, key: 'default', value });
}

/** What a processor becomes that is stopped, when every page has been written, and restored. */
function restarted(processor: PartitionProcessor): PartitionProcessor {
  const pages = new Map<number, Uint8Array>();
  const deltas: { seq: number; bytes: Uint8Array }[] = [];
  let head: Uint8Array | undefined;
  for (let seq = 1; seq <= 256; seq++) {
    const commit = makeCommit(processor, seq);
    head = commit.head;
    if (commit.page !== undefined) pages.set(commit.page.index, commit.page.bytes);
    deltas.push({ seq, bytes: commit.delta });
  }
  const restored = processorAt(0);
  restoreCheckpoint(restored, { head: head!, pages, deltas });
  return restored;
}

function liveRows(processor: PartitionProcessor): readonly Row[] {
  const centre = processor.centre('default');
  const rows = new LiveRows(centre, WINDOWS, presentation);
  return Array.from({ length: centre.facts.groups.size }, (_, id) => rows.rowsOf(id)).flat();
}

/** How the rows' figures of agents' time differ from the recount of every second. */
function differences(world: AgentWorld, rows: readonly Row[], atMs: number): readonly string[] {
  const recount = new Recount(world);
  const day = Date.parse('2026-11-20T23:00:00Z') <= atMs ? Date.parse('2026-11-20T23:00:00Z') : 0;
  const autumn = Date.parse('2026-10-24T22:00:00Z') <= atMs ? Date.parse('2026-10-24T22:00:00Z') : 0;
  const dayStart = Math.max(autumn, day, atMs - 24 * HOUR_MS);
  return rows.flatMap(({ queue, channel, window, kpis }): readonly string[] => {
    if (queue === '_all' && channel !== '_all') return [];
    const { sizeMs } = WINDOWS.find(({ name }) => name === window)!;
    const fromS = sizeMs === undefined ? dayStart / 1000 : (atMs - sizeMs) / 1000 + 1;
    const own = recount.count(queue === '_all' ? undefined : queue, Math.ceil(fromS), atMs / 1000);
    const { onContact, available, loggedIn, handling, consultS } = own;
    const days = [...own.loggedInByAgent.values()].filter((seconds) => seconds >= 60).length;
    const ratio = (a: number, b: number): number | null => (b === 0 ? null : a / b);
    const expected: Record<string, unknown> = {
      agents_by_state_now: own.by,
      occupancy: ratio(onContact, onContact + available),
      utilization: ratio(onContact + available, loggedIn),
      concurrency: ratio(handling, onContact),
      agent_day_equivalents: loggedIn / 3600 / 8,
      consult_time: consultS,
      ...(window === 'today' ? { agent_days: days } : {}),
    };
    return Object.entries(expected).flatMap(([id, value]) => {
      const figure = kpis[id];
      const found = id === 'agents_by_state_now' ? (figure?.by ?? {}) : figure?.value;
      const isSame =
        typeof value === 'number' && typeof found === 'number'
          ? Math.abs(value - found) < 1e-9
          : JSON.stringify(sorted(value)) === JSON.stringify(sorted(found));
      return isSame
        ? []
        : [`${queue} ${window} ${id}: ${JSON.stringify(found)}, by the second ${JSON.stringify(value)}`];
    });
  });
}

function sorted(value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    : value;
}

describe('agents’ time equals a recount of every second', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'live and in retrospect, in any order of events, through restarts (seed %i)',
    { timeout: 120_000 },
    (seed) => {
      const random = seeded(seed);
      const startMs = Date.parse(STARTS[seed % STARTS.length]!);
      const world = randomAgentWorld(random, startMs, 4);
      const processor = processorAt(startMs);
      const events = shuffle(duplicateSome(world.events, seed), seed);
      const third = Math.ceil(events.length / 3);
      apply(processor, events.slice(0, third));
      processor.advance(startMs + random.int(0, HOUR_MS));
      apply(processor, events.slice(third, 2 * third));
      processor.advance(startMs + HOUR_MS);
      let running = restarted(processor);
      apply(running, events.slice(2 * third));
      for (let at = startMs + HOUR_MS; at < startMs + 4 * HOUR_MS; at += random.int(60, 2400) * 1000) {
        running.advance(at);
        expect(differences(world, liveRows(running), at).slice(0, 5), new Date(at).toISOString()).toEqual([]);
        const past = new PastFigures(running.centre('default').facts).rowsAt(at, WINDOWS, undefined);
        expect(differences(world, past, at).slice(0, 5), new Date(at).toISOString()).toEqual([]);
        if (random.chance(0.3)) running = restarted(running);
      }
    },
  );

  test('in the intervals of a day', { timeout: 120_000 }, () => {
    const startMs = Date.parse('2026-11-20T08:00:00Z');
    const world = randomAgentWorld(seeded(77), startMs, 3);
    const processor = processorAt(startMs);
    apply(processor, world.events);
    const judgedAtMs = startMs + 3 * HOUR_MS;
    const rows = new PastFigures(processor.centre('default').facts).intervals({
      fromMs: startMs,
      toMs: startMs,
      size: 900_000,
      judgedAtMs,
      allowedLatenessMs: 0,
    });
    const recount = new Recount(world);
    let compared = 0;
    for (const { queue, channel, start, kpis } of rows) {
      const fromS = Date.parse(start) / 1000;
      if (fromS * 1000 < startMs || fromS * 1000 >= judgedAtMs || (queue === '_all' && channel !== '_all'))
        continue;
      const own = recount.count(queue === '_all' ? undefined : queue, fromS, fromS + 900);
      compared++;
      expect(kpis['occupancy']?.n ?? 0, `${queue} ${start}`).toBeCloseTo(own.onContact + own.available, 6);
      expect(kpis['agent_day_equivalents']?.value, `${queue} ${start}`).toBeCloseTo(
        own.loggedIn / 3600 / 8,
        9,
      );
    }
    expect(compared).toBe(12 * (QUEUES.length + 1));
  });
});

test('what is older than is retained leaves nothing behind and moves no figure', { timeout: 120_000 }, () => {
  const startMs = Date.parse('2026-11-20T08:00:00Z');
  const world = randomAgentWorld(seeded(5), startMs, 3);
  const kept = processorAt(startMs);
  const endMs = startMs + 3 * HOUR_MS;
  apply(kept, world.events);
  kept.advance(endMs);
  const factsOf = (): number => {
    let facts = 0;
    for (const entity of kept.centre('default').facts.entities.since(Number.POSITIVE_INFINITY))
      facts += entity.facts.length + entity.links.byKey.size;
    return facts;
  };
  const before = factsOf();
  for (let at = endMs; at <= endMs + 60 * HOUR_MS; at += HOUR_MS / 4) kept.advance(at);
  expect(before).toBeGreaterThan(50);
  expect(factsOf()).toBe(3);
  const nowMs = endMs + 60 * HOUR_MS;
  const untouched = processorAt(startMs);
  apply(untouched, world.events);
  for (const processor of [kept, restarted(kept)]) {
    const rows = liveRows(processor);
    const expected = new PastFigures(untouched.centre('default').facts).rowsAt(nowMs, WINDOWS, undefined);
    for (const { queue, channel, window, kpis } of expected) {
      const found = rows.find(
        (row) => row.queue === queue && row.channel === channel && row.window === window,
      );
      for (const id of ['agents_by_state_now', 'utilization', 'occupancy', 'agent_day_equivalents'])
        expect([id, queue, window, found?.kpis[id]]).toEqual([id, queue, window, kpis[id]]);
    }
  }
});

test('agents beyond the cap are counted, and not listed', () => {
  const state = new CentreState(
    'default',
    resolveSemantic({}),
    { queues: 10, factsPerContact: 100, factsPerEntity: 100, agents: 2 },
    () => undefined,
  );
  const told = (id: string, at: number) => {
    const time = new Date(Date.parse('2026-11-20T08:00:00Z') + at).toISOString();
    const data = { agent: { id }, state: 'available' };
    const event = {
      specversion: '1.0',
      id: `${id}${at}`,
      source: 'acd://a',
      type: 'vigie.agent.state',
      time,
      data,
    };
    const result = parseEvent(event);
    if (!result.ok) throw new Error(result.rejection.reason);
    return state.apply(result.parsed);
  };
  expect(['ada', 'bob', 'cleo', 'ada', 'cleo'].map((id, index) => told(id, index))).toEqual(
    Array.from({ length: 5 }, () => 'applied'),
  );
  const rows = finish(agentRows(state, presentation, WINDOWS[2]!, Date.parse('2026-11-20T09:00:00Z')));
  expect(rows.map(({ agent }) => agent)).toEqual(['ada', 'bob']);
  expect(state.overflowedAgents).toBe(1);
});
