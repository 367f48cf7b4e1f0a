import { describe, expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import { parseAt, resolveAt } from './at.ts';

const inParis = (text: string): string =>
  new Date(resolveAt(parseAt(text), ['Europe/Paris'], () => 'Europe/Paris')).toISOString();

test.each([
  ['2026-11-23T10:15:00Z', '2026-11-23T10:15:00.000Z'],
  ['2026-11-23T10:15+01:00', '2026-11-23T09:15:00.000Z'],
  ['2026-11-23t10:15:30.250z', '2026-11-23T10:15:30.250Z'],
  ['2026-11-23T10:15', '2026-11-23T09:15:00.000Z'],
  ['2026-07-01 10:15:07', '2026-07-01T08:15:07.000Z'],
  ['2026-10-25T01:59:59.999', '2026-10-24T23:59:59.999Z'],
  ['2026-10-25T03:00', '2026-10-25T02:00:00.000Z'],
  ['2026-10-25T02:30+01:00', '2026-10-25T01:30:00.000Z'],
])('%s in Paris is %s', (text, instant) => {
  expect(inParis(text)).toBe(instant);
});

test('a local time that the clock showed twice is refused, with both ways to write it', () => {
  expect(() => inParis('2026-10-25T02:30')).toThrow(UsageError);
  expect(() => inParis('2026-10-25T02:30')).toThrow(
    /ambiguous.*2026-10-25T02:30:00\+02:00 or 2026-10-25T02:30:00\+01:00/,
  );
});

test('a local time that the clock never showed is refused', () => {
  expect(() => inParis('2026-03-29T02:30')).toThrow(/does not exist in Europe\/Paris/);
});

test.each([
  '10:15',
  '2026-11-23',
  'yesterday',
  '2026-02-30T10:00',
  '2026-11-23T25:00',
  '2026-11-23T10:15+1',
  '',
])('"%s" is no time', (text) => {
  expect(() => parseAt(text)).toThrow(/is not a time/);
});

describe('a centre that moves to another zone', () => {
  const movedMs = Date.parse('2026-11-23T12:00:00Z');
  const zoneAt = (timeMs: number): string => (timeMs < movedMs ? 'Europe/Paris' : 'America/New_York');
  const at = (text: string): string =>
    new Date(resolveAt(parseAt(text), ['Europe/Paris', 'America/New_York'], zoneAt)).toISOString();

  test('has its old zone before and its new one after', () => {
    expect(at('2026-11-23T06:00')).toBe('2026-11-23T05:00:00.000Z');
    expect(at('2026-11-23T14:00')).toBe('2026-11-23T19:00:00.000Z');
  });

  test('has some local times twice', () => {
    expect(() => at('2026-11-23T10:00')).toThrow(/ambiguous/);
  });
});
