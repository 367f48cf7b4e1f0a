import type { Alarm, KpiValue, Row } from '@vigie/contracts';
import { describe, expect, test } from 'vitest';

import { formatsOf } from './format.ts';
import { readKpiNames, readQueueNames } from './names.ts';
import { TEXT, type Language } from './text.ts';
import { alarmLines, isAlarmed, needsAct, type Speaking } from './wall-alarms.ts';
import type { ScreenPage } from './wall-pages.ts';

const speaking = (language: Language = 'en'): Speaking => ({
  ...{ text: TEXT[language], formats: formatsOf(language, [], 'Europe/Paris'), language },
  names: {
    queues: readQueueNames({ queues: [{ queue: 'billing', name: 'Facturation' }] }),
    kpis: readKpiNames({
      kpis: [
        { id: 'longest_wait_now', unit: 'seconds', name: { en: 'Longest wait now' } },
        { id: 'service_level_live', unit: 'ratio', name: { en: 'Live SL' } },
        { id: 'occupancy', unit: 'ratio', name: { en: 'Occupancy', fr: "Taux d'occupation" } },
      ],
    }),
  },
});
const alarm = (change: Partial<Alarm> = {}): Alarm => ({
  ...{ id: 'wait:billing', rule: 'wait', queue: 'billing', channel: '_all', kpi: 'longest_wait_now' },
  ...{ window: '30m', state: 'critical', since: '2026-11-22T13:03:12Z', value: 252, n: 1 },
  ...{ warning: null, critical: 240, acknowledged: null, ...change },
});
const acknowledged = { by: 'ada', at: '2026-11-22T13:04:00Z' };
const page = (queues: readonly string[] = []): ScreenPage => ({
  ...{ name: '', queues, figures: ['longest_wait', 'occupancy'], window: '30m' },
  viewing: { distanceM: 5, diagonalInches: 55 },
  ...{ theme: 'auto', language: 'en', timeZone: null, overscan: 0 },
});
const row = (queue: string, kpis: Readonly<Record<string, KpiValue>>): Row => ({
  ...{ queue, channel: queue === '_all' ? '_all' : 'voice', window: '30m', state: 'live', kpis },
});

describe('the line of alarms', () => {
  test('says what is up, how much, since when and who takes care, in the words of the screen', () => {
    expect(alarmLines([alarm()], [page()], speaking())).toEqual([
      { level: 'alert', text: 'Facturation: Longest wait 04:12', note: 'since 14:03' },
    ]);
    const [line] = alarmLines(
      [alarm({ kpi: 'occupancy', value: 0.91, state: 'warning', acknowledged })],
      [page()],
      speaking('fr'),
    );
    expect([line?.level, line?.text, line?.note].join('|').replace(/[\u00a0\u202f]/g, ' ')).toBe(
      "warn|Facturation : Taux d'occupation 91,0 %|depuis 14:03 · vue par ada",
    );
  });

  test('those that need somebody come first, then the newest; what is over, off or of others is not there', () => {
    const lines = alarmLines(
      [
        alarm({ id: 'seen', value: 1, acknowledged }),
        alarm({ id: 'old', value: 2, since: '2026-11-22T10:00:00Z' }),
        alarm({ id: 'warning', value: 3, state: 'warning' }),
        alarm({ id: 'new', value: 4 }),
        alarm({ id: 'over', state: 'ok' }),
        alarm({ id: 'off', state: 'off' }),
        alarm({ id: 'other', queue: 'sales' }),
      ],
      [page(['bill*'])],
      speaking(),
    );
    expect(lines.map(({ text }) => text.slice(-2))).toEqual(['04', '02', '03', '01']);
  });
});

test('a page is in alarm for its own queues until somebody has seen it; the total is of pages of everything', () => {
  expect(isAlarmed(page(), [alarm()])).toBe(true);
  expect(isAlarmed(page(['sales']), [alarm()])).toBe(false);
  expect(isAlarmed(page(), [alarm({ acknowledged })])).toBe(false);
  expect(isAlarmed(page(), [alarm({ state: 'warning' })])).toBe(false);
  expect([
    isAlarmed(page(), [alarm({ queue: '_all' })]),
    isAlarmed(page(['a']), [alarm({ queue: '_all' })]),
  ]).toEqual([true, false]);
});

describe('what is to be heard', () => {
  const red: KpiValue = { value: 0.58, n: 64, target: 0.8, status: 'alert' };
  const waits: KpiValue = { value: 252, status: 'alert' };

  test('is each figure that is red and each critical alarm, once, in words that can be said', () => {
    const rows = [
      row('_all', { service_level_live: { ...red, status: 'warn' } }),
      row('billing', { service_level_live: red, longest_wait_now: waits }),
    ];
    expect([...needsAct(rows, [page(), page(['billing'])], [alarm()], speaking()).values()].sort()).toEqual([
      'Facturation: Longest wait 4 minutes 12 seconds',
      'Facturation: Service level 58 percent',
    ]);
    expect([...needsAct(rows, [page()], [], speaking('fr')).values()][0]?.replace(/\u00a0/g, ' ')).toMatch(
      /^Facturation : (Niveau de service 58 pour cent|Attente la plus longue 4 minutes 12 secondes)$/,
    );
  });

  test('is not what somebody has seen, whether told by a rule or by its target', () => {
    const rows = [row('billing', { longest_wait_now: waits })];
    expect(needsAct(rows, [page()], [alarm({ acknowledged })], speaking()).size).toBe(0);
    expect(needsAct(rows, [page()], [alarm({ queue: 'sales', acknowledged })], speaking()).size).toBe(1);
  });

  test('is nothing of queues that the screen does not show', () => {
    expect(
      needsAct([row('billing', { longest_wait_now: waits })], [page(['sales'])], [], speaking()).size,
    ).toBe(0);
  });
});
