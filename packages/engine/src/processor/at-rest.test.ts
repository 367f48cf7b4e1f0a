import { parseEvent, resolveSemantic } from '@vigie/contracts';
import type { WorkLink } from '@vigie/metrics';
import { expect, test } from 'vitest';
import { makeCommit } from '../checkpoint/checkpoint.ts';
import { PartitionProcessor, type PartitionOptions } from './partition.ts';

const NOW = Date.parse('2026-11-21T10:10:00Z');
const options = {
  partition: 0,
  base: resolveSemantic({}),
  presentation: { targetsOf: () => new Map() },
  windows: [{ name: 'today', sizeMs: undefined }],
  limits: { queues: 100, factsPerContact: 2000, factsPerEntity: 1000, centres: 10 },
  retainMs: 27 * 3_600_000,
  systemSource: 'vigie://system',
} as never as PartitionOptions;

test('a call that counts for its agent alone is at work until his work ends, and ends when its source restarts', () => {
  const processor = new PartitionProcessor(options, NOW);
  let offset = 0n;
  const tell = (type: string, secondsAgo: number, data: object): void => {
    const time = new Date(NOW - secondsAgo * 1000).toISOString();
    const event = {
      ...{ specversion: '1.0', id: `${type}-${offset}`, source: 'test://pbx', type: `vigie.${type}`, time },
      ...{ ingestedtime: new Date(NOW).toISOString(), data },
    };
    expect(parseEvent(event).ok).toBe(true);
    const value = new TextEncoder().encode(JSON.stringify(event));
    processor.applyRecord({ offset: offset++, key: 'default', value });
  };
  const workUntil = (): number | undefined => {
    const { facts } = processor.centre('default');
    facts.settle();
    const [work] = facts.entities.get('agent|ann')?.links.byKey.values() ?? [];
    return (work as WorkLink | undefined)?.endAt;
  };
  const contact = { id: 'out', segmentId: 'out/1', channel: 'voice', direction: 'outbound' };
  tell('contact.answered', 300, { contact, queue: { id: 'sales' }, agent: { id: 'ann' } });
  makeCommit(processor, 1);
  expect(workUntil()).toBeGreaterThan(NOW);
  tell('source.restarted', 60, {});
  expect(workUntil()).toBe(NOW - 60_000);
});
