import type { Status, TargetSetting } from '@vigie/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kpiOf } from './catalogue.ts';
import { count, ratio, type Figure } from './kpi.ts';
import { nextStatus, statusOf, UNJUDGED, type StatusState } from './status.ts';

const SECOND = 1000;
const serviceLevel = kpiOf('service_level')!;
const abandonment = kpiOf('abandonment_rate')!;
const waiting = kpiOf('waiting_now')!;
const target: TargetSetting = { target: 0.8, warn: 0.7, minSample: 10, holdMs: 3000, hysteresis: 0.02 };

/** What is shown after each second of a run. */
function run(figures: readonly Figure[], by: TargetSetting = target, kpi = serviceLevel): Status[] {
  let state: StatusState = UNJUDGED;
  return figures.map((figure, second) => {
    state = nextStatus(state, figure, by, kpi, second * SECOND);
    return state.shown;
  });
}

const percent = (...values: readonly number[]): Figure[] => values.map((value) => ratio(value, 100));
const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);

describe('the plain comparison', () => {
  test('is made on counts: 180 of 200 meets 0.9', () => {
    const strict = { ...target, target: 0.9 };
    expect(statusOf(ratio(180, 200), strict, serviceLevel)).toBe('ok');
    expect(statusOf(ratio(179, 200), strict, serviceLevel)).toBe('warn');
  });

  test('is mirrored where lower is better', () => {
    const few = { ...target, target: 0.05, warn: 0.08 };
    expect([5, 8, 9].map((left) => statusOf(ratio(left, 100), few, abandonment))).toEqual([
      'ok',
      'warn',
      'alert',
    ]);
  });

  test('asks for a sample of ratios and means, not of counts and figures of now', () => {
    expect(statusOf(ratio(9, 9), target, serviceLevel)).toBe('none');
    expect(statusOf(count(3), { ...target, target: 2, warn: 3 }, waiting)).toBe('warn');
  });

  test('without a warning limit a missed target alerts', () => {
    const { warn: _warn, ...hard } = target;
    expect(statusOf(ratio(79, 100), hard, serviceLevel)).toBe('alert');
  });
});

describe('what is shown', () => {
  test('changes after it held', () => {
    expect(run(percent(90, 90, 90, 90, 60, 60, 60, 60))).toEqual([
      ...times(3, 'none'),
      'ok',
      ...times(3, 'ok'),
      'alert',
    ]);
  });

  test('does not change when the figure came back before', () => {
    expect(run(percent(...times(4, 90), 60, 60, 90, 60, 60, 90)).slice(3)).toEqual(times(7, 'ok'));
  });

  test('is left only beyond the hysteresis, on either side', () => {
    const warned = run(percent(...times(4, 75), ...times(5, 81), ...times(5, 69), ...times(5, 82)));
    expect(warned.slice(3, 14)).toEqual(times(11, 'warn'));
    expect(warned.at(-1)).toBe('ok');
    expect(run(percent(...times(4, 90), ...times(5, 78))).at(-1)).toBe('ok');
    expect(run(percent(...times(4, 90), ...times(5, 77))).at(-1)).toBe('warn');
  });

  test('goes by the mildest step that held, so that a figure swinging between two bad verdicts is not good', () => {
    const swinging = percent(...times(4, 90), 75, 60, 75, 60, 75, 60);
    expect(run(swinging).slice(3)).toEqual([...times(4, 'ok'), ...times(3, 'warn')]);
    const falling = percent(...times(4, 90), 75, 75, 60, 60, 60, 60);
    expect(run(falling).slice(7)).toEqual(['warn', 'warn', 'alert']);
  });

  test('is none at once without a value or a sample, and the next verdict has to hold again', () => {
    const figures = [...percent(...times(4, 90)), ratio(0, 0), ...percent(90, 90, 90, 90), ratio(9, 9)];
    expect(run(figures).slice(3)).toEqual(['ok', 'none', 'none', 'none', 'none', 'ok', 'none']);
  });

  test('without hold and hysteresis is the plain comparison', () => {
    const plain = { ...target, holdMs: 0, hysteresis: 0 };
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(30), fc.nat(30))), (samples) => {
        const figures = samples.map(([hits, misses]) => ratio(hits, hits + misses));
        expect(run(figures, plain)).toEqual(figures.map((figure) => statusOf(figure, plain, serviceLevel)));
      }),
    );
  });

  test('follows a figure that stays where it is, and never lingers at a state it has left for the hold', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 50, max: 100 }), { minLength: 1 }), (values) => {
        const shown = run(percent(...values, ...times(4, values.at(-1)!)), { ...target, hysteresis: 0 });
        expect(shown.at(-1)).toBe(statusOf(ratio(values.at(-1)!, 100), target, serviceLevel));
        for (let second = 3; second < values.length; second++) {
          const plain = percent(...values.slice(second - 3, second + 1)).map((figure) =>
            statusOf(figure, target, serviceLevel),
          );
          if (plain.every((status) => status !== 'ok')) expect(shown[second]).not.toBe('ok');
        }
      }),
    );
  });
});
