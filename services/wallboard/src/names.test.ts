import { expect, test } from 'vitest';

import { nameOfRow, readKpiNames, readQueueNames, thresholdRange } from './names.ts';
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
  expect(queues.get('b')).toEqual({ name: 'b', team: null, thresholds: new Map() });
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
