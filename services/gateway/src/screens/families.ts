import type { MetricFamily } from '@vigie/service-kit';
import { SCREEN_STATES, type ScreenEntry } from './screens.ts';

/** The screens of this gateway; of one that is connected to another gateway the greatest values are true. */
export function screenFamilies(screens: readonly ScreenEntry[], refused: number): MetricFamily[] {
  const gauge = (name: string, help: string, samples: MetricFamily['samples']): MetricFamily => ({
    ...{ name, help, samples },
    type: 'gauge',
  });
  return [
    gauge(
      'vigie_screen_state',
      '1 for the state of a wall screen; absent only where no other gateway has it.',
      screens.flatMap(({ screen, state }) =>
        SCREEN_STATES.map((each) => ({ value: each === state ? 1 : 0, labels: { screen, state: each } })),
      ),
    ),
    gauge(
      'vigie_screen_last_report_timestamp_seconds',
      'When a wall screen last reported.',
      screens.flatMap(({ screen, reportedAt }) =>
        reportedAt === null ? [] : [{ value: Date.parse(reportedAt) / 1000, labels: { screen } }],
      ),
    ),
    gauge(
      'vigie_screen_lag_seconds',
      'Age of the figures that a connected wall screen shows.',
      screens.flatMap(({ screen, lag, connections }) =>
        lag === null || connections === 0 ? [] : [{ value: lag, labels: { screen } }],
      ),
    ),
    gauge(
      'vigie_screen_info',
      'Build and page of a connected wall screen.',
      screens.flatMap(({ screen, version, page, connections }) =>
        version === null || connections === 0
          ? []
          : [{ value: 1, labels: { screen, version, page: page ?? '' } }],
      ),
    ),
    {
      name: 'vigie_screens_refused_total',
      help: 'Wall screens without a key that were not taken in for want of room.',
      type: 'counter',
      samples: [{ value: refused }],
    },
  ];
}
