import { parseEvent } from '@vigie/contracts';
import { describe, expect, test } from 'vitest';
import {
  compareSnapshots,
  FORMULAS,
  foldCentre,
  oracleAccounts,
  oracleIntervals,
  serviceLevelNumbers,
  snapshotOf,
} from '../oracle/index.ts';
import fc from 'fast-check';
import {
  arbitraryCentre,
  duplicateSome,
  minimise,
  NOTABLE_STARTS,
  randomCentre,
  seeded,
  shuffle,
} from './index.ts';

const seeds = Array.from({ length: 25 }, (_, i) => i + 1);
const centres = seeds.map((seed) => randomCentre({ seed }));

describe('random centres', () => {
  test('the same seed gives the same centre, another seed another', () => {
    expect(randomCentre({ seed: 7 })).toEqual(randomCentre({ seed: 7 }));
    expect(randomCentre({ seed: 7 }).events).not.toEqual(randomCentre({ seed: 8 }).events);
  });

  test('every event is canonical', () => {
    for (const { events } of centres) {
      for (const event of events) expect(parseEvent(event)).toMatchObject({ ok: true });
    }
  });

  test('together they hold everything that is hard', () => {
    const events = centres.flatMap((centre) => centre.events);
    const types = new Set(events.map((event) => event.type.replace('vigie.', '')));
    for (const type of [
      'contact.created',
      'contact.queued',
      'contact.rejected',
      'contact.offered',
      'contact.offer_ended',
      'contact.answered',
      'contact.abandoned',
      'contact.flow_out',
      'contact.held',
      'contact.unheld',
      'contact.transferred',
      'contact.consulted',
      'contact.ended',
      'contact.handoff',
      'wrapup.started',
      'wrapup.ended',
      'contact.consult_ended',
      'contact.self_care',
      'callback.requested',
      'callback.attempted',
      'callback.failed',
      'callback.cancelled',
      'message.posted',
      'case.opened',
      'case.resolved',
      'case.reopened',
      'case.closed_unresolved',
      'contact.converted',
      'contact.analysed',
      'survey.response',
      'qa.evaluated',
      'agent.state',
      'agent.queues',
      'business.figure',
      'source.snapshot',
      'source.restarted',
      'config.changed',
    ]) {
      expect(types, type).toContain(type);
    }
    const kinds = new Set(events.filter((e) => e.type === 'vigie.contact.queued').map((e) => e.data.kind));
    for (const kind of ['overflow', 'transfer', 'requeue', 'callback', 'consult', 'resume']) {
      expect(kinds, kind).toContain(kind);
    }
    expect(events.some((event) => event.data.contact?.rootId !== undefined)).toBe(true);
    expect(events.some((event) => event.data.revision !== undefined)).toBe(true);
    expect(events.some((event) => event.data.authority === 'record')).toBe(true);
    expect(new Set(centres.map((centre) => centre.startMs))).toEqual(new Set(Object.values(NOTABLE_STARTS)));
    const accounts = centres.map(({ events, config }) => oracleAccounts(events, { config }));
    for (const id of ['held', 'conflicts', 'duplicate'] as const) {
      expect(
        accounts.some((account) => account[id] > 0),
        id,
      ).toBe(true);
    }
  });

  test('disorder keeps every event, and repeats some', () => {
    const events = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(shuffle(events, 3)).not.toEqual(events);
    expect(new Set(shuffle(events, 3))).toEqual(new Set(events));
    const doubled = duplicateSome(events, 3, 0.5);
    expect(doubled.length).toBeGreaterThan(events.length);
    expect(new Set(doubled)).toEqual(new Set(events));
  });

  test('minimise leaves the few items a failure needs, in their order', () => {
    const items = Array.from({ length: 200 }, (_, i) => i);
    expect(minimise(items, (some) => some.includes(17) && some.includes(140))).toEqual([17, 140]);
    expect(() => minimise(items, () => false)).toThrow('does not fail');
  });

  test('chance is even enough', () => {
    const random = seeded(1);
    const heads = Array.from({ length: 10_000 }, () => random.chance(0.3)).filter(Boolean).length;
    expect(heads).toBeGreaterThan(2800);
    expect(heads).toBeLessThan(3200);
  });
});

describe('what holds in every centre', () => {
  test('order and repetition change nothing', () => {
    for (const [i, { events, config, instants }] of centres.slice(0, 12).entries()) {
      const disordered = shuffle(duplicateSome(events, i), i + 100);
      const [straight, mixed] = [foldCentre(events, config), foldCentre(disordered, config)];
      for (const at of instants.filter((_, j) => j % 5 === 0)) {
        expect(compareSnapshots(snapshotOf(mixed, at), snapshotOf(straight, at))).toEqual([]);
      }
      const { applied, held, conflicts } = oracleAccounts(events, { config });
      expect(oracleAccounts(disordered, { config })).toMatchObject({ applied, held, conflicts });
    }
  });

  test('variants keep their order, short abandons are within, ratios between 0 and 1', () => {
    for (const { events, config, endMs } of centres) {
      const centre = foldCentre(events, config);
      const decided = centre.segments.filter((s) => s.exitMs <= endMs && s.outcome !== 'lost');
      for (const included of [true, false]) {
        const same = decided.map((s) => ({ ...s, settings: { ...s.settings, includeFlowOuts: included } }));
        const [v1, v2, v3, v4, v5, v6] = FORMULAS.map((formula) => {
          const { num, den } = serviceLevelNumbers(same, formula);
          return num / den;
        }) as [number, number, number, number, number, number];
        const rising = [v1, v2, v3, v4].filter((v) => !Number.isNaN(v));
        expect([...rising].sort((a, b) => a - b)).toEqual(rising);
        if (!Number.isNaN(v6) && !Number.isNaN(v3)) expect(v3).toBeLessThanOrEqual(v6);
        if (!Number.isNaN(v5)) expect(v2 <= v5 && v5 <= v4).toBe(true);
      }
      expect(decided.filter((s) => s.short && !s.within)).toEqual([]);
      expect(centre.segments.filter((s) => s.waitMs < 0)).toEqual([]);
      expect(centre.handlings.filter((h) => h.talkMs < 0 || h.holdMs < 0 || h.acwMs < 0)).toEqual([]);
    }
  });

  test('queues add up to the totals, live is never above plain, entered is decided, lost or open', () => {
    for (const { events, config, instants } of centres.slice(0, 12)) {
      const centre = foldCentre(events, config);
      for (const at of instants.filter((_, j) => j % 6 === 0)) {
        const rows = snapshotOf(centre, at, ['60m']);
        const leaves = rows.filter((row) => row.queue !== '_all' && row.channel !== '_all');
        const total = rows.find((row) => row.queue === '_all' && row.channel === '_all')?.kpis;
        for (const id of [
          'offered',
          'answered',
          'abandoned',
          'flow_outs',
          'waiting_now',
          'over_threshold_now',
        ]) {
          const sum = leaves.reduce((n, row) => n + (row.kpis[id]?.value ?? 0), 0);
          expect(sum, id).toBe(total?.[id]?.value);
        }
        for (const { kpis } of rows) {
          const [live, plain] = [kpis['service_level_live']?.value, kpis['service_level']?.value];
          if (typeof live === 'number' && typeof plain === 'number') expect(live).toBeLessThanOrEqual(plain);
          for (const [id, { value }] of Object.entries(kpis)) {
            // Hits of a contact that never ends may fall into another window than its transcription.
            if (id === 'keyword_contact_rate') continue;
            if (/_rate|service_level/.test(id) && value !== null)
              expect(value >= 0 && value <= 1, id).toBe(true);
          }
        }
        const past = centre.segments.filter((s) => s.enteredMs <= at);
        const decided = past.filter((s) => s.exitMs <= at);
        const open = leaves.reduce((n, row) => n + (row.kpis['waiting_now']?.value ?? 0), 0);
        expect(past.length - decided.length).toBe(open);
      }
    }
  });

  test('the day is the sum of its quarter-hours, also when it has 23 or 25 hours', () => {
    const counts = ['offered', 'answered', 'abandoned', 'handled', 'presented', 'missed_contacts'];
    fc.assert(
      fc.property(arbitraryCentre({ maxContacts: 15 }), ({ events, config, endMs }) => {
        const rows = (intervalMs: number | 'day') =>
          oracleIntervals(events, { config, intervalMs, judgedAt: endMs }).filter(
            (row) => row.queue === '_all',
          );
        const total = (some: ReturnType<typeof rows>, id: string) =>
          some.reduce((n, row) => n + (row.kpis[id]?.value ?? 0), 0);
        const [quarters, days] = [rows(900_000), rows('day')];
        for (const id of counts) expect(total(quarters, id)).toBe(total(days, id));
      }),
      { numRuns: 15 },
    );
  });

  test('a comparison tells one wrong figure, and only that', () => {
    const { events, config, endMs } = centres[0]!;
    const rows = snapshotOf(foldCentre(events, config), endMs, ['today']);
    expect(compareSnapshots(rows, rows)).toEqual([]);
    const wrong = structuredClone(rows) as unknown as {
      queue: string;
      channel: string;
      window: string;
      kpis: Record<string, { value: number | null; n: number }>;
    }[];
    wrong[0]!.kpis['offered'] = { value: 999, n: 999 };
    expect(compareSnapshots(wrong, rows)).toHaveLength(2);
    delete wrong[0]!.kpis['offered'];
    expect(compareSnapshots(wrong, rows)).toHaveLength(1);
    expect(compareSnapshots(rows.slice(1), rows)).toHaveLength(1);
    expect(compareSnapshots(rows, rows.slice(1)).length).toBeGreaterThan(0);
  });
});
