import { describe, expect, test } from 'vitest';
import { event, figure, segment, value } from './hand-events.ts';

const all = { queue: '_all', channel: '_all' };
const state = (seconds: number, name: string, more: object = {}) =>
  event('agent.state', seconds, { a: 'ada', state: name as never, ...more });
const queues = (...names: string[]) => event('agent.queues', 0, { a: 'ada', op: 'set', queues: names });
const talk = (name: string, from: number, to: number) => [
  ...segment(name, from - 1, 1, 'answered'),
  event('contact.ended', to, { c: name, s: `${name}/1`, a: 'ada', by: 'customer' }),
];

describe('occupancy', () => {
  test('is the union of what goes on at once', () => {
    const events = [state(0, 'available'), ...talk('x', 10, 60), ...talk('y', 40, 90)];
    // Busy from 10 to 90; free before.
    expect(value(events, 'occupancy', 90, { ...all, window: 'today' })).toBe(80 / 90);
    expect(value(events, 'concurrency', 90, { ...all, window: 'today' })).toBe(100 / 80);
  });

  test('leaves pauses out, utilisation does not', () => {
    const events = [state(0, 'available'), state(50, 'paused'), ...talk('x', 10, 35)];
    expect(value(events, 'occupancy', 100, { ...all, window: 'today' })).toBe(25 / 50);
    expect(value(events, 'utilization', 100, { ...all, window: 'today' })).toBe(50 / 100);
  });

  test('of an agent in two queues counts in both rows and once in the total', () => {
    const events = [queues('q', 'r'), state(0, 'available'), ...talk('x', 10, 20)];
    for (const queue of ['q', '_all']) {
      const channel = queue === 'q' ? 'voice' : '_all';
      expect(value(events, 'occupancy', 40, { queue, channel, window: 'today' })).toBe(10 / 40);
    }
  });
});

describe('the state shown', () => {
  const shown = (events: ReturnType<typeof state>[], seconds: number) =>
    figure(events, 'agents_by_state_now', seconds, all).by;

  test('is that of his contact, then the asserted one', () => {
    const events = [state(0, 'available'), ...talk('x', 10, 20)];
    expect(shown(events, 15)).toEqual({ on_contact: 1 });
    expect(shown(events, 20)).toEqual({ available: 1 });
    expect(shown([...events, state(12, 'logged_out')], 15)).toEqual({ logged_out: 1 });
  });

  test('is a pause when all his queues are paused, and only then', () => {
    const events = [
      queues('q', 'r'),
      state(0, 'available'),
      state(10, 'paused', { q: 'q' }),
      state(20, 'paused', { q: 'r' }),
    ];
    expect(shown(events, 15)).toEqual({ available: 1 });
    expect(shown(events, 20)).toEqual({ paused: 1 });
  });

  test('is unknown of one who was only seen at work', () => {
    expect(shown(talk('x', 10, 20), 30)).toEqual({ unknown: 1 });
  });
});

describe('agent days', () => {
  const options = { ...all, window: 'today' };

  test('take a minute of being logged in', () => {
    expect(value([state(0, 'available'), state(59.999, 'logged_out')], 'agent_days', 100, options)).toBe(0);
    expect(value([state(0, 'available'), state(60, 'logged_out')], 'agent_days', 100, options)).toBe(1);
  });
});
