import { parseEvent, resolveSemantic } from '@vigie/contracts';
import { expect, test } from 'vitest';
import { makeCommit, restoreCheckpoint } from '../checkpoint/checkpoint.ts';
import { MAX_CORRECTIONS } from './corrections.ts';
import type { LiveCentre } from './live-centre.ts';
import { PartitionProcessor, type PartitionOptions } from './partition.ts';

const NOW = Date.parse('2026-11-21T10:10:00Z');
const options: PartitionOptions = {
  partition: 0,
  base: resolveSemantic({}),
  presentation: { targetsOf: () => new Map() } as never,
  windows: [{ name: 'today', sizeMs: undefined }],
  limits: { queues: 100, factsPerContact: 2000, factsPerEntity: 1000, centres: 10 } as never,
  retainMs: 27 * 3_600_000,
  systemSource: 'vigie://system',
};

class Service {
  readonly processor = new PartitionProcessor(options, NOW);
  #offset = 0n;
  now = NOW;

  get centre(): LiveCentre {
    return this.processor.centre('default');
  }

  tell(type: string, contact: string, secondsAgo: number, data: object = {}): void {
    const event = {
      specversion: '1.0',
      id: `${contact}-${type}-${this.#offset}`,
      source: 'test://pbx',
      type: `vigie.${type}`,
      time: new Date(NOW - secondsAgo * 1000).toISOString(),
      data: {
        contact: { id: contact, segmentId: `${contact}/1`, channel: 'voice' },
        queue: { id: 'sales' },
        ...data,
      },
    };
    expect(parseEvent(event).ok).toBe(true);
    const value = new TextEncoder().encode(JSON.stringify(event));
    this.processor.applyRecord({ offset: this.#offset++, key: 'default', value });
  }

  /** A second passes, and what there is then is shown. */
  show(): void {
    this.now += 1000;
    this.processor.advance(this.now);
    this.centre.corrections.shown(this.now);
  }
}

function shown(): Service {
  const service = new Service();
  service.tell('contact.queued', 'a', 300);
  service.tell('contact.answered', 'a', 290, { agent: { id: 'ann' } });
  service.show();
  return service;
}

test('what comes in time corrects nothing', () => {
  const service = shown();
  service.tell('contact.queued', 'b', 3);
  service.show();
  expect(service.centre.corrections.list).toEqual([]);
});

test('what is stored as counted is stored as corrected, though nobody was shown it yet', () => {
  const service = shown();
  const commits = [makeCommit(service.processor, 1)];
  service.tell('contact.queued', 'late', 200);
  service.tell('contact.abandoned', 'late', 150);
  commits.push(makeCommit(service.processor, 2));
  const next = new PartitionProcessor(options, service.now);
  restoreCheckpoint(next, {
    head: commits[1]!.head,
    pages: new Map(commits.map(({ page }) => [page!.index, page!.bytes])),
    deltas: commits.map(({ seq, delta: bytes }) => ({ seq, bytes })),
  });
  const { corrections } = next.centre('default');
  expect(corrections.list.find(({ queue }) => queue === 'sales')).toMatchObject({
    ...{ reason: 'late', contacts: ['late'] },
    kpis: { offered: { from: { value: 1 }, to: { value: 2 } } },
  });
});

test('a call that is told minutes late changes figures that were shown: which, from what, to what, and why', () => {
  const service = shown();
  service.tell('contact.queued', 'late', 200);
  service.tell('contact.abandoned', 'late', 150);
  service.show();
  const ofSales = service.centre.corrections.list.find(({ queue }) => queue === 'sales');
  expect(ofSales).toMatchObject({
    ...{ queue: 'sales', channel: 'voice', reason: 'late', contacts: ['late'] },
    ...{ start: '2026-11-21T10:00:00.000Z', end: '2026-11-21T10:15:00.000Z' },
    kpis: {
      offered: { from: { value: 1, n: 1 }, to: { value: 2, n: 2 } },
      abandonment_rate: { from: { value: 0, n: 1 }, to: { value: 0.5, n: 2 } },
    },
  });
  expect(Object.keys(ofSales?.kpis ?? {})).not.toContain('asa');
  const ofAll = service.centre.corrections.list.find(({ queue }) => queue === '_all');
  expect(ofAll?.kpis['missed_contacts']).toEqual({ from: { value: 0, n: 0 }, to: { value: 1, n: 1 } });
});

test('what was told before and is taken back is a correction', () => {
  const service = shown();
  service.tell('contact.answered', 'a', 280, { agent: { id: 'ann' }, authority: 'record' });
  service.show();
  const [correction] = service.centre.corrections.list.filter(({ queue }) => queue === 'sales');
  expect(correction).toMatchObject({
    reason: 'corrected',
    kpis: { asa: { from: { value: 10 }, to: { value: 20 } } },
  });
  expect(service.centre.corrections.counts.corrected).toBeGreaterThan(0);
});

test('a restart of a source is told as the reason', () => {
  const service = new Service();
  service.tell('contact.queued', 'a', 300);
  service.show();
  service.tell('source.restarted', 'x', 100);
  service.show();
  expect(service.centre.corrections.list.map(({ reason }) => reason)).toContain('restarted');
});

test('what was late before a restart is not corrected because of it', () => {
  const service = shown();
  service.tell('contact.queued', 'late', 200);
  service.tell('contact.abandoned', 'late', 150);
  service.tell('source.restarted', 'x', 100);
  service.show();
  expect(new Set(service.centre.corrections.list.map(({ reason }) => reason))).toEqual(new Set(['late']));
});

test('corrections outlive a restart, and the oldest make way', () => {
  const service = shown();
  service.tell('contact.queued', 'late', 200);
  service.show();
  const commit = makeCommit(service.processor, 1);
  const restored = new PartitionProcessor(options, NOW);
  const deltas = [{ seq: 1, bytes: commit.delta }];
  const pages = new Map([[1, commit.page!.bytes]]);
  restoreCheckpoint(restored, { head: commit.head, pages, deltas });
  const { corrections } = restored.centre('default');
  expect(corrections.list).toEqual(service.centre.corrections.list);
  expect(corrections.list.length).toBeGreaterThan(0);
  expect(corrections.lateBeforeMs).toBe(service.centre.corrections.lateBeforeMs);
  for (let n = 0; n < MAX_CORRECTIONS; n++) {
    service.tell('contact.queued', `late-${n}`, 200);
    service.show();
  }
  expect(service.centre.corrections.list).toHaveLength(MAX_CORRECTIONS);
});
