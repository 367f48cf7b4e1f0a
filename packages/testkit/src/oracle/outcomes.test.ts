import { describe, expect, test } from 'vitest';
import { accounts, event, figure, iso, segment, value } from './hand-events.ts';
import { rootsOf } from './facts.ts';
import type { OracleConfig, OracleEvent } from './types.ts';

const ids = { c: 'a', s: 'a/1', q: 'q' };
const queued = (seconds: number, more = {}) => event('contact.queued', seconds, { ...ids, ...more });
const answered = (seconds: number, more = {}, extra = {}) =>
  event('contact.answered', seconds, { ...ids, a: 'ada', ...more }, extra);
const abandoned = (seconds: number, more = {}, extra = {}) =>
  event('contact.abandoned', seconds, { ...ids, ...more }, extra);
const flowOut = (seconds: number, cause: string, more = {}) =>
  event('contact.flow_out', seconds, { ...ids, cause, ...more });
const outcomes = (events: OracleEvent[], seconds: number, config: OracleConfig = {}) =>
  ['answered', 'abandoned', 'flow_outs'].map((id) => value(events, id, seconds, { config }));

describe('contradictions', () => {
  test('the earliest of two outcomes stands, whoever came first, and a conflict is counted', () => {
    const events = [queued(0), answered(12), abandoned(10)];
    expect(outcomes(events, 60)).toEqual([0, 1, 0]);
    expect(accounts(events).conflicts).toBe(1);
    expect(accounts([...events, flowOut(15, 'system')]).conflicts).toBe(2);
  });

  test('the higher authority stands, however late', () => {
    const events = [queued(0), abandoned(10), answered(12, { authority: 'record' })];
    expect(outcomes(events, 60)).toEqual([1, 0, 0]);
    expect(outcomes(events, 11)).toEqual([0, 0, 0]);
    expect(value(events, 'waiting_now', 11)).toBe(1);
  });

  test('at one instant the sequence decides, then answered before abandoned', () => {
    expect(outcomes([queued(0), answered(10), abandoned(10)], 60)).toEqual([1, 0, 0]);
    const sequenced = [answered(10, {}, { sequence: '2' }), abandoned(10, {}, { sequence: '1' })];
    expect(outcomes([queued(0), ...sequenced], 60)).toEqual([0, 1, 0]);
  });

  test('a higher revision replaces, a lower one does not, and neither is a conflict', () => {
    const events = [queued(0), abandoned(10), abandoned(20, { revision: 2 }), abandoned(5, { revision: 1 })];
    expect(value(events, 'avg_abandon_time', 60)).toBe(20);
    expect(accounts(events)).toMatchObject({ conflicts: 0, duplicate: 0, applied: 4 });
  });

  test('an answer beaten by an earlier abandon still opens a handling', () => {
    const events = [queued(0), abandoned(10), answered(12), event('contact.ended', 72, { ...ids, a: 'ada' })];
    expect(outcomes(events, 100)).toEqual([0, 1, 0]);
    expect(value(events, 'handled', 100)).toBe(1);
    expect(value(events, 'avg_talk_time', 100)).toBe(60);
  });

  test('another agent answering later is neither a conflict nor a second answer', () => {
    const events = [queued(0), answered(10), answered(50, { a: 'bob' })];
    expect(outcomes(events, 60)).toEqual([1, 0, 0]);
    expect(value(events, 'in_progress_now', 60)).toBe(2);
    expect(accounts(events).conflicts).toBe(0);
  });
});

describe('what is set aside', () => {
  test('an outcome without entry is held, and counts at its own instant once the entry is known', () => {
    expect(accounts([abandoned(10)])).toMatchObject({ held: 1, applied: 1 });
    const events = [abandoned(10), queued(4)];
    expect(accounts(events).held).toBe(0);
    expect(figure(events, 'avg_abandon_time', 60)).toEqual({ value: 6, n: 1 });
  });

  test('two seconds before the entry is skew, a millisecond more is set aside', () => {
    const skewed = [queued(10), answered(8)];
    expect(value(skewed, 'asa', 60)).toBe(0);
    expect(value(skewed, 'waiting_now', 11)).toBe(0);
    expect(accounts(skewed).held).toBe(0);
    const beyond = [queued(10), answered(7.999)];
    expect(outcomes(beyond, 60)).toEqual([0, 0, 0]);
    expect(value(beyond, 'waiting_now', 60)).toBe(1);
    expect(accounts(beyond).held).toBe(1);
  });

  test('queuedAt stands for the entry until a queued event comes', () => {
    const late = answered(30, { queuedAt: iso(10) });
    expect(value([late], 'asa', 60)).toBe(20);
    expect(value([late, queued(12)], 'asa', 60)).toBe(18);
    expect(value([late, queued(12)], 'offered', 60)).toBe(1);
  });

  test('a stated wait stands for the entry, below queuedAt', () => {
    expect(value([answered(30, { measured: { waitMs: 7000 } })], 'asa', 60)).toBe(7);
    const both = [
      answered(30, { measured: { waitMs: 7000 } }),
      event('contact.held', 40, { ...ids, a: 'ada', queuedAt: iso(25) }),
    ];
    expect(value(both, 'asa', 60)).toBe(5);
  });
});

describe('without segment ids', () => {
  const bare = { c: 'a', q: 'q' };

  test('an outcome goes to the latest undecided segment of its queue', () => {
    const events = [
      event('contact.queued', 0, { ...bare, q: 'p' }),
      event('contact.flow_out', 10, { ...bare, q: 'p', cause: 'overflow' }),
      event('contact.queued', 10, bare),
      event('contact.answered', 25, { ...bare, a: 'ada' }),
      event('contact.ended', 85, { ...bare, a: 'ada' }),
    ];
    expect(value(events, 'flow_outs', 100, { queue: 'p' })).toBe(1);
    expect(value(events, 'asa', 100)).toBe(15);
    expect(value(events, 'avg_talk_time', 100)).toBe(60);
    expect(accounts(events)).toMatchObject({ held: 0, conflicts: 0 });
  });

  test('with its own wait it makes its own segment, without it is held', () => {
    const own = event('contact.abandoned', 20, { ...bare, measured: { waitMs: 8000 } });
    expect(value([own], 'avg_abandon_time', 60)).toBe(8);
    expect(value([own], 'offered', 60)).toBe(1);
    expect(accounts([event('contact.abandoned', 20, bare)]).held).toBe(1);
  });

  test('a second agent without a segment has a handling of the queue before, and no answer', () => {
    const events = [
      ...segment('a', 0, 10, 'answered'),
      event('contact.transferred', 50, { ...ids, a: 'ada', kind: 'blind' }),
      event('contact.answered', 55, { c: 'a', a: 'bob' }),
      event('contact.ended', 75, { c: 'a', a: 'bob' }),
    ];
    expect(value(events, 'answered', 100)).toBe(1);
    expect(value(events, 'handled', 100)).toBe(2);
    expect(value(events, 'avg_talk_time', 100)).toBe(30);
  });
});

describe('outcomes nobody asserts', () => {
  const ended = (seconds: number, by: string, more = {}) =>
    event('contact.ended', seconds, { c: 'a', by, ...more });

  test('the end of a contact closes what waits: abandoned by the customer, else system', () => {
    expect(outcomes([queued(0), ended(10, 'customer')], 60)).toEqual([0, 1, 0]);
    expect(figure([queued(0), ended(10, 'system')], 'flow_outs', 60).by).toEqual({ system: 1 });
    expect(value([queued(0), ended(10, 'transfer')], 'waiting_now', 60)).toBe(1);
  });

  test('it closes only the contact it is about, and only the segment it names', () => {
    const other = event('contact.queued', 0, { c: 'b', s: 'b/1', q: 'q', root: 'a' });
    expect(value([queued(0), other, ended(10, 'customer')], 'waiting_now', 60)).toBe(1);
    const second = queued(1, { s: 'a/2' });
    const named = event('contact.ended', 10, { ...ids, by: 'customer' });
    expect(value([queued(0), second, named], 'waiting_now', 60)).toBe(1);
  });

  test('any asserted outcome goes before it, even a later one, without a conflict', () => {
    const events = [queued(0), ended(10, 'customer'), answered(30)];
    expect(outcomes(events, 60)).toEqual([1, 0, 0]);
    expect(accounts(events).conflicts).toBe(0);
  });

  test('an end that ends a talk leaves a waiting segment alone, unless the customer left', () => {
    const transferred = [queued(0), answered(5), queued(40, { s: 'a/2', kind: 'transfer' })];
    expect(value([...transferred, ended(50, 'agent', { a: 'ada' })], 'waiting_now', 60)).toBe(1);
    const left = [...transferred, ended(50, 'customer', { a: 'ada' })];
    expect(value(left, 'waiting_now', 60)).toBe(0);
    expect(value(left, 'abandoned', 60)).toBe(1);
  });

  test('a restart of its source loses what waits then, but not what is known to have gone on', () => {
    const restart = event('source.restarted', 20);
    const lost = [queued(0), restart];
    expect(value(lost, 'waiting_now', 19.999)).toBe(1);
    expect(value(lost, 'waiting_now', 20)).toBe(0);
    expect(outcomes(lost, 60)).toEqual([0, 0, 0]);
    expect(outcomes([...lost, answered(30)], 60)).toEqual([1, 0, 0]);
    const elsewhere = event('source.restarted', 20, {}, { source: 'test://other' });
    expect(value([queued(0), elsewhere], 'waiting_now', 60)).toBe(1);
    expect(value([queued(21), restart], 'waiting_now', 60)).toBe(1);
  });

  test('a restart ends an open handling without its being handled', () => {
    const events = [queued(0), answered(5), event('source.restarted', 20)];
    expect(value(events, 'in_progress_now', 19)).toBe(1);
    expect(value(events, 'in_progress_now', 20)).toBe(0);
    expect(value(events, 'handled', 13 * 3600, { window: 'today' })).toBe(0);
  });

  test('at its greatest age a segment is lost, and a true outcome takes that back', () => {
    const config = { time: { maxSegmentAge: '10m' } };
    expect(value([queued(0)], 'waiting_now', 599.999, { config })).toBe(1);
    expect(value([queued(0)], 'waiting_now', 600, { config })).toBe(0);
    expect(value([queued(0), answered(700)], 'waiting_now', 650, { config })).toBe(1);
    expect(value([queued(0), answered(700)], 'asa', 701, { config })).toBe(700);
  });

  test('a resumed segment waits on from its first entry', () => {
    const events = [
      queued(0),
      abandoned(10),
      event('contact.queued', 14, { c: 'a', q: 'q', kind: 'resume' }),
    ];
    expect(value(events, 'longest_wait_now', 20)).toBe(20);
    expect(value(events, 'abandoned', 20)).toBe(0);
    expect(value(events, 'offered', 20)).toBe(1);
    const gone = [...events, answered(30)];
    expect(value(gone, 'asa', 60)).toBe(30);
    expect(accounts(gone).conflicts).toBe(0);
  });

  test('a time-out followed within 10 s by a new segment is shown as overflow', () => {
    const next = (seconds: number) => event('contact.queued', seconds, { c: 'a', s: 'a/2', q: 'p' });
    const causes = (seconds: number) =>
      figure([queued(0), flowOut(30, 'timeout'), next(seconds)], 'flow_outs', 60).by;
    expect(causes(40)).toEqual({ overflow: 1 });
    expect(causes(40.001)).toEqual({ timeout: 1 });
  });
});

describe('ringing', () => {
  const offered = (seconds: number, a: string, more = {}) =>
    event('contact.offered', seconds, { ...ids, a, ...more });
  const missed = (seconds: number, a: string, more = {}) =>
    event('contact.offer_ended', seconds, { ...ids, a, cause: 'no_answer', ...more });

  test('a segment alerts while one of its offers is open', () => {
    const events = [
      queued(0),
      offered(5, 'ada'),
      missed(20, 'ada'),
      offered(25, 'bob'),
      answered(30, { a: 'bob' }),
    ];
    expect([4, 5, 19, 20, 25, 30].map((s) => value(events, 'alerting_now', s))).toEqual([0, 1, 1, 0, 1, 0]);
    expect(value(events, 'waiting_now', 25)).toBe(1);
  });

  test('offers with ids end by their ids', () => {
    const events = [
      queued(0),
      offered(5, 'ada', { offerId: 'o1' }),
      offered(6, 'ada', { offerId: 'o2' }),
      missed(10, 'ada', { offerId: 'o1' }),
    ];
    expect(value(events, 'alerting_now', 15)).toBe(1);
    expect(value([...events, missed(20, 'ada', { offerId: 'o2' })], 'alerting_now', 25)).toBe(0);
  });

  test('it is unknown where no source of the day tells when ringing starts', () => {
    const mute = queued(0, { reports: { ring: false } });
    expect(figure([mute], 'alerting_now', 10)).toEqual({ value: null, n: 0, reason: 'not_reported' });
    const other = event('contact.queued', 0, { c: 'b', s: 'b/1', q: 'q' });
    expect(value([mute, other], 'alerting_now', 10)).toBe(0);
    expect(value([mute], 'alerting_now', -1)).toBe(0);
  });
});

describe('identity', () => {
  test('a repeated event is a duplicate, and so is the same fact under another id', () => {
    const one = queued(3);
    const events = [one, one, queued(1), answered(10), answered(9)];
    expect(accounts(events)).toMatchObject({ read: 5, applied: 2, duplicate: 3 });
    expect(value(events, 'asa', 60)).toBe(8);
  });

  test('contacts that are named with each other are one, also by two roots or in a ring', () => {
    const name = (c: string, root: string) => event('contact.created', 0, { c, root });
    const rootOf = rootsOf([name('c', 'b'), name('b', 'a'), name('d', 'z'), name('d', 'b'), name('y', 'x')]);
    expect(['a', 'b', 'c', 'd', 'z'].map(rootOf)).toEqual(['a', 'a', 'a', 'a', 'a']);
    expect(['x', 'y', 'w'].map(rootOf)).toEqual(['x', 'x', 'w']);
    const ring = rootsOf([name('x', 'y'), name('y', 'z'), name('z', 'x'), name('w', 'z')]);
    expect(new Set(['w', 'x', 'y', 'z'].map(ring)).size).toBe(1);
  });

  test('late and future are judged by the event alone, when asked', async () => {
    const { oracleAccounts } = await import('./snapshot.ts');
    const ingested = (seconds: number, ingestedSeconds: number) =>
      event('contact.created', seconds, { c: 'a' }, { ingestedtime: iso(ingestedSeconds) });
    const events = [ingested(0, 60), ingested(0, 60.001), ingested(0, -60), ingested(0, -60.001)];
    const lateness = { allowedMs: 60_000, futureMs: 60_000 };
    expect(oracleAccounts(events, { lateness })).toMatchObject({ read: 4, applied: 2, late: 1, future: 1 });
  });
});
