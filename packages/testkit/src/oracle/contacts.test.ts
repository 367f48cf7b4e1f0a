import { describe, expect, test } from 'vitest';
import { event, figure, segment, value } from './hand-events.ts';
import type { OracleEvent } from './types.ts';

const all = { queue: '_all', window: '60m' };
const missed = (events: OracleEvent[], seconds: number) => figure(events, 'missed_contacts', seconds, all);
const qos = (events: OracleEvent[], seconds: number) => {
  const { value: share, n } = figure(events, 'qos_rate', seconds, all);
  return [share, n];
};
const queued = (seconds: number, s = 'a/1', more = {}) =>
  event('contact.queued', seconds, { c: 'a', s, q: 'q', ...more });
const flowOut = (seconds: number, cause: string, s = 'a/1') =>
  event('contact.flow_out', seconds, { c: 'a', s, q: 'q', cause });

describe('contacts', () => {
  test('one contact in two queues is presented once and answered once', () => {
    const events = [
      queued(0),
      flowOut(10, 'overflow'),
      queued(10, 'a/2', { q: 'p' }),
      event('contact.answered', 40, { c: 'a', s: 'a/2', q: 'p', a: 'ada' }),
    ];
    expect(value(events, 'presented', 60, all)).toBe(1);
    expect(qos(events, 60)).toEqual([1, 1]);
    expect(missed(events, 600).value).toBe(0);
  });

  test('contact-level figures stand in the totals only', () => {
    expect(() => value([queued(0)], 'presented', 10)).toThrow('no presented');
  });

  test('an abandon decides where nothing ends the contact, the end of the contact where it does', () => {
    const abandoned = segment('a', 0, 10, 'abandoned');
    expect(missed(abandoned, 10)).toEqual({ value: 1, n: 1, by: { abandoned: 1 } });
    const ended = [...abandoned, event('contact.ended', 25, { c: 'a', by: 'customer' })];
    expect(missed(ended, 24).value).toBe(0);
    expect(missed(ended, 25).by).toEqual({ abandoned: 1 });
  });

  test('an end before the last segment, or one by transfer, decides nothing', () => {
    const again = [
      ...segment('a', 0, 10, 'abandoned'),
      event('contact.ended', 12, { c: 'a', by: 'customer' }),
      queued(20, 'a/2'),
      event('contact.ended', 25, { c: 'a', by: 'transfer' }),
      event('contact.abandoned', 30, { c: 'a', s: 'a/2', q: 'q' }),
    ];
    expect(missed(again, 29).value).toBe(0);
    expect(missed(again, 30).value).toBe(1);
  });

  test('a flow-out decides after 60 s, unless something follows', () => {
    const events = [queued(0), flowOut(10, 'voicemail')];
    expect(missed(events, 69.999).value).toBe(0);
    expect(missed(events, 70).by).toEqual({ voicemail: 1 });
    const followed = [...events, queued(75, 'a/2')];
    expect(missed(followed, 72).value).toBe(0);
    expect(qos(followed, 100)).toEqual([null, 0]);
  });

  test('rejected without ever entering a queue is missed at the rejection', () => {
    const rejected = event('contact.rejected', 5, { c: 'a', q: 'q', cause: 'full' });
    expect(value([rejected], 'presented', 10, all)).toBe(1);
    expect(missed([rejected], 10).by).toEqual({ rejected: 1 });
    expect(qos([rejected, ...segment('b', 0, 5, 'answered')], 10)).toEqual([0.5, 2]);
    expect(missed([rejected, queued(20)], 30).value).toBe(0);
  });

  test('a callback asked for is undecided until it fails, is cancelled or is answered', () => {
    const asked = [
      queued(0),
      flowOut(10, 'callback'),
      event('contact.ended', 12, { c: 'a', by: 'customer' }),
    ];
    expect(qos(asked, 3000)).toEqual([null, 0]);
    const of = (type: string) => [...asked, event(type, 900, { c: 'a', callbackId: 'k' })];
    expect(missed(of('callback.failed'), 1000).by).toEqual({ failed_callback: 1 });
    expect(missed(of('callback.failed'), 899).value).toBe(0);
    expect(missed(of('callback.cancelled'), 1000).by).toEqual({ callback: 1 });
    const answered = [
      ...asked,
      queued(600, 'a/2', { kind: 'callback' }),
      event('contact.answered', 620, { c: 'a', s: 'a/2', q: 'q', a: 'ada' }),
    ];
    expect(qos(answered, 1000)).toEqual([1, 1]);
    expect(value(answered, 'answered', 1000)).toBe(0);
    expect(value(answered, 'waiting_now', 610)).toBe(1);
  });

  test('a lost contact is neither missed nor decided', () => {
    const config = { time: { maxSegmentAge: '10m' } };
    expect(figure([queued(0)], 'qos_rate', 1000, { ...all, config }).n).toBe(0);
    expect(qos([queued(0), event('source.restarted', 20)], 100)).toEqual([null, 0]);
  });

  test('contacts under one root are one journey, whenever that becomes known', () => {
    const first = segment('a', 0, 10, 'flow_out:overflow');
    const second = segment('b', 12, 10, 'answered');
    const apart = [...first, ...second];
    expect(value(apart, 'presented', 200, all)).toBe(2);
    expect(missed(apart, 200).value).toBe(1);
    const joined = [...apart, event('contact.ended', 100, { c: 'b', root: 'a', by: 'customer', a: 'ada' })];
    expect(value(joined, 'presented', 200, all)).toBe(1);
    expect(qos(joined, 200)).toEqual([1, 1]);
  });

  test('a contact that never asked for a human is not presented', () => {
    const bot = event('contact.created', 0, { c: 'a', bot: true });
    expect(
      value([bot, event('contact.ended', 20, { c: 'a', by: 'bot' })], 'presented', 60, {
        queue: '_all',
        channel: '_all',
      }),
    ).toBe(0);
  });

  test('a contact belongs to the channel it arrived on', () => {
    const events = segment('a', 0, 5, 'answered', { ch: 'chat' });
    expect(value(events, 'presented', 60, { ...all, channel: 'chat' })).toBe(1);
    expect(value(events, 'presented', 60, { ...all, channel: '_all' })).toBe(1);
  });
});
