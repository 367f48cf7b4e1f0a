import { describe, expect, test } from 'vitest';
import { accounts, event, figure, segment, value } from './hand-events.ts';
import type { OracleConfig, OracleEvent } from './types.ts';

const chat = { c: 'a', ch: 'chat' };
const inQueue = { ...chat, s: 'a/1', q: 'q' };
const options = { channel: 'chat' };
const total = { queue: '_all', channel: 'chat' };
const says = (from: string, seconds: number, more = {}) =>
  event('message.posted', seconds, { ...chat, from, ...(from === 'agent' ? { a: 'ada' } : {}), ...more });
const queued = (seconds: number) => event('contact.queued', seconds, inQueue);
const answered = (seconds: number) => event('contact.answered', seconds, { ...inQueue, a: 'ada' });
const created = (seconds: number, more = {}) => event('contact.created', seconds, { ...chat, ...more });
const frt = (events: OracleEvent[], seconds = 1000, where: object = options) => {
  const { value: mean, n } = figure(events, 'avg_first_response_time', seconds, where);
  return [mean, n];
};
const gauge = (events: OracleEvent[], id: string, seconds: number[], where: object = options) =>
  seconds.map((s) => value(events, id, s, where));

describe('first response', () => {
  test('of a chat it runs from the first customer message to the first human one after it', () => {
    const events = [
      created(0),
      says('customer', 2),
      queued(3),
      answered(20),
      says('agent', 32),
      says('agent', 50),
    ];
    expect(frt(events)).toEqual([30, 1]);
    expect(frt(events, 31)).toEqual([null, 0]);
    expect(value(events, 'frt_p50', 1000, options)).toBe(30);
  });

  test('no bot, no system, no internal note and no greeting stops the clock', () => {
    const events = [
      created(0),
      queued(1),
      says('agent', 2),
      says('customer', 10),
      says('bot', 11),
      says('system', 12),
      says('agent', 13, { visibility: 'internal' }),
      says('agent', 40),
    ];
    expect(frt(events)).toEqual([30, 1]);
  });

  test('there is one a conversation, and before any queue it counts only in the totals', () => {
    const events = [
      says('customer', 0),
      says('agent', 10),
      queued(20),
      says('customer', 30),
      says('agent', 60),
    ];
    expect(frt(events, 1000, total)).toEqual([10, 1]);
    expect(frt(events)).toEqual([null, 0]);
  });

  test('of an e-mail it runs from the creation or the first message, whichever is first', () => {
    const mail = { c: 'm', ch: 'email' };
    const events = [
      event('contact.created', 0, mail),
      event('message.posted', 5, { ...mail, from: 'customer' }),
      event('contact.queued', 6, { ...mail, s: 'm/1', q: 'q' }),
      event('message.posted', 605, { ...mail, from: 'agent', a: 'ada' }),
    ];
    expect(frt(events, 1000, { channel: 'email' })).toEqual([605, 1]);
    expect(value(events, 'asa', 1000, { channel: 'email' })).toBe(605);
    expect(value(events, 'in_progress_now', 700, { channel: 'email' })).toBe(0);
  });

  test('of a call it is the wait of the contact, in the queue that answered', () => {
    const events = [
      event('contact.queued', 0, { c: 'v', s: 'v/1', q: 'p' }),
      event('contact.flow_out', 30, { c: 'v', s: 'v/1', q: 'p', cause: 'overflow' }),
      event('contact.queued', 30, { c: 'v', s: 'v/2', q: 'q', kind: 'overflow' }),
      event('contact.answered', 45, { c: 'v', s: 'v/2', q: 'q', a: 'ada' }),
    ];
    expect(frt(events, 100, { channel: 'voice' })).toEqual([45, 1]);
    expect(frt(events, 100, { queue: 'p', channel: 'voice' })).toEqual([null, 0]);
  });

  test('it may run from the entry into the queue or from the hand-off', () => {
    const events = [
      says('customer', 0),
      says('bot', 1),
      event('contact.handoff', 50, { ...chat, from: 'bot' }),
      queued(60),
      says('agent', 100),
    ];
    const anchored = (anchor: 'queue_entry' | 'bot_handoff') =>
      frt(events, 1000, { ...options, config: { channels: { chat: { firstResponse: { anchor } } } } });
    expect(frt(events)).toEqual([100, 1]);
    expect(anchored('queue_entry')).toEqual([40, 1]);
    expect(anchored('bot_handoff')).toEqual([50, 1]);
  });
});

describe('turns', () => {
  const art = (events: OracleEvent[], where: object = options) => {
    const { value: mean, n } = figure(events, 'avg_response_time', 1000, where);
    return [mean, n];
  };

  test('a turn runs from the oldest unanswered message; a second reply in a row is none', () => {
    const events = [
      queued(0),
      says('customer', 1),
      says('customer', 5),
      says('agent', 11),
      says('agent', 20),
      says('customer', 30),
      says('system', 31),
      says('agent', 50),
    ];
    expect(art(events)).toEqual([15, 2]);
    const without: OracleConfig = {
      channels: { chat: { firstResponse: { responseTimeIncludesFirst: false } } },
    };
    expect(art(events, { ...options, config: without })).toEqual([20, 1]);
  });

  test('a bot closes a turn without a sample, but not after the hand-off', () => {
    const events = [
      says('customer', 0),
      says('bot', 1),
      event('contact.handoff', 50, { ...chat, from: 'bot' }),
      queued(51),
      says('bot', 52),
      says('agent', 90),
    ];
    expect(art(events)).toEqual([40, 1]);
  });

  test('the first queue after a bot message is a hand-off', () => {
    expect(art([says('customer', 0), says('bot', 1), queued(30), says('agent', 50)])).toEqual([20, 1]);
    expect(art([says('customer', 0), queued(30), says('agent', 50)])).toEqual([50, 1]);
  });

  test('an end leaves an open turn without a sample', () => {
    const end = event('contact.ended', 60, { ...chat, by: 'customer' });
    const events = [queued(0), answered(5), says('customer', 10), end, says('agent', 90)];
    expect(art(events)).toEqual([null, 0]);
  });
});

describe('conversations awaiting something', () => {
  test('not while a bot holds them', () => {
    const events = [
      created(0, { bot: true }),
      says('customer', 5),
      says('bot', 6),
      says('customer', 20),
      queued(30),
      says('agent', 50),
    ];
    expect(gauge(events, 'awaiting_first_response_now', [10, 25, 30, 49, 50], total)).toEqual([
      0, 0, 1, 1, 0,
    ]);
    expect(gauge(events, 'awaiting_reply_now', [10, 25, 30, 49, 50], total)).toEqual([0, 0, 1, 1, 0]);
    expect(gauge(events, 'oldest_unanswered_age_now', [30, 49, 50])).toEqual([10, 29, null]);
  });

  test('a queue ends what the bot held since the creation, though it never spoke', () => {
    const events = [created(0, { bot: true }), says('customer', 5), queued(30), says('bot', 35)];
    expect(gauge(events, 'awaiting_first_response_now', [10, 30, 36], total)).toEqual([0, 1, 1]);
  });

  test('an end closes them although a segment had been lost at its age', () => {
    const config: OracleConfig = { time: { maxSegmentAge: '10m' } };
    const events = [queued(0), says('customer', 5), event('contact.ended', 900, { ...chat, by: 'system' })];
    expect(gauge(events, 'awaiting_reply_now', [700, 900], { ...options, config })).toEqual([1, 0]);
    const transferred = events.map((e) => ({
      ...e,
      data: { ...e.data, ...(e.data.by ? { by: 'transfer' } : {}) },
    }));
    expect(gauge(transferred, 'awaiting_reply_now', [900], { ...options, config })).toEqual([1]);
  });

  test('without a bot from the first message, before any queue only in the totals', () => {
    const events = [says('customer', 5), queued(10)];
    expect(gauge(events, 'awaiting_first_response_now', [5, 9], total)).toEqual([1, 1]);
    expect(gauge([...events], 'awaiting_first_response_now', [9, 10])).toEqual([0, 1]);
  });

  test('each new segment takes them along', () => {
    const events = [
      says('customer', 0),
      queued(1),
      event('contact.flow_out', 20, { ...inQueue, cause: 'overflow' }),
      event('contact.queued', 20, { ...chat, s: 'a/2', q: 'p' }),
    ];
    expect(gauge(events, 'awaiting_reply_now', [19, 20])).toEqual([1, 0]);
    expect(gauge(events, 'awaiting_reply_now', [19, 20], { ...options, queue: 'p' })).toEqual([0, 1]);
  });

  test('an end closes them, a later customer message opens them again', () => {
    const events = [
      queued(0),
      answered(5),
      says('customer', 10),
      says('agent', 15),
      says('customer', 20),
      event('contact.ended', 30, { ...chat, by: 'agent', a: 'ada' }),
      says('customer', 100),
    ];
    expect(gauge(events, 'awaiting_reply_now', [10, 15, 20, 30, 100])).toEqual([1, 0, 1, 0, 1]);
    expect(gauge(events, 'awaiting_first_response_now', [10, 15, 100])).toEqual([1, 0, 0]);
    expect(gauge(events, 'oldest_unanswered_age_now', [150])).toEqual([50]);
  });

  test('an end by transfer, or with another talk open, closes nothing', () => {
    const start = [queued(0), answered(5), says('customer', 10)];
    const transfer = event('contact.ended', 30, { ...chat, by: 'transfer', a: 'ada' });
    expect(gauge([...start, transfer], 'awaiting_reply_now', [40])).toEqual([1]);
    const second = event('contact.answered', 20, { ...inQueue, a: 'bob' });
    const one = event('contact.ended', 30, { ...chat, by: 'agent', a: 'ada' });
    expect(gauge([...start, second, one], 'awaiting_reply_now', [40])).toEqual([1]);
  });

  test('a call awaits no message', () => {
    expect(value(segment('v', 0, 10, 'answered'), 'awaiting_reply_now', 5)).toBe(0);
  });
});

describe('answers by message', () => {
  test('with first_agent_message the message answers and opens the handling', () => {
    const config: OracleConfig = {
      channels: { chat: { serviceLevel: { answerEvent: 'first_agent_message' } } },
    };
    const events = [queued(0), says('customer', 1), says('agent', 30), says('agent', 40)];
    const where = { ...options, config };
    expect(value(events, 'asa', 100, where)).toBe(30);
    expect(value(events, 'in_progress_now', 100, where)).toBe(1);
    expect(value(events, 'answered', 100, options)).toBe(0);
    const joined = [...events, answered(10)];
    expect(value(joined, 'asa', 100, where)).toBe(30);
    expect(gauge(joined, 'in_progress_now', [10, 100], where)).toEqual([1, 1]);
    expect(accounts(joined, config)).toMatchObject({ held: 0, conflicts: 0 });
  });

  test('an e-mail has no abandon, and joining it answers nothing', () => {
    const mail = { c: 'm', ch: 'email', s: 'm/1', q: 'q' };
    const where = { channel: 'email', window: '60m' };
    const entered = event('contact.queued', 0, mail);
    const opened = event('contact.answered', 60, { ...mail, a: 'ada' });
    expect(value([entered, opened], 'answered', 100, where)).toBe(0);
    expect(value([entered, opened], 'waiting_now', 100, where)).toBe(1);
    expect(value([entered, opened], 'in_progress_now', 100, where)).toBe(1);
    const closed = (end: OracleEvent) => figure([entered, opened, end], 'flow_outs', 1000, where).by;
    expect(closed(event('contact.ended', 200, { ...mail, by: 'agent', a: 'ada' }))).toEqual({ closed: 1 });
    expect(closed(event('contact.ended', 200, { c: 'm', ch: 'email', by: 'customer' }))).toEqual({
      closed: 1,
    });
    expect(closed(event('contact.abandoned', 200, mail))).toEqual({ closed: 1 });
  });

  test('the wait of a later segment of an e-mail runs from its entry', () => {
    const mail = { c: 'm', ch: 'email' };
    const reply = (seconds: number) => event('message.posted', seconds, { ...mail, from: 'agent', a: 'ada' });
    const events = [
      event('contact.created', 0, mail),
      event('message.posted', 0, { ...mail, from: 'customer' }),
      event('contact.queued', 10, { ...mail, s: 'm/1', q: 'q' }),
      reply(100),
      event('contact.queued', 200, { ...mail, s: 'm/2', q: 'q', kind: 'transfer' }),
      reply(250),
    ];
    expect(figure(events, 'asa', 1000, { channel: 'email' })).toEqual({ value: 75, n: 2 });
  });
});
