import { checkConfiguration } from '@vigie/contracts';
import { expect, test } from 'vitest';
import { makeCommit, restoreCheckpoint } from '../checkpoint/checkpoint.ts';
import { partitionKeepingAll } from './keeping-all.ts';
import type { PartitionProcessor } from './partition.ts';

const checked = checkConfiguration({});
if (!checked.ok) throw new Error('the empty configuration is right');
const { configuration } = checked;
const BEGAN = Date.parse('2026-11-21T10:00:00Z');

const event = (type: string, contact: string, atMs: number, more: object = {}) => ({
  ...{
    specversion: '1.0',
    id: `${contact}-${type}-${atMs}`,
    source: 'test://acd',
    type: `vigie.contact.${type}`,
  },
  time: new Date(BEGAN + atMs).toISOString(),
  data: {
    contact: { id: contact, segmentId: `${contact}/1` },
    queue: { id: 'sales' },
    ...(type === 'answered' ? { agent: { id: 'ada' } } : {}),
    ...more,
  },
});
const stated = (waitMs: number): object => ({ measured: { waitMs } });

function read(events: readonly object[]): PartitionProcessor {
  const processor = partitionKeepingAll(0, configuration);
  for (const [offset, each] of events.entries()) {
    const value = new TextEncoder().encode(JSON.stringify(each));
    expect(processor.applyRecord({ offset: BigInt(offset), key: 'default', value })).toEqual([]);
  }
  return processor;
}
const disputed = (processor: PartitionProcessor): number =>
  processor.centre('default').facts.counts.waitsDisputed;

const called = [
  event('queued', 'a', 0),
  event('answered', 'a', 20_000, stated(17_000)),
  event('queued', 'b', 0),
  event('answered', 'b', 20_900, stated(20_000)),
  event('answered', 'c', 20_000, stated(5000)),
  event('queued', 'd', 0),
  event('answered', 'd', 20_000),
];

test('a wait that is stated otherwise than its instants have it is counted, whichever came first', () => {
  expect(disputed(read(called))).toBe(1);
  expect(disputed(read(called.toReversed()))).toBe(1);
  expect(disputed(read([...called, ...called]))).toBe(1);
});

test('the instants count, and the count survives a restart', () => {
  const processor = read(called);
  const { head, page, delta } = makeCommit(processor, 1);
  const restored = partitionKeepingAll(0, configuration);
  const pages = new Map(page === undefined ? [] : [[page.index, page.bytes]]);
  restoreCheckpoint(restored, { head, pages, deltas: [{ seq: 1, bytes: delta }] });
  expect(disputed(restored)).toBe(1);
  const entity = restored.centre('default').facts.entities.get('contact|a');
  expect(entity?.facts.filter(({ type }) => type === 'queued').map(({ at }) => at - BEGAN)).toEqual([
    0, 3000,
  ]);
});
