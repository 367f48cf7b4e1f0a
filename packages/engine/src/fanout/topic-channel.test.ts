import { expect, test } from 'vitest';
import { CentreView } from './centre-view.ts';
import { NOW_MS, frame, planOf } from './frames.testkit.ts';
import { TopicChannel } from './topic-channel.ts';

/** The agent's figures after so many seconds of his day. */
function agent(seconds: number, handled = 3) {
  const kpis = {
    handled: { value: handled, n: handled },
    occupancy: { value: 1800 / seconds, n: seconds },
    handled_per_agent_hour: { value: (3600 * handled) / seconds, n: seconds / 3600 },
  };
  return { agent: 'ann', name: 'Ann', state: 'available', queues: ['sales'], kpis };
}

function followed() {
  const centre = new CentreView('default', planOf(), NOW_MS);
  centre.apply(frame(1, []), NOW_MS);
  const channel = new TopicChannel('c1', centre, 'agents');
  const told = (...items: ReturnType<typeof agent>[]) => {
    channel.take(items, NOW_MS);
    return channel.flush(NOW_MS);
  };
  return { channel, told };
}

test('an agent whose figures moved by less than can be seen is not told again', () => {
  const { told } = followed();
  expect(told(agent(7200))?.items).toEqual([agent(7200)]);
  expect(told(agent(7201))).toBeUndefined();
  expect(told(agent(7205))).toBeUndefined();
});

test('small steps add up: he is told once they can be seen, with his figures to the last digit', () => {
  const { told } = followed();
  told(agent(7200));
  const deltas = [];
  for (let seconds = 7201; seconds <= 10_800; seconds++) {
    const delta = told(agent(seconds));
    if (delta !== undefined) deltas.push({ delta, seconds });
  }
  expect(deltas.length).toBeGreaterThan(5);
  expect(deltas.length).toBeLessThan(30);
  for (const { delta, seconds } of deltas) expect(delta.items).toEqual([agent(seconds)]);
});

test('anything else of him is told at once', () => {
  const { told } = followed();
  told(agent(7200));
  expect(told(agent(7201, 4))?.items).toEqual([agent(7201, 4)]);
  const paused = { ...agent(7202, 4), state: 'paused' };
  expect(told(paused)?.items).toEqual([paused]);
});

test('a snapshot says what the deltas have said', () => {
  const { channel, told } = followed();
  told(agent(7200));
  told(agent(7201));
  expect(channel.snapshot().items).toEqual([agent(7200)]);
});
