import type { Question } from '@vigie/contracts';
import { QuestionError, type Owners } from '@vigie/engine';
import { afterEach, expect, test } from 'vitest';
import { frame, row, ScriptedFeed, startGateway, stopGateways } from '../gateway.testkit.ts';
import { connected } from './ws-client.testkit.ts';

afterEach(stopGateways);

/** An owner that answers what the test says. */
class ScriptedOwner implements Owners {
  readonly asked: Question[] = [];
  answer: object = {};
  away = false;

  async ask(question: Question) {
    this.asked.push(question);
    if (this.away) throw new QuestionError(503, 'the owner is away');
    return { type: 'application/json', body: [JSON.stringify(this.answer)] };
  }
}

async function following(message: object, answer: object) {
  const owner = new ScriptedOwner();
  owner.answer = answer;
  const gateway = await startGateway({}, new ScriptedFeed(), owner);
  await gateway.feed.publish(frame(1, [row('sales', {})]));
  const client = await connected(gateway.liveUrl);
  client.send({ op: 'subscribe', id: 't', ...message });
  await client.next('subscribed');
  return { owner, client, gateway };
}

const ann = { agent: 'ann', name: 'Ann', state: 'available', queues: ['sales'], kpis: {} };
const bob = { agent: 'bob', name: 'Bob', state: 'paused', queues: ['help'], kpis: {} };

test('agents are told whole first, then those who changed and those who are gone', async () => {
  const { owner, client } = await following({ topic: 'agents' }, { agents: [ann, bob] });
  expect(await client.nextOf('agents')).toMatchObject({
    ...{ op: 'snapshot', topic: 'agents', epoch: 1, seq: 1, state: 'live', items: [ann, bob] },
  });
  owner.answer = { agents: [{ ...ann, state: 'on_contact' }] };
  const delta = await client.nextOf('agents', 2);
  expect(delta).toMatchObject({ op: 'delta', seq: 2, items: [{ ...ann, state: 'on_contact' }] });
  expect(delta.removed).toEqual([{ agent: 'bob' }]);
  expect(owner.asked[0]).toEqual({ kind: 'agents', partition: 0, centre: 'default', window: 'today' });
});

test('a subscription of some queues is told of these alone', async () => {
  const { client } = await following({ topic: 'agents', queues: ['help'] }, { agents: [ann, bob] });
  expect((await client.nextOf('agents')).items).toEqual([bob]);
});

test('subscriptions of the same content share a channel, and the owner is asked once for all', async () => {
  const waiting = { contact: 'a', segment: 'a/1', queue: 'sales', state: 'waiting' };
  const { owner, client, gateway } = await following({ topic: 'contacts' }, { contacts: [waiting] });
  const second = await connected(gateway.liveUrl);
  second.send({ op: 'subscribe', id: 't', topic: 'contacts' });
  const first = await client.nextOf('contacts');
  expect((await second.nextOf('contacts')).channel).toBe(first.channel);
  owner.asked.length = 0;
  owner.answer = { contacts: [] };
  expect((await second.nextOf('contacts', 2)).removed).toEqual([
    { contact: 'a', segment: 'a/1', state: 'waiting' },
  ]);
  expect(owner.asked.length).toBeLessThanOrEqual(2);
});

test('while the owner is away nothing is told, and nothing is forgotten', async () => {
  const correction = { id: 1, queue: 'sales', kpis: {} };
  const { owner, client } = await following({ topic: 'corrections' }, { corrections: [correction] });
  await client.nextOf('corrections');
  owner.away = true;
  const asked = owner.asked.length;
  await expect.poll(() => owner.asked.length, { timeout: 5000 }).toBeGreaterThan(asked);
  owner.away = false;
  owner.answer = { corrections: [{ ...correction, id: 2 }, correction] };
  expect(await client.nextOf('corrections', 2)).toMatchObject({ op: 'delta', seq: 2, items: [{ id: 2 }] });
});
