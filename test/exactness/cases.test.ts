import { checkConfiguration, resolveSemantic, SYSTEM_SOURCE, type ParsedEvent } from '@vigie/contracts';
import {
  CentreState,
  makeCommit,
  PartitionProcessor,
  PastFigures,
  restoreCheckpoint,
  type LiveCentre,
} from '@vigie/engine';
import { compareSnapshots } from '@vigie/testkit/oracle';
import { duplicateSome, seeded, shuffle } from '@vigie/testkit/generator';
import { describe, expect, test } from 'vitest';
import { caseConfig, caseEvents, SPAN_MS, START_MS } from './case-events.ts';
import { LiveRows } from './live-rows.ts';

const WINDOWS = [
  { name: '5m', sizeMs: 300_000 },
  { name: '60m', sizeMs: 3_600_000 },
  { name: 'today', sizeMs: undefined },
];
const LIMITS = { queues: 5000, factsPerContact: 2000, factsPerEntity: 1000, centres: 10 };
const END_MS = START_MS + SPAN_MS + 4 * 3_600_000;
const SEEDS = Array.from({ length: 15 }, (_, index) => index + 1);
const INSTANTS = [0.2, 0.5, 0.8, 1.2, 3].map((part) => START_MS + Math.round(part * SPAN_MS));

const checked = checkConfiguration({});
if (!checked.ok) throw new Error('the empty configuration is right');
const { presentation } = checked.configuration;

function stateOf(events: readonly ParsedEvent[], seed: number): CentreState {
  const state = new CentreState('default', resolveSemantic(caseConfig(seed)), LIMITS, () => {});
  for (const event of events) state.apply(event);
  return state;
}

/** Everything that can be asked of a state: instants, and the days as known at the end. */
function figuresOf(state: CentreState) {
  const past = new PastFigures(state);
  return {
    rows: INSTANTS.map((at) => past.rowsAt(at, WINDOWS, undefined)),
    days: past.intervals({
      fromMs: START_MS - 86_400_000,
      toMs: END_MS,
      size: 'day',
      judgedAtMs: END_MS,
      allowedLatenessMs: 86_400_000,
    }),
  };
}

type Figures = ReturnType<typeof figuresOf>;

function expectSame(actual: Figures, expected: Figures): void {
  expect(compareSnapshots(actual.rows.flat(), expected.rows.flat() as never).slice(0, 5)).toEqual([]);
  expect(compareSnapshots(actual.days, expected.days as never).slice(0, 5)).toEqual([]);
}

function rowsOf(centre: LiveCentre) {
  const rows = new LiveRows(centre, WINDOWS, presentation);
  const groups = Array.from({ length: centre.facts.groups.size }, (_, id) => id);
  const merged = [...centre.facts.groups.queues].flatMap((queue) => rows.mergedRows(queue));
  return [...groups.flatMap((group) => rows.rowsOf(group)), ...merged];
}

function processorFor(seed: number): PartitionProcessor {
  const base = resolveSemantic(caseConfig(seed));
  return new PartitionProcessor(
    {
      partition: 0,
      base,
      presentation,
      windows: WINDOWS,
      limits: LIMITS,
      retainMs: 30 * 3_600_000,
      systemSource: SYSTEM_SOURCE,
    },
    START_MS,
  );
}

const recordOf = (event: ParsedEvent, offset: bigint) => ({
  offset,
  key: 'default',
  value: new TextEncoder().encode(JSON.stringify(event.event)),
});

describe('cases, customers and imported figures', () => {
  test.each(SEEDS)('are the same in any order and repetition (seed %i)', (seed) => {
    const events = caseEvents(seed);
    const once = figuresOf(stateOf(events, seed));
    expectSame(figuresOf(stateOf(shuffle(duplicateSome(events, seed), seed), seed)), once);
    expectSame(figuresOf(stateOf([...events, ...events].reverse(), seed)), once);
  });

  test.each(SEEDS)('are in the running windows what a recount says, at any moment (seed %i)', (seed) => {
    const random = seeded(seed);
    const processor = processorFor(seed);
    const centre = processor.centre('default');
    let now = START_MS;
    for (const event of shuffle(caseEvents(seed), seed)) {
      processor.applyRecord(recordOf(event, processor.nextOffset));
      now += random.int(0, 8 * 60_000);
      processor.advance(now);
      if (!random.chance(0.3)) continue;
      const expected = new PastFigures(centre.facts).rowsAt(now, WINDOWS, undefined);
      expect(compareSnapshots(expected, rowsOf(centre) as never).slice(0, 5)).toEqual([]);
    }
    processor.advance(Math.max(now, END_MS));
    const expected = new PastFigures(centre.facts).rowsAt(processor.now, WINDOWS, undefined);
    expect(compareSnapshots(expected, rowsOf(centre) as never).slice(0, 5)).toEqual([]);
  });

  test.each(SEEDS)('go on after a restart as if there had been none (seed %i)', (seed) => {
    const random = seeded(seed);
    const steady = processorFor(seed);
    let broken = processorFor(seed);
    const pages = new Map<number, Uint8Array>();
    const deltas: { seq: number; bytes: Uint8Array }[] = [];
    let now = START_MS;
    let seq = 0;
    for (const event of shuffle(caseEvents(seed), seed)) {
      for (const processor of [steady, broken]) processor.applyRecord(recordOf(event, processor.nextOffset));
      now += random.int(0, 8 * 60_000);
      for (const processor of [steady, broken]) processor.advance(now);
      const { head, page, delta } = makeCommit(broken, ++seq);
      pages.set(page!.index, page!.bytes);
      deltas.push({ seq, bytes: delta });
      if (!random.chance(0.2)) continue;
      broken = processorFor(seed);
      restoreCheckpoint(broken, { head, pages, deltas });
      const rows = rowsOf(broken.centre('default'));
      expect(compareSnapshots(rowsOf(steady.centre('default')), rows as never).slice(0, 5)).toEqual([]);
    }
    for (const processor of [steady, broken]) processor.advance(END_MS);
    const rows = rowsOf(broken.centre('default'));
    expect(compareSnapshots(rowsOf(steady.centre('default')), rows as never).slice(0, 5)).toEqual([]);
  });

  test.each(SEEDS)('follow a correction as if what it corrects had never been told (seed %i)', (seed) => {
    const random = seeded(seed);
    const events = caseEvents(seed);
    const wrong = events.filter(({ event }) => event.type.startsWith('vigie.case.') && random.chance(0.5));
    const mistold = wrong.map((right): ParsedEvent => {
      const timeMs = right.timeMs - random.int(1, 30 * 60_000);
      return { ...right, timeMs };
    });
    const corrected = events.map((parsed): ParsedEvent => {
      if (!wrong.includes(parsed)) return parsed;
      const event = { ...parsed.event, data: { ...parsed.event.data, revision: 5 } } as ParsedEvent['event'];
      return { ...parsed, event };
    });
    const state = stateOf(shuffle([...mistold, ...corrected], seed), seed);
    expectSame(figuresOf(state), figuresOf(stateOf(corrected, seed)));
  });

  test('are found in the random centres at all', () => {
    const seen = new Set<string>();
    for (const seed of SEEDS) {
      const { rows, days } = figuresOf(stateOf(caseEvents(seed), seed));
      for (const { kpis } of [...rows.flat(), ...days])
        for (const [id, { value }] of Object.entries(kpis)) if (value !== null && value !== 0) seen.add(id);
    }
    for (const id of [
      'fcr_rate',
      'fcr_provisional_rate',
      'repeat_contacts',
      'open_items_now',
      'contact_rate',
    ])
      expect(seen).toContain(id);
    for (const id of ['cases_reopened', 'resolution_rate', 'one_agent_resolution_rate', 'absenteeism_rate'])
      expect(seen).toContain(id);
  });
});
