import { ALL, checkConfiguration, resolveSemantic, SYSTEM_SOURCE, type Presentation } from '@vigie/contracts';
import {
  CentrePublisher,
  makeCommit,
  mergeMeasures,
  PartitionProcessor,
  restoreCheckpoint,
  type LiveCentre,
  type LogRecord,
  type StoredCheckpoint,
} from '@vigie/engine';
import { CATALOGUE, nextStatus, NO_AGENTS, UNJUDGED, type Measures, type StatusState } from '@vigie/metrics';
import { randomCentre, seeded } from '@vigie/testkit/generator';
import { expect, test } from 'vitest';

const target = { minSample: 2, hold: '4s', hysteresis: 0.05 };
const checked = checkConfiguration({
  centre: { targets: { qos_rate: { ...target, target: 0.9 } } },
  queues: Object.fromEntries(
    ['sales', 'support', 'billing'].map((queue) => [
      queue,
      {
        targets: {
          service_level: { ...target, target: 0.8, warn: 0.5 },
          abandonment_rate: { ...target, target: 0.2, warn: 0.4 },
          asa: { ...target, target: 20, warn: 40 },
          waiting_now: { ...target, target: 1, warn: 3, hysteresis: 0 },
          longest_wait_now: { ...target, target: 15, warn: 45 },
        },
      },
    ]),
  ),
});
if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
const { presentation } = checked.configuration;
const windows = [
  { name: '5m', sizeMs: 300_000 },
  { name: '15m', sizeMs: 900_000 },
  { name: 'today', sizeMs: undefined },
];

/** The centre of the generator, its queues renamed to those with targets. */
function world(seed: number) {
  const made = randomCentre({ seed });
  const names = new Map<string, string>();
  const text = JSON.stringify(made.events).replaceAll(/"queue":\{"id":"([^"]+)"/g, (_, queue: string) => {
    if (!names.has(queue)) names.set(queue, ['sales', 'support', 'billing'][names.size % 3]!);
    return `"queue":{"id":"${names.get(queue)}"`;
  });
  return { ...made, events: JSON.parse(text) as readonly { readonly time: string; readonly type: string }[] };
}

function processorAt(now: number): PartitionProcessor {
  return new PartitionProcessor(
    {
      partition: 0,
      base: resolveSemantic({}),
      presentation,
      windows,
      limits: { queues: 5000, factsPerContact: 2000, factsPerEntity: 1000, centres: 10 },
      retainMs: 30 * 3_600_000,
      systemSource: SYSTEM_SOURCE,
    },
    now,
  );
}

const encoder = new TextEncoder();

interface Arrival {
  readonly atMs: number;
  readonly event: object;
}

/** The first events of a random centre, each with an instant at which it may come in. */
function arrivalsOf(seed: number): readonly Arrival[] {
  const { events, startMs } = world(seed);
  const random = seeded(seed);
  let atMs = startMs;
  return events
    .filter(({ type }) => type !== 'vigie.config.changed')
    .sort((a, b) => (a.time < b.time ? -1 : 1))
    .slice(0, 120)
    .map((event) => {
      atMs = Math.max(atMs, Date.parse(event.time)) + random.int(0, 900);
      return { atMs, event };
    });
}

/** The record of an event that came in at an instant. */
function recordOf(event: object, offset: number, atMs: number): LogRecord {
  const value = encoder.encode(JSON.stringify({ ...event, ingestedtime: new Date(atMs).toISOString() }));
  return { offset: BigInt(offset), key: 'default', value };
}

/** Every status that is not simply none, by row. */
function statusesOf(processor: PartitionProcessor) {
  const { statuses } = processor.centre('default');
  return Object.fromEntries(
    statuses.keys
      .map((key) => [JSON.stringify(statuses.nameOf(key)), statuses.store(key)] as const)
      .filter(([, stored]) => stored.length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Judges every figure of every row at every whole second, from measures read afresh. */
class Reference {
  readonly #centre: LiveCentre;
  readonly states = new Map<string, StatusState>();

  constructor(centre: LiveCentre) {
    this.#centre = centre;
  }

  step(): void {
    const { groups } = this.#centre.facts;
    for (let group = 0; group < groups.size; group++) {
      const { queue, channel, scope } = groups.nameOf(group);
      if (scope !== undefined) continue;
      this.#judge(queue, channel, [group]);
    }
    for (const queue of groups.queues) {
      const leaves = groups.channelsOf(queue);
      if (leaves.length > 1) this.#judge(queue, ALL, leaves);
    }
  }

  #judge(queue: string, channel: string, groups: readonly number[]): void {
    const targets = presentation.targetsOf(queue, channel as Parameters<Presentation['targetsOf']>[1]);
    const { timeline, facts } = this.#centre;
    windows.forEach(({ name, sizeMs }, w) => {
      const measures = mergeMeasures(
        groups.map((group): Measures => {
          const view = timeline.group(group);
          const totals = sizeMs === undefined ? view.today : view.windows[w]!;
          const maxWaitMs = sizeMs === undefined ? view.maxToday() : view.max(w);
          const { today, present } = view;
          const daily = sizeMs === undefined;
          const { words } = facts;
          return {
            totals,
            today,
            present,
            maxWaitMs,
            nowMs: timeline.now,
            agents: NO_AGENTS,
            rolling: !daily,
            daily,
            words,
          };
        }),
      );
      for (const kpi of CATALOGUE) {
        const setting = targets.get(kpi.id);
        if (setting === undefined || (kpi.level === 'contact' && queue !== ALL)) continue;
        const key = JSON.stringify([queue, channel, kpi.now ? 'now' : name, kpi.id]);
        const state = this.states.get(key) ?? UNJUDGED;
        if (kpi.now && w > 0) continue;
        this.states.set(key, nextStatus(state, kpi.compute(measures), setting, kpi, timeline.now));
      }
    });
  }
}

test('statuses are those of every figure judged at every whole second', () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 4; seed++) {
    const arrivals = arrivalsOf(seed);
    const processor = processorAt(arrivals[0]!.atMs - 1000);
    const centre = processor.centre('default');
    const reference = new Reference(centre);
    for (const [offset, { atMs, event }] of arrivals.entries()) {
      for (let second = Math.floor(processor.now / 1000) + 1; second * 1000 <= atMs; second++) {
        // a pause longer than that changes nothing but the windows
        if (second * 1000 > processor.now + 120_000 && second * 1000 < atMs - 120_000) continue;
        processor.advance(second * 1000);
        reference.step();
      }
      processor.advance(atMs);
      processor.applyRecord(recordOf(event, offset, atMs));
    }
    for (const [name, { shown }] of reference.states) {
      const [queue, channel, window, id] = JSON.parse(name) as [string, string, string, string];
      const isMerged = channel === ALL && queue !== ALL;
      const key = isMerged ? queue : centre.facts.groups.idOf(queue, channel as 'voice');
      const kpi = CATALOGUE.find((entry) => entry.id === id)!;
      const index = windows.findIndex((spec) => spec.name === window);
      seen.add(`${id} ${shown}`);
      expect(centre.statuses.statusOf(key, Math.max(0, index), kpi), `seed ${seed} ${name}`).toBe(shown);
    }
  }
  for (const verdict of ['service_level ok', 'service_level alert', 'asa warn', 'longest_wait_now alert']) {
    expect(seen).toContain(verdict);
  }
});

test('statuses do not depend on how often the clock is moved or figures are published', () => {
  for (let seed = 1; seed <= 4; seed++) {
    const arrivals = arrivalsOf(seed);
    const random = seeded(seed);
    const [seldom, often] = [processorAt(arrivals[0]!.atMs - 1000), processorAt(arrivals[0]!.atMs - 1000)];
    const publisher = new CentrePublisher(often.centre('default'), { partition: 0, epoch: 1 });
    for (const [offset, { atMs, event }] of arrivals.entries()) {
      while (often.now < atMs) {
        often.advance(Math.min(atMs, often.now + random.int(1, 2500)));
        if (random.chance(0.3)) publisher.frame(undefined, false);
      }
      while (seldom.now < atMs) seldom.advance(Math.min(atMs, seldom.now + 50_000));
      for (const processor of [seldom, often]) {
        processor.applyRecord(recordOf(event, offset, atMs));
      }
      expect(statusesOf(often), `seed ${seed}, record ${offset}`).toEqual(statusesOf(seldom));
    }
    expect(statusesOf(seldom)).not.toEqual({});
  }
});

test('a partition that was killed and caught up has the statuses of one that never stopped', () => {
  let pending = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const arrivals = arrivalsOf(seed);
    const random = seeded(seed);
    const steady = processorAt(arrivals[0]!.atMs - 1000);
    let broken = processorAt(arrivals[0]!.atMs - 1000);
    const pages = new Map<number, Uint8Array>();
    let stored: StoredCheckpoint | undefined;
    let seq = 0;
    const log: LogRecord[] = [];
    for (const [offset, { atMs, event }] of arrivals.entries()) {
      const now = Math.max(atMs, steady.now);
      log.push(recordOf(event, offset, now));
      for (const processor of [steady, broken]) {
        processor.advance(now);
        processor.applyRecord(log[offset]!);
      }
      if (random.chance(0.3)) {
        const { head, delta, page } = makeCommit(broken, ++seq);
        pages.set(page!.index, page!.bytes);
        stored = { head, pages: new Map(pages), deltas: [...(stored?.deltas ?? []), { seq, bytes: delta }] };
      }
      if (stored === undefined || !random.chance(0.1)) continue;
      const diedAt = now + random.int(0, 9000);
      broken = processorAt(diedAt);
      seq = restoreCheckpoint(broken, stored);
      broken.followRecords(diedAt);
      for (const record of log.slice(Number(broken.nextOffset))) broken.applyRecord(record);
      for (const processor of [steady, broken]) processor.advance(diedAt);
      const expected = statusesOf(steady);
      expect(statusesOf(broken), `seed ${seed}, record ${offset}`).toEqual(expected);
      pending += Object.values(expected)
        .flat()
        .filter(([, , , since]) => since.some((at) => at !== null)).length;
    }
  }
  expect(pending).toBeGreaterThan(20);
});

test('what was told in time of a long outage has the statuses of a partition that never stopped', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const told = arrivalsOf(seed).map(({ event }) => ({
      atMs: Date.parse((event as { readonly time: string }).time),
      event,
    }));
    const startedAt = told[0]!.atMs - 1000;
    const endedAt = told.at(-1)!.atMs;
    expect(endedAt - startedAt).toBeGreaterThan(5 * 60_000);
    const [steady, away] = [processorAt(startedAt), processorAt(startedAt)];
    away.followRecords(endedAt);
    for (const [offset, { atMs, event }] of told.entries()) {
      steady.advance(atMs);
      for (const processor of [steady, away]) processor.applyRecord(recordOf(event, offset, atMs));
    }
    for (const processor of [steady, away]) processor.advance(endedAt);
    expect(statusesOf(away), `seed ${seed}`).toEqual(statusesOf(steady));
    expect(statusesOf(steady)).not.toEqual({});
  }
});
