import { makeCommit, type PartitionProcessor, restoreCheckpoint, type StoredCheckpoint } from '@vigie/engine';
import { duplicateSome, randomCentre, shuffle, type RandomCentre } from '@vigie/testkit/generator';
import { describe, expect, test } from 'vitest';
import { processorFor } from './partition-world.ts';

const encoder = new TextEncoder();

const processorOf = ({ config, startMs }: RandomCentre): PartitionProcessor =>
  processorFor(config, startMs, { windows: [] });

function applyAll(processor: PartitionProcessor, events: readonly object[]): void {
  for (const event of events) {
    const value = encoder.encode(JSON.stringify(event));
    processor.applyRecord({ offset: processor.nextOffset, key: 'default', value });
  }
}

/** Everything that any entity has received, and what those who told it come to now. */
function received(processor: PartitionProcessor): { held: string[]; told: string[] } {
  const { facts } = processor.centre('default');
  facts.settle();
  const held: string[] = [];
  const told: string[] = [];
  for (const entity of facts.entities.since(Number.NEGATIVE_INFINITY)) {
    for (const link of entity.links.byKey.values()) held.push(JSON.stringify(link));
    for (const link of facts.judgementOf(entity).links) told.push(JSON.stringify(link));
  }
  return { held: held.sort(), told: told.sort() };
}

function commitsOf(
  processor: PartitionProcessor,
  events: readonly object[],
  every: number,
): StoredCheckpoint {
  const pages = new Map<number, Uint8Array>();
  const deltas: { seq: number; bytes: Uint8Array }[] = [];
  let head: Uint8Array | undefined;
  let seq = 0;
  for (let i = 0; i < events.length; i += every) {
    applyAll(processor, events.slice(i, i + every));
    const commit = makeCommit(processor, ++seq);
    head = commit.head;
    if (commit.page !== undefined) pages.set(commit.page.index, commit.page.bytes);
    deltas.push({ seq, bytes: commit.delta });
  }
  if (head === undefined) throw new Error('no event was committed');
  return { head, pages, deltas };
}

describe('links', () => {
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

  test.each(seeds)(
    'are what everybody tells now, in any order of events and repetition (seed %i)',
    (seed) => {
      const world = randomCentre({ seed });
      const inOrder = processorOf(world);
      applyAll(inOrder, world.events);
      const { held, told } = received(inOrder);
      expect(held.length).toBeGreaterThan(10);
      expect(held).toEqual(told);
      const shuffled = processorOf(world);
      applyAll(shuffled, shuffle(duplicateSome(world.events, seed), seed));
      expect(received(shuffled).held).toEqual(held);
    },
  );

  test.each(seeds)('survive a restart at any moment with those who received them (seed %i)', (seed) => {
    const world = randomCentre({ seed });
    const events = shuffle(world.events, seed);
    const half = Math.floor(events.length / 2);
    const restored = processorOf(world);
    restoreCheckpoint(restored, commitsOf(processorOf(world), events.slice(0, half), 5));
    applyAll(restored, events.slice(half));
    const steady = processorOf(world);
    applyAll(steady, events);
    expect(received(restored)).toEqual(received(steady));
  });

  test('stay with their receiver when the contact that told them is forgotten', () => {
    const world = randomCentre({ seed: 1 });
    const processor = processorOf(world);
    applyAll(processor, world.events);
    const before = received(processor).held;
    const { facts } = processor.centre('default');
    for (const entity of [...facts.entities.since(Number.NEGATIVE_INFINITY)]) {
      if (entity.id.startsWith('contact|')) facts.evict(entity);
    }
    expect(received(processor).held).toEqual(before);
  });
});
