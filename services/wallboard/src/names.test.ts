import { expect, test } from 'vitest';

import { nameOfRow, opensNext, readCentre, readKpiNames, readQueueNames, thresholdRange } from './names.ts';
import { TEXT } from './text.ts';

const queues = readQueueNames({
  queues: [
    { queue: 'a', name: 'Ventes', channels: { voice: { threshold: '20s' }, chat: { threshold: 60 } } },
    { queue: 'b', name: null, channels: null },
    null,
  ],
});
const row = (queue: string, channel: string) => ({
  queue,
  channel,
  window: '30m',
  state: 'live' as const,
  kpis: {},
});

test('names and thresholds are read as far as they can be understood', () => {
  expect(queues.get('a')?.name).toBe('Ventes');
  expect(queues.get('b')).toEqual({ name: 'b', team: null, thresholds: new Map(), opensMs: new Map() });
  expect(readKpiNames('nonsense').size).toBe(0);
  expect(readKpiNames({ kpis: [{ id: 'asa', name: { en: 'ASA' } }] }).get('asa')?.name.fr).toBe('ASA');
});

test('a queue of several channels is named with each, in the language of the page', () => {
  const names = { queues, kpis: new Map() };
  const name = (queue: string, channel: string): string =>
    nameOfRow(row(queue, channel), names, new Set(['a']), TEXT.fr);
  expect([name('a', 'voice'), name('a', 'fax'), name('b', 'voice'), name('_other', '_all')]).toEqual([
    'Ventes · appels',
    'Ventes · fax',
    'b',
    'Autres files',
  ]);
});

test('thresholds are told as a range, and not at all when one is unknown', () => {
  const names = { queues, kpis: new Map() };
  expect(thresholdRange([row('a', 'voice'), row('a', 'chat')], names)).toEqual({ least: 20, most: 60 });
  expect(thresholdRange([row('a', 'voice'), row('b', 'voice')], names)).toBeNull();
  expect(thresholdRange([], names)).toBeNull();
});

test('of closed queues the one that opens first is told, and of open ones nothing', () => {
  const opensAt = (channel: string, hour: string) => ({ [channel]: { opensAt: `2026-11-23T${hour}:00Z` } });
  const names = {
    queues: readQueueNames({
      queues: [
        { queue: 'a', channels: { ...opensAt('voice', '08:00'), ...opensAt('chat', '07:00') } },
        { queue: 'b', channels: { voice: {} } },
      ],
    }),
    kpis: new Map(),
  };
  const at = Date.parse('2026-11-22T20:00:00Z');
  const next = (...rows: Parameters<typeof opensNext>[0]): number | null => opensNext(rows, names, at);
  expect(next(row('a', 'voice'), row('b', 'voice'))).toBe(Date.parse('2026-11-23T08:00:00Z'));
  expect(next(row('a', '_all'))).toBe(Date.parse('2026-11-23T07:00:00Z'));
  expect(next(row('b', 'voice'))).toBeNull();
  expect(opensNext([row('a', 'voice')], names, Date.parse('2026-11-23T09:00:00Z'))).toBeNull();
});

test('of the centre its name and a zone that is one are read', () => {
  expect(readCentre({ centre: { name: 'Lyon', timeZone: 'Europe/Paris' } })).toEqual({
    ...{ name: 'Lyon', timeZone: 'Europe/Paris' },
  });
  expect(readCentre({ centre: { name: 'default', timeZone: 'Mars' } })).toEqual({ name: '', timeZone: null });
});
