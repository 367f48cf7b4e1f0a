import { assert, option, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';

import { admit } from './admission.ts';

const NOW_MS = Date.parse('2026-11-21T10:15:00.000Z');
const limits = { allowedLatenessMs: 86_400_000, futureToleranceMs: 60_000 };

test('a line is the event as it came, with our centre and instant, and its bytes are counted right', () => {
  const arbitrary = record({
    note: string({ unit: 'binary', maxLength: 50 }),
    centre: option(record({ value: string({ minLength: 1, maxLength: 9 }) }), { nil: undefined }),
    hasInstant: option(string(), { nil: undefined }),
  });
  assert(
    property(arbitrary, ({ note, centre, hasInstant }) => {
      const event: Record<string, unknown> = {
        specversion: '1.0',
        id: 'e',
        source: 's',
        type: 'vigie.source.restarted',
        time: '2026-11-21T10:14:59.000Z',
        data: { note, ['é']: [null, 1.5e300, { note }] },
        ...(centre === undefined ? {} : { centre: centre.value.replaceAll(/[^A-Za-z0-9]/g, 'x') }),
        ...(hasInstant === undefined ? {} : { ingestedtime: '2001-01-01T00:00:00.000Z' }),
      };
      const admission = admit(event, { nowMs: NOW_MS, limits, defaultCentre: 'lyon' });
      if (!admission.ok) throw new Error(admission.rejection.reason);
      const { line, bytes } = admission.event;
      expect(JSON.parse(line)).toEqual({
        ...(JSON.parse(JSON.stringify(event)) as object),
        centre: event['centre'] ?? 'lyon',
        ingestedtime: '2026-11-21T10:15:00.000Z',
      });
      expect(admission.event.centre).toBe(event['centre'] ?? 'lyon');
      expect(bytes).toBe(Buffer.byteLength(line));
      expect(line).not.toContain('\n');
    }),
  );
});

const OLD = {
  specversion: '1.0',
  id: 'e',
  source: 's',
  type: 'vigie.source.restarted',
  time: '2026-09-01T08:00:00.000Z',
  data: {},
};

test('history comes in at its own time, however old it is', () => {
  const rules = { nowMs: NOW_MS, limits, defaultCentre: 'lyon' };
  expect(admit(OLD, rules)).toMatchObject({ ok: false, rejection: { code: 'late' } });
  const admission = admit(OLD, { ...rules, isHistory: true });
  if (!admission.ok) throw new Error(admission.rejection.reason);
  expect(JSON.parse(admission.event.line)).toMatchObject({ time: OLD.time, ingestedtime: OLD.time });
  const future = { ...OLD, time: '2026-11-21T11:15:00.000Z' };
  expect(admit(future, { ...rules, isHistory: true })).toMatchObject({ rejection: { code: 'future' } });
});

test('versions of the configuration come in with history alone', () => {
  const data = { version: 'v1', effectiveFrom: '2026-09-01T08:00:00Z', body: {} };
  const version = { ...OLD, type: 'vigie.config.changed', data };
  const rules = { nowMs: NOW_MS, limits, defaultCentre: 'lyon' };
  expect(admit(version, rules)).toMatchObject({ ok: false, rejection: { code: 'invalid' } });
  expect(admit(version, { ...rules, isHistory: true }).ok).toBe(true);
});
