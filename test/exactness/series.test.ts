import { ALL, type SeriesQuestion } from '@vigie/contracts';
import { answer, PastFigures, type LiveCentre, type Series } from '@vigie/engine';
import { randomCentre } from '@vigie/testkit/generator';
import { expect, test } from 'vitest';
import { contextWith, livedThrough } from './live-world.ts';

const WINDOWS = [{ name: '60m', sizeMs: 3_600_000 }];
const context = contextWith(WINDOWS);
const KPIS = [
  ...['service_level_live', 'abandonment_rate', 'asa', 'wait_p90', 'offered', 'waiting_now'],
  ...['longest_wait_now', 'qos_rate'],
];

const lived = (seed: number): LiveCentre => livedThrough(randomCentre({ seed }), { windows: WINDOWS });

const ask = (centre: LiveCentre, asked: Partial<SeriesQuestion>): Series => {
  const question = {
    ...{ kind: 'series', partition: 0, centre: 'default', queue: '*', kpi: 'offered', window: '60m' },
    ...{ stepMs: 60_000, points: 61, ...asked },
  } as SeriesQuestion;
  return JSON.parse([...answer(centre, question, context).text].join('')) as Series;
};

test('a series says at each of its instants what a past instant says', () => {
  let compared = 0;
  for (let seed = 51; seed <= 54; seed++) {
    const centre = lived(seed);
    const atMs = centre.timeline.now - 1_800_000;
    const past = new PastFigures(centre.facts);
    for (const kpi of KPIS) {
      const series = ask(centre, { kpi, atMs, stepMs: 420_000, points: 9 });
      series.at.forEach((at, index) => {
        const rows = past.rowsAt(Date.parse(at), WINDOWS, undefined);
        for (const { queue, channel, values } of series.rows) {
          const row = rows.find((each) => each.queue === queue && each.channel === channel);
          if (row === undefined || row.kpis[kpi] === undefined) continue;
          expect(values[index], `${kpi} of ${queue}/${channel} at ${at}, seed ${seed}`).toBe(
            row.kpis[kpi].value,
          );
          if (values[index] !== null) compared++;
        }
      });
    }
  }
  expect(compared).toBeGreaterThan(300);
}, 120_000);

test('its instants are whole multiples of its step, and end at the instant asked for', () => {
  const centre = lived(55);
  const wholeMs = Math.floor(centre.timeline.now / 60_000) * 60_000 - 600_000;
  const { at, rows } = ask(centre, { queue: ALL, atMs: wholeMs + 59_500, points: 3 });
  expect(at.map(Date.parse)).toEqual([wholeMs - 120_000, wholeMs - 60_000, wholeMs]);
  expect(rows.every(({ values }) => values.length === 3)).toBe(true);
});

test.each([
  [{ kpi: 'max_wait' }, /not made of sums/],
  [{ kpi: 'occupancy' }, /cannot be told as a series/],
  [{ kpi: 'weather' }, /unknown/],
  [{ queue: 'nowhere' }, /nothing is known/],
  [{ window: '7m' }, /unknown/],
])('a series of %j is refused with the reason', (asked, reason) => {
  expect(() => ask(lived(56), asked)).toThrow(reason);
});
