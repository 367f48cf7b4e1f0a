import { describe, expect, test } from 'vitest';
import { event, figure, segment, value } from './hand-events.ts';
import type { OracleConfig, OracleEvent } from './types.ts';

const ids = { c: 'a', s: 'a/1', q: 'q', a: 'ada' };
const on = (type: string, seconds: number, more = {}) => event(type, seconds, { ...ids, ...more });
/** Entered at 0, answered by ada at 10. */
const call = segment('a', 0, 10, 'answered');
const means = (events: OracleEvent[], seconds: number, config: OracleConfig = {}) =>
  ['avg_talk_time', 'avg_hold_time', 'avg_acw', 'aht', 'handled'].map((id) =>
    value(events, id, seconds, { config }),
  );

describe('handlings', () => {
  test('talk, hold and wrap-up add up, at the end of the wrap-up', () => {
    const events = [
      ...call,
      on('contact.held', 30),
      on('contact.unheld', 50),
      on('contact.ended', 110, { by: 'customer' }),
      on('wrapup.started', 110),
      on('wrapup.ended', 140),
    ];
    expect(means(events, 200)).toEqual([80, 20, 30, 130, 1]);
    expect(value(events, 'avg_communication_time', 200)).toBe(100);
    expect(value(events, 'handled', 139)).toBe(0);
    expect([9, 10, 139, 140].map((s) => value(events, 'in_progress_now', s))).toEqual([0, 1, 1, 0]);
  });

  test('an end without wrap-up is handled at once, with nothing for the wrap-up', () => {
    expect(means([...call, on('contact.ended', 70)], 70)).toEqual([60, 0, 0, 60, 1]);
  });

  test('an end that names nobody ends the only open talk', () => {
    const nobody = event('contact.ended', 70, { c: 'a', by: 'customer' });
    expect(value([...call, nobody], 'handled', 100)).toBe(1);
    const two = [...call, on('contact.answered', 20, { a: 'bob' }), nobody];
    expect(value(two, 'handled', 100)).toBe(0);
  });

  test('the first of end, transfer and start of wrap-up ends the talk', () => {
    expect(
      value([...call, on('contact.transferred', 40), on('contact.ended', 90)], 'avg_talk_time', 100),
    ).toBe(30);
    const early = [...call, on('wrapup.started', 50), on('contact.ended', 60), on('wrapup.ended', 80)];
    expect(means(early, 100)).toEqual([40, 0, 30, 70, 1]);
  });

  test('a wrap-up of which only the end is told began at the end of the talk', () => {
    expect(means([...call, on('contact.ended', 60), on('wrapup.ended', 75)], 100)).toEqual([
      50, 0, 15, 65, 1,
    ]);
    const unknown = [...call, on('wrapup.ended', 75, { measured: { wrapMs: 25_000 } })];
    expect(means(unknown, 100)).toEqual([40, 0, 25, 65, 1]);
  });

  test('stated hold and wrap-up count where no facts tell them', () => {
    const stated = on('contact.ended', 70, { measured: { holdMs: 12_000, wrapMs: 8000 } });
    expect(means([...call, stated], 100)).toEqual([48, 12, 8, 68, 1]);
    const facts = [...call, on('contact.held', 20), on('contact.unheld', 25), stated, on('wrapup.ended', 71)];
    expect(means(facts, 100)).toEqual([55, 5, 1, 61, 1]);
  });

  test('a hold still open ends with the talk', () => {
    expect(means([...call, on('contact.held', 60), on('contact.ended', 70)], 100)).toEqual([
      50, 10, 0, 60, 1,
    ]);
  });

  test('a wrap-up is never longer than the greatest', () => {
    const config = { time: { maxAcw: '60s' } };
    const begun = [...call, on('contact.ended', 70), on('wrapup.started', 70)];
    expect(value(begun, 'handled', 129, { config })).toBe(0);
    expect(means(begun, 130, config)).toEqual([60, 0, 60, 120, 1]);
    expect(means([...begun, on('wrapup.ended', 200)], 210, config)).toEqual([60, 0, 60, 120, 1]);
  });

  test('a talk nobody ended is handled at its greatest age', () => {
    const config = { time: { maxHandlingAge: '10m' } };
    expect(means(call, 610, config)).toEqual([600, 0, 0, 600, 1]);
    expect(value(call, 'in_progress_now', 609, { config })).toBe(1);
  });

  test('what a source does not tell is unknown, not 0', () => {
    const mute = { reports: { hold: false, acw: false } };
    const muted = [
      event('contact.queued', 0, { c: 'b', s: 'b/1', q: 'q', ...mute }),
      event('contact.answered', 10, { c: 'b', s: 'b/1', q: 'q', a: 'bob', ...mute }),
      event('contact.ended', 40, { c: 'b', s: 'b/1', q: 'q', a: 'bob' }),
    ];
    expect(figure(muted, 'avg_acw', 100)).toEqual({ value: null, n: 0, reason: 'not_reported' });
    expect(figure(muted, 'avg_hold_time', 100)).toEqual({ value: null, n: 0, reason: 'not_reported' });
    expect(figure(muted, 'aht', 100)).toEqual({ value: 30, n: 1, partial: ['acw'] });
    const both = [...muted, ...call, on('contact.ended', 70), on('wrapup.ended', 90)];
    expect(figure(both, 'avg_acw', 100)).toEqual({ value: 20, n: 1 });
    expect(figure(both, 'aht', 100)).toEqual({ value: 55, n: 2, partial: ['acw'] });
    expect(figure([], 'avg_acw', 100, { config: { queues: { q: { channel: 'voice' } } } })).toEqual({
      value: null,
      n: 0,
      reason: 'no_data',
    });
  });

  test('a consulted agent handles nothing, an outbound call neither', () => {
    const consult = segment('b', 0, 10, 'answered', { kind: 'consult' });
    expect(
      value([...consult, event('contact.ended', 60, { c: 'b', a: 'ada' }), ...call], 'handled', 100),
    ).toBe(0);
    const out = { contact: { id: 'o', channel: 'voice', direction: 'outbound' }, agent: { id: 'ada' } };
    const events = [...call, event('contact.answered', 0, out), event('contact.ended', 30, out)];
    expect(value(events, 'handled', 100, { queue: '_all' })).toBe(0);
  });

  test('a transfer that names no destination led to the stay that began up to two seconds before it', () => {
    const arrived = (enteredAt: number) => {
      const events = [
        ...call,
        on('contact.transferred', 40, { kind: 'blind' }),
        event('contact.queued', enteredAt, { c: 'a', s: 'a/2', q: 'r', kind: 'transfer' }),
      ];
      return ['q', 'r'].map((queue) => value(events, 'transfers_in', 100, { queue, window: 'today' }));
    };
    expect(arrived(38)).toEqual([0, 1]);
    expect(arrived(37.9)).toEqual([1, 0]);
  });
});
