import type { KpiValue, Row } from '@vigie/contracts';

import { formatsOf } from '../format.ts';
import { readKpiNames, readQueueNames } from '../names.ts';
import { TEXT, type Language } from '../text.ts';
import type { Moment } from './moment.ts';
import { DESK_TEXT } from './text.ts';

export const NOW_MS = Date.UTC(2026, 10, 21, 13, 0, 0);
const names = {
  queues: readQueueNames({
    queues: [
      { queue: 'billing', name: 'Facturation', team: 'care', channels: { voice: { threshold: 20 } } },
      { queue: 'sales', name: 'Ventes', team: 'sales', channels: { voice: { threshold: 15 } } },
      { queue: 'web', name: 'Site web', team: null, channels: { chat: { threshold: 60 } } },
    ],
  }),
  kpis: readKpiNames({
    kpis: [{ id: 'service_level', name: { en: 'Service level', fr: 'Niveau de service' }, unit: 'ratio' }],
  }),
};

export function row(queue: string, channel: string, kpis: Readonly<Record<string, KpiValue>>): Row {
  return { queue, channel, window: '30m', state: 'live', kpis };
}

/** A fresh moment with these rows. */
export function momentOf(rows: readonly Row[], language: Language = 'en'): Moment {
  const formats = formatsOf(language, [], 'UTC');
  return {
    rows,
    context: {
      ...{ atMs: NOW_MS, ageMs: 0, lost: false, asOfMs: NOW_MS },
      ...{ text: TEXT[language], formats, names, language, window: '30m' },
    },
    desk: DESK_TEXT[language],
    banner: null,
    isPast: false,
  };
}
