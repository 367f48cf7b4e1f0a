import { type CanonicalEvent, type EventOf, parseEvent } from '@vigie/contracts';
import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createTraffic } from './create-traffic.ts';
import { dayShape, staffFor, TEAMS } from './plan.ts';

const HOUR_MS = 3_600_000;
const MORNING_MS = Date.parse('2026-11-21T08:00:00.000Z');

function traffic(options: {
  seed?: number;
  rate?: number;
  startMs?: number;
  hours?: number;
}): CanonicalEvent[] {
  const { seed = 1, rate = 12, startMs = MORNING_MS, hours = 1 } = options;
  const events: CanonicalEvent[] = [];
  for (const event of createTraffic({ seed, rate, startMs })) {
    if (Date.parse(event.time) >= startMs + hours * HOUR_MS) return events;
    events.push(event);
  }
  return events;
}

const seeds = integer({ min: 0, max: 2 ** 31 });
const runs = { numRuns: 8 };
type Data = EventOf<'vigie.contact.queued'>['data'];

/** Of one stay in a queue: entered once and first, left at most once, every ring ended by an answer or said to be. */
function isConsistent(path: readonly string[]): boolean {
  const count = (...steps: string[]) => path.filter((step) => steps.includes(step)).length;
  const [answered, outcomes] = [count('answered'), count('answered', 'abandoned', 'flow_out')];
  const ringing = count('offered') - count('offer_ended');
  return (
    path[0] === 'queued' &&
    count('queued') === 1 &&
    outcomes <= 1 &&
    (outcomes === 1 ? ringing === answered : ringing === 0 || ringing === 1) &&
    [0, 1].includes(count('held') - count('unheld')) &&
    (count('ended') === 0 || answered === 1)
  );
}

describe('whatever the seed', () => {
  test('the same seed gives the same events, another one others', () => {
    assert(
      property(seeds, (seed) => {
        const text = (of: number) =>
          JSON.stringify(traffic({ seed: of, hours: 0.5 }).map(({ id: _, ...rest }) => rest));
        const once = text(seed);
        expect(text(seed) === once).toBe(true);
        expect(text(seed + 1) === once).toBe(false);
      }),
      runs,
    );
  });

  test('every event is accepted, in the order of time, under an id of its own', () => {
    assert(
      property(seeds, (seed) => {
        const events = traffic({ seed });
        expect(events.map((event) => parseEvent(event)).filter(({ ok }) => !ok)).toEqual([]);
        expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
        const order = events.map(({ time, sequence }) => `${time}${sequence}`);
        expect(order).toEqual(order.toSorted());
      }),
      runs,
    );
  });

  test('a segment is queued once, then offered, and leaves its queue at most once', () => {
    assert(
      property(seeds, (seed) => {
        const steps = new Map<string, string[]>();
        for (const event of traffic({ seed })) {
          const segment = (event.data as Partial<Data>).contact?.segmentId;
          if (segment === undefined) continue;
          const step = event.type.replace(/^vigie\.(contact\.)?/, '');
          steps.set(segment, [...(steps.get(segment) ?? []), step]);
        }
        expect([...steps].filter(([, path]) => !isConsistent(path))).toEqual([]);
      }),
      runs,
    );
  });

  test('a contact ends once, and after that there is only what is done afterwards', () => {
    const AFTERWARDS =
      /^vigie\.(wrapup\.(started|ended)|survey\.response|qa\.evaluated|case\.\w+|contact\.(resolved|analysed))$/;
    assert(
      property(seeds, (seed) => {
        const ended = new Set<string>();
        const wrapping = new Set<string>();
        const faults: string[] = [];
        for (const { type, subject = '', data } of traffic({ seed })) {
          if (!('contact' in data) || data.contact === undefined) continue;
          if (ended.has(subject) && !AFTERWARDS.test(type)) faults.push(`${subject}: ${type} after its end`);
          if (type === 'vigie.contact.ended') ended.add(subject);
          if (type === 'vigie.wrapup.started') wrapping.add(`${subject} ${data.agent.id}`);
          if (type === 'vigie.wrapup.ended')
            expect(wrapping.delete(`${subject} ${data.agent.id}`)).toBe(true);
        }
        expect(faults).toEqual([]);
        expect(ended.size).toBeGreaterThan(500);
      }),
      runs,
    );
  });

  test('an agent has no more contacts than he can, and none offered while he is away', () => {
    const capacities = new Map(staffFor(12).map(({ id, team }) => [id, TEAMS[team].capacity]));
    assert(
      property(seeds, (seed) => {
        const load = new Map<string, number>();
        const away = new Set<string>(capacities.keys());
        const faults: string[] = [];
        for (const { type, data } of traffic({ seed })) {
          const agent = 'agent' in data ? data.agent?.id : undefined;
          if (agent === undefined) continue;
          const add = (by: number) => load.set(agent, (load.get(agent) ?? 0) + by);
          if (type === 'vigie.agent.state') {
            if (data.state === 'available') away.delete(agent);
            else away.add(agent);
          }
          if (type === 'vigie.contact.offered') {
            if (away.has(agent)) faults.push(`${agent} is away and is offered a contact`);
            add(1);
          }
          if (type === 'vigie.contact.offer_ended' || type === 'vigie.wrapup.ended') add(-1);
          const contacts = load.get(agent) ?? 0;
          if (contacts < 0 || contacts > (capacities.get(agent) ?? 0))
            faults.push(`${agent} has ${contacts}`);
        }
        expect(faults).toEqual([]);
      }),
      runs,
    );
  });

  test('contacts come at the rate of the hour, within a tenth', () => {
    assert(
      property(seeds, integer({ min: 0, max: 23 }), (seed, hour) => {
        const startMs = Date.parse('2026-11-21T00:00:00.000Z') + hour * HOUR_MS;
        const rate = 60;
        const created = traffic({ seed, rate, startMs, hours: 1 }).filter(
          ({ type }) => type === 'vigie.contact.created',
        );
        const expected = (rate * 60 * (dayShape(startMs) + dayShape(startMs + HOUR_MS))) / 2;
        expect(Math.abs(created.length / expected - 1)).toBeLessThan(0.1);
      }),
      runs,
    );
  });
});

test('a day shows everything a wall can show, and queues build up', () => {
  const events = traffic({ hours: 12 });
  const types = new Set(events.map(({ type }) => type));
  for (const type of [
    ...['created', 'queued', 'offered', 'offer_ended', 'answered', 'abandoned', 'flow_out', 'held', 'unheld'],
    ...[
      'transferred',
      'consulted',
      'consult_ended',
      'ended',
      'handoff',
      'self_care',
      'resolved',
      'converted',
      'analysed',
    ],
  ]) {
    expect(types).toContain(`vigie.contact.${type}`);
  }
  for (const type of [
    'case.opened',
    'case.resolved',
    'case.reopened',
    'case.closed_unresolved',
    'business.figure',
  ]) {
    expect(types).toContain(`vigie.${type}`);
  }
  for (const type of ['callback.requested', 'callback.attempted', 'callback.failed', 'message.posted']) {
    expect(types).toContain(`vigie.${type}`);
  }
  for (const type of [
    'wrapup.started',
    'wrapup.ended',
    'agent.state',
    'agent.queues',
    'survey.response',
    'qa.evaluated',
  ]) {
    expect(types).toContain(`vigie.${type}`);
  }
  const asked = events.flatMap((event) => (event.type === 'vigie.survey.response' ? event.data.kind : []));
  expect(new Set(asked).size).toBe(5);
  let waiting = 0;
  let most = 0;
  for (const { type } of events) {
    if (type === 'vigie.contact.queued') waiting += 1;
    if (/answered|abandoned|flow_out/.test(type)) waiting -= 1;
    most = Math.max(most, waiting);
  }
  expect(most).toBeGreaterThan(10);
  const answered = events.filter((event) => event.type === 'vigie.contact.answered').length;
  const abandoned = events.filter((event) => event.type === 'vigie.contact.abandoned').length;
  expect(abandoned / (answered + abandoned)).toBeGreaterThan(0.02);
  expect(abandoned / (answered + abandoned)).toBeLessThan(0.15);
});
