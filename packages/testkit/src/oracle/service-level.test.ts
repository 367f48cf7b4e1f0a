import { describe, expect, test } from 'vitest';
import { event, figure, iso, segment, value } from './hand-events.ts';
import type { Formula, OracleConfig, ServiceLevelConfig } from './types.ts';

/** A = 3 (two within 20 s), B = 4 (15 s, 5 s and 3 s within, the last two short), F = 2 (one within). */
const nine = [
  ...segment('a1', 0, 10, 'answered'),
  ...segment('a2', 0, 20, 'answered'),
  ...segment('a3', 0, 30, 'answered'),
  ...segment('b1', 0, 3, 'abandoned'),
  ...segment('b2', 0, 5, 'abandoned'),
  ...segment('b3', 0, 15, 'abandoned'),
  ...segment('b4', 0, 40, 'abandoned'),
  ...segment('f1', 0, 10, 'flow_out:overflow'),
  ...segment('f2', 0, 50, 'flow_out:closed'),
];
const withServiceLevel = (serviceLevel: ServiceLevelConfig): OracleConfig => ({
  channels: { voice: { serviceLevel } },
});

describe('the seven service levels', () => {
  test.each<[Formula, number, number, number, number]>([
    // formula, numerator and denominator inclusive, then exclusive (20 s and 5 s fall out)
    ['answered_over_offered', 2, 7, 1, 7],
    ['exclude_short_abandons', 2, 5, 1, 6],
    ['exclude_abandons_within_threshold', 2, 4, 1, 4],
    ['abandons_within_threshold_positive', 5, 7, 4, 7],
    ['short_abandons_positive', 4, 7, 2, 7],
    ['answered_only', 2, 3, 1, 3],
    ['removed_within_threshold', 6, 9, 5, 9],
  ])(
    '%s counts what its formula says, on both boundaries',
    (formula, num, den, numExclusive, denExclusive) => {
      const inclusive = figure(nine, 'service_level', 100, { config: withServiceLevel({ formula }) });
      expect(inclusive).toEqual({ value: num / den, n: den });
      const exclusive = figure(nine, 'service_level', 100, {
        config: withServiceLevel({ formula, boundary: 'exclusive' }),
      });
      expect(exclusive).toEqual({ value: numExclusive / denExclusive, n: denExclusive });
    },
  );

  test('flow-outs join the denominator: none, all, or the causes named', () => {
    const n = (includeFlowOuts: boolean | string[], formula: Formula = 'answered_over_offered') =>
      figure(nine, 'service_level', 100, { config: withServiceLevel({ formula, includeFlowOuts }) });
    expect(n(false)).toEqual({ value: 2 / 7, n: 7 });
    expect(n(true)).toEqual({ value: 2 / 9, n: 9 });
    expect(n(['closed'])).toEqual({ value: 2 / 8, n: 8 });
    expect(n(true, 'answered_only')).toEqual({ value: 2 / 5, n: 5 });
    expect(n(false, 'removed_within_threshold')).toEqual({ value: 6 / 9, n: 9 });
  });

  test('a short abandon is never longer than the threshold', () => {
    const config = withServiceLevel({ threshold: '3s' });
    expect(value(nine, 'short_abandoned', 100, { config })).toBe(1);
  });

  test('nothing decided is null, not 0 and not 1', () => {
    expect(figure([segment('a', 0, 10, 'answered')[0]!], 'service_level', 5)).toEqual({
      value: null,
      n: 0,
      reason: 'no_data',
    });
  });

  test('callback and consult segments are outside the population', () => {
    const events = [
      ...segment('a', 0, 10, 'answered', { kind: 'callback' }),
      ...segment('b', 0, 10, 'answered', { kind: 'consult' }),
      ...segment('c', 0, 10, 'answered', { kind: 'transfer' }),
    ];
    expect(value(events, 'answered', 60)).toBe(1);
    expect(value(events, 'offered', 60)).toBe(1);
  });

  test('a lost segment is in no rate', () => {
    const events = [...segment('a', 0, 10, 'flow_out:lost'), ...segment('b', 0, 30, 'answered')];
    expect(figure(events, 'avg_wait', 60)).toEqual({ value: 30, n: 1 });
    expect(value(events, 'flow_outs', 60)).toBe(0);
    expect(value(events, 'offered', 60)).toBe(2);
  });
});

describe('rates and waits', () => {
  test('rates are over everything that left the queue', () => {
    expect(figure(nine, 'answer_rate', 100)).toEqual({ value: 3 / 9, n: 9 });
    expect(figure(nine, 'abandonment_rate', 100)).toEqual({ value: 4 / 9, n: 9 });
    expect(figure(nine, 'abandonment_rate_net', 100)).toEqual({ value: 2 / 7, n: 7 });
    expect(figure(nine, 'flow_outs', 100)).toEqual({ value: 2, n: 2, by: { overflow: 1, closed: 1 } });
  });

  test('waits: answered, everyone, abandoned, the longest', () => {
    expect(value(nine, 'asa', 100)).toBe(20);
    expect(value(nine, 'avg_wait', 100)).toBeCloseTo(183 / 9, 9);
    expect(value(nine, 'avg_abandon_time', 100)).toBe(63 / 4);
    expect(value(nine, 'max_wait', 100)).toBe(50);
  });

  test('percentiles are nearest ranks of answered waits', () => {
    // Sorted 10, 20, 30: rank ceil(1.5) = 2, ceil(2.7) = 3.
    expect(value(nine, 'wait_p50', 100)).toBe(20);
    expect(value(nine, 'wait_p90', 100)).toBe(30);
    expect(value(nine, 'wait_p95', 100)).toBe(30);
  });

  test('max_wait of a rolling window looks at who still waits, that of today does not', () => {
    const events = [
      ...segment('a', 0, 10, 'answered'),
      event('contact.queued', 0, { c: 'w', s: 'w/1', q: 'q' }),
    ];
    expect(value(events, 'max_wait', 100)).toBe(100);
    expect(value(events, 'max_wait', 100, { window: 'today' })).toBe(10);
  });
});

describe('the live service level', () => {
  const waiting = [event('contact.queued', 0, { c: 'w', s: 'w/1', q: 'q' })];

  test('exactly at the threshold nobody is over it, a millisecond later he is', () => {
    expect(value(waiting, 'over_threshold_now', 20)).toBe(0);
    expect(value(waiting, 'over_threshold_now', 20.001)).toBe(1);
    const config = withServiceLevel({ boundary: 'exclusive' });
    expect(value(waiting, 'over_threshold_now', 19.999, { config })).toBe(0);
    expect(value(waiting, 'over_threshold_now', 20, { config })).toBe(1);
  });

  test('with only late waiters it is 0, not null', () => {
    expect(figure(waiting, 'service_level_live', 30)).toEqual({ value: 0, n: 1 });
    expect(figure(waiting, 'service_level_live', 10)).toEqual({ value: null, n: 0, reason: 'no_data' });
  });

  test('late waiters join the denominator', () => {
    expect(figure([...nine, ...waiting], 'service_level_live', 100)).toEqual({ value: 2 / 6, n: 6 });
  });

  test('answered exactly now, he waits no more', () => {
    const events = segment('a', 0, 25, 'answered');
    expect(figure(events, 'service_level_live', 25)).toEqual({ value: 0, n: 1 });
    expect(value(events, 'waiting_now', 25)).toBe(0);
    expect(value(events, 'waiting_now', 24.999)).toBe(1);
  });
});

describe('a change of configuration', () => {
  test('a segment is judged by the version in force at its outcome, a waiter by that of the instant asked', () => {
    const change = event('config.changed', 40, {
      effectiveFrom: iso(60),
      body: withServiceLevel({ threshold: '60s' }),
    });
    const events = [
      change,
      ...segment('before', 29, 30, 'answered'),
      ...segment('after', 31, 30, 'answered'),
      event('contact.queued', 20, { c: 'w', s: 'w/1', q: 'q' }),
    ];
    expect(figure(events, 'service_level', 100)).toEqual({ value: 1 / 2, n: 2 });
    expect(value(events, 'over_threshold_now', 58)).toBe(3);
    expect(value(events, 'over_threshold_now', 60)).toBe(0);
  });

  test('the clock of the contact makes an overflow wait from the first entry', () => {
    const events = [
      event('contact.queued', 0, { c: 'a', s: 'a/1', q: 'p' }),
      event('contact.flow_out', 15, { c: 'a', s: 'a/1', q: 'p', cause: 'overflow' }),
      event('contact.queued', 15, { c: 'a', s: 'a/2', q: 'q', kind: 'overflow' }),
      event('contact.answered', 25, { c: 'a', s: 'a/2', q: 'q', a: 'ada' }),
    ];
    expect(value(events, 'service_level', 60)).toBe(1);
    expect(value(events, 'asa', 60)).toBe(10);
    const config = withServiceLevel({ clock: 'contact' });
    expect(value(events, 'service_level', 60, { config })).toBe(0);
    expect(value(events, 'asa', 60, { config })).toBe(25);
    expect(value(events, 'over_threshold_now', 21, { config })).toBe(1);
    expect(value(events, 'over_threshold_now', 21)).toBe(0);
    const transferred = events.map((e) =>
      e.data.kind === 'overflow' ? { ...e, data: { ...e.data, kind: 'transfer' } } : e,
    );
    expect(value(transferred, 'asa', 60, { config })).toBe(10);
    expect(value(transferred, 'over_threshold_now', 21, { config })).toBe(0);
  });
});
