import type { Fact } from '@vigie/metrics';
import { expect, test } from 'vitest';
import { unpackChanges } from '../checkpoint/entity-record.ts';
import { PackedPage } from '../checkpoint/packed-page.ts';
import { Entities, pageOf } from './entities.ts';

const ID = 'contact|call-1';
const AT = 1_763_720_100_000;

function factAt(at: number): Fact {
  return {
    ...{ type: 'message', key: `call-1|message|@chat://1|e-${at}`, at, sequence: '', rank: 5 },
    ...{ source: 'chat://1', id: `e-${at}`, authority: 2, revision: 0, contact: 'call-1' },
    ...{ segment: undefined, queue: 'sales', agent: undefined, channel: 'chat', direction: 'inbound' },
    ...{ word: 'customer', ref: undefined, flags: 0, queuedAt: undefined, holdMs: undefined },
    ...{ wrapMs: undefined, amount: undefined },
  } as Fact;
}

/** Tells of facts of the contact, the last of them dated last. */
function tell(entities: Entities, facts: readonly Fact[]): void {
  const entity = entities.getOrCreate(ID);
  for (const fact of facts) entity.unite(fact, 1000);
  entity.lastAt = facts.at(-1)!.at;
  entities.touch(entity);
}

function taken(entities: Entities, restByMs?: number) {
  return Array.from(unpackChanges(entities.takeChanges(restByMs).changed), ({ isWhole, facts }) => ({
    isWhole,
    facts,
  }));
}

test('what came to rest is told as a whole, and packed as it was told', () => {
  const entities = new Entities();
  tell(entities, [factAt(AT)]);
  expect(taken(entities, AT - 1)).toEqual([{ isWhole: true, facts: [factAt(AT)] }]);
  expect([...entities.hot()]).toHaveLength(1);
  tell(entities, [factAt(AT + 1)]);
  expect(taken(entities, AT + 1)).toEqual([{ isWhole: true, facts: [factAt(AT), factAt(AT + 1)] }]);
  expect([...entities.hot()]).toHaveLength(0);
  const page = new PackedPage(entities.writePage(pageOf(ID)).slice());
  expect(page.get(ID)?.lastAt).toBe(AT + 1);
  expect(entities.get(ID)?.facts).toEqual([factAt(AT), factAt(AT + 1)]);
});

test('of what has much behind it only what is new is told, though it is at rest', () => {
  const entities = new Entities();
  const known = Array.from({ length: 20 }, (_, index) => factAt(AT + index));
  tell(entities, known);
  taken(entities);
  tell(entities, [factAt(AT + 20)]);
  expect(taken(entities, AT + 20)).toEqual([{ isWhole: false, facts: [factAt(AT + 20)] }]);
  expect(entities.cool(entities.get(ID)!)).toBe(true);
  tell(entities, [factAt(AT + 21)]);
  expect(taken(entities)).toEqual([{ isWhole: false, facts: [factAt(AT + 21)] }]);
});

test('what is forgotten and told of anew before the next checkpoint is not united with what it was', () => {
  const entities = new Entities();
  tell(entities, [factAt(AT)]);
  taken(entities);
  entities.remove(ID);
  tell(entities, [factAt(AT + 5)]);
  const { changed, removed } = entities.takeChanges();
  expect(removed).toEqual([]);
  expect([...unpackChanges(changed)]).toMatchObject([{ isWhole: true, facts: [factAt(AT + 5)] }]);
});
