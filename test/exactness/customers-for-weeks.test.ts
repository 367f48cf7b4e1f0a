import { parseEvent, resolveSemantic, type ParsedEvent } from '@vigie/contracts';
import { LiveCentre } from '@vigie/engine';
import { expect, test } from 'vitest';
import { LiveRows } from './live-rows.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.parse('2026-11-02T00:00:00.000Z');
const RETAIN_MS = 30 * HOUR_MS;
const WINDOWS = [{ name: 'today', sizeMs: undefined }];
const presentation = { targetsOf: () => new Map() } as never;

let count = 0;
function event(type: string, atMs: number, data: object): ParsedEvent {
  const time = new Date(START_MS + atMs).toISOString();
  const id = `e${count++}`;
  const result = parseEvent({
    specversion: '1.0',
    id,
    source: 'test://desk',
    type: `vigie.${type}`,
    time,
    data,
  });
  if (!result.ok) throw new Error(result.rejection.reason);
  return result.parsed;
}

class Weeks {
  readonly centre = new LiveCentre('default', {
    base: resolveSemantic({}),
    limits: { queues: 5000, factsPerContact: 2000, factsPerEntity: 1000 },
    windows: WINDOWS,
    targetsOf: () => new Map(),
    retainMs: RETAIN_MS,
    now: START_MS,
  });

  call(id: string, atMs: number, customer: string, caseId: string): void {
    this.until(atMs);
    const contact = { id, segmentId: `${id}-1`, channel: 'voice' };
    const names = { customer: { key: customer }, case: { id: caseId, category: 'billing' } };
    const queue = { id: 'support' };
    this.centre.apply(event('contact.queued', atMs, { contact, queue, ...names }));
    const agent = { id: 'ada' };
    this.centre.apply(event('contact.answered', atMs + 5000, { contact, queue, agent }));
    this.centre.apply(event('contact.ended', atMs + MINUTE_MS, { contact, agent, by: 'customer' }));
  }

  tell(what: string, atMs: number, caseId: string): void {
    this.until(atMs);
    this.centre.apply(event(`case.${what}`, atMs, { case: { id: caseId } }));
  }

  /** The clock goes on, often enough for everything old to be looked at. */
  until(atMs: number): void {
    for (let now = this.centre.timeline.now; now < START_MS + atMs;)
      this.centre.advance((now = Math.min(now + 10 * MINUTE_MS, START_MS + atMs)));
  }

  today(id: string): unknown {
    const { groups } = this.centre.facts;
    const row = new LiveRows(this.centre, WINDOWS, presentation).rowsOf(groups.idOf('_all', '_all'))[0]!;
    return row.kpis[id]?.value;
  }

  entities(kind: string) {
    const all = [...this.centre.facts.entities.since(Number.NEGATIVE_INFINITY)];
    return all.filter(({ id }) => id.startsWith(`${kind}|`));
  }
}

test('a customer who calls every day for a month repeats himself every day, and is remembered no longer than needed', () => {
  const weeks = new Weeks();
  for (let day = 0; day < 30; day++) {
    weeks.call(`c${day}`, day * DAY_MS + 9 * HOUR_MS, 'loyal', 'k1');
    weeks.until(day * DAY_MS + 23 * HOUR_MS);
    expect(weeks.today('repeat_contacts'), `day ${day}`).toBe(day === 0 ? 0 : 1);
    expect(weeks.today('repeat_contact_rate')).toBe(day === 0 ? 0 : 1);
  }
  const [loyal] = weeks.entities('customer');
  expect(loyal!.links.byKey.size).toBeLessThan(12);
});

test('a case is remembered for as long as its reopening matters, then forgotten with its customer', () => {
  const weeks = new Weeks();
  for (const n of [0, 1]) {
    weeks.call(`c${n}`, 9 * HOUR_MS + n * HOUR_MS, `customer-${n}`, `k${n}`);
    weeks.tell('opened', 9 * HOUR_MS + n * HOUR_MS + 1000, `k${n}`);
    weeks.tell('resolved', 9 * HOUR_MS + n * HOUR_MS + MINUTE_MS, `k${n}`);
  }
  expect(weeks.today('fcr_provisional_rate')).toBe(1);
  weeks.tell('reopened', 6 * DAY_MS, 'k0');
  weeks.tell('resolved', 6 * DAY_MS + HOUR_MS, 'k0');
  expect(weeks.today('cases_reopened')).toBe(1);
  // resolved before: this is no first resolution
  expect(weeks.today('one_agent_resolution_rate')).toBeNull();
  expect(weeks.today('avg_resolution_time')).toBe((6 * DAY_MS - 8 * HOUR_MS - 1000) / 1000);
  expect(weeks.entities('contact')).toEqual([]);
  expect(weeks.entities('case').map(({ id }) => id)).toEqual(['case|k0', 'case|k1']);
  weeks.until(16 * DAY_MS + 12 * HOUR_MS);
  expect([...weeks.entities('case'), ...weeks.entities('customer')].map(({ id }) => id)).toEqual([]);
});
