import { describe, expect, test } from 'vitest';
import { event, figure, segment, value, type Short } from './hand-events.ts';

const HOUR = 3600;
const all = { queue: '_all', channel: '_all', window: 'today' };
const config = { cases: { fcrWindow: '1h' } };
const of = (name: string, extra: object = {}) => ({
  case: { id: name, category: 'billing' },
  customer: { key: 'anna' },
  ...extra,
});
const contact = (name: string, from: number, more: Short = of('t')) => [
  ...segment(name, from, 5, 'answered', more),
  event('contact.ended', from + 65, { c: name, s: `${name}/1`, a: 'ada', by: 'agent', ...more }),
];
const solved = [...contact('x', 0), event('case.opened', 1, of('t')), event('case.resolved', 60, of('t'))];

describe('first contact resolution', () => {
  test('is known when its window is over, and provisional before', () => {
    expect(value(solved, 'fcr_rate', 60 + HOUR - 1, { ...all, config })).toBeNull();
    expect(value(solved, 'fcr_provisional_rate', 61, { ...all, config })).toBe(1);
    expect(value(solved, 'fcr_rate', 60 + HOUR + 1, { ...all, config })).toBe(1);
  });

  test('is broken by a reopening, by a second contact before, by one of the same category after', () => {
    const later = (events: typeof solved) => value(events, 'fcr_rate', 2 * HOUR + 1, { ...all, config });
    expect(later([...solved, event('case.reopened', 60 + HOUR, of('t'))])).toBe(0);
    expect(later([...solved, event('case.reopened', 61 + HOUR, of('t'))])).toBe(1);
    expect(later([...solved, ...contact('w', -100)])).toBe(0);
    expect(later([...solved, ...contact('y', 200, of('u'))])).toBe(0);
    expect(later([...solved, ...contact('y', 200, of('u', { case: { id: 'u', category: 'other' } }))])).toBe(
      1,
    );
  });

  test('leaves out cases of unknown customers', () => {
    const anonymous = solved.map((e) => ({ ...e, data: { ...e.data, customer: undefined } }));
    expect(figure(anonymous as never, 'fcr_rate', 2 * HOUR, { ...all, config })).toMatchObject({
      value: null,
      n: 0,
    });
  });
});

test('resolving, reopening and resolving again is two resolutions, one reopening, one case', () => {
  const events = [...solved, event('case.reopened', 100, of('t')), event('case.resolved', 160, of('t'))];
  expect(value(events, 'cases_resolved', 200, all)).toBe(2);
  expect(value(events, 'cases_reopened', 200, all)).toBe(1);
  expect(figure(events, 'resolution_rate', 200, all)).toMatchObject({ value: 1, n: 1 });
  expect(value(events, 'avg_resolution_time', 200, all)).toBe((59 + 159) / 2);
  expect(value(events, 'avg_first_resolution_time', 200, all)).toBe(59);
  expect(value(events, 'open_items_now', 130, all)).toBe(1);
});

test('a repeat is a contact of the same customer and category soon after one that was served', () => {
  const repeat = (more: Short) =>
    figure([...contact('x', 0), ...contact('y', 600, more)], 'repeat_contacts', 700, { ...all, config })
      .value;
  expect(repeat(of('t'))).toBe(1);
  expect(repeat(of('u', { case: { id: 'u', category: 'other' } }))).toBe(0);
  expect(repeat(of('u', { customer: { key: 'ben' } }))).toBe(0);
});
