import type { CanonicalEvent } from '@vigie/contracts';
import { expect, test } from 'vitest';
import { shiftEvent } from './shift.ts';

const event = (type: string, data: object): CanonicalEvent =>
  ({
    specversion: '1.0',
    id: '2026-11-23T09:00:00Z',
    source: 's',
    type,
    time: '2026-11-23T09:00:00.000Z',
    ingestedtime: '2026-11-23T09:00:01.000Z',
    data,
  }) as unknown as CanonicalEvent;
const HOUR_MS = 3_600_000;

test('every instant moves by the same, at any depth and in any spelling', () => {
  const { time, data } = shiftEvent(
    event('vigie.source.snapshot', {
      upTo: '2026-11-23T10:00:00+01:00',
      dueAt: '2026-11-23T09:30:00.1239Z',
      queues: [{ id: 'q', waiting: [{ segmentId: 's1', queuedAt: '2026-11-23T08:59:00Z' }] }],
      sources: [{ source: 's', upTo: '2026-11-23T09:00:00Z' }],
    }),
    HOUR_MS,
  );
  expect(time).toBe('2026-11-23T10:00:00.000Z');
  expect(data).toEqual({
    upTo: '2026-11-23T10:00:00.000Z',
    dueAt: '2026-11-23T10:30:00.123Z',
    queues: [{ id: 'q', waiting: [{ segmentId: 's1', queuedAt: '2026-11-23T09:59:00.000Z' }] }],
    sources: [{ source: 's', upTo: '2026-11-23T10:00:00.000Z' }],
  });
});

test('ids, dates and other texts stay, and ingestedtime goes', () => {
  const data = {
    name: 'cost',
    date: '2026-11-23',
    value: 3,
    contact: { id: '2026-11-23T09:00:00Z', segmentId: '2026-11-23T09:00:00Z' },
    customer: { key: '2026-11-23T09:00:00Z' },
    measured: { waitMs: 1000 },
  };
  const moved = shiftEvent(event('vigie.business.figure', data), HOUR_MS);
  expect(moved.data).toEqual(data);
  expect(moved.id).toBe('2026-11-23T09:00:00Z');
  expect(moved).not.toHaveProperty('ingestedtime');
});
