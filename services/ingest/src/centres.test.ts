import type { StoredConfigVersion } from '@vigie/engine';
import { describe, expect, test } from 'vitest';

import { Centres } from './centres.ts';
import { effectiveFrom, type SystemEvent } from './system-events.ts';

const NOW_MS = Date.parse('2026-11-21T10:15:30.000Z');

function centresOn(
  stored: StoredConfigVersion[],
  {
    version = 'v1',
    maxCentres = 3,
    failStoring = false,
  }: { version?: string; maxCentres?: number; failStoring?: boolean } = {},
) {
  const appended: SystemEvent[] = [];
  const centres = new Centres({
    log: {
      configVersions: async () => [...stored],
      storeConfigVersion: async (entry) => {
        if (failStoring) throw new Error('killed between the two writes');
        stored.push(entry);
      },
    },
    append: async (event) => void appended.push(event),
    clock: () => NOW_MS,
    semantic: { version, body: { centre: { timeZone: 'UTC' } } },
    futureToleranceMs: 60_000,
    configured: 'default',
    maxCentres,
  });
  const bodies = () => appended.map(({ line }) => JSON.parse(line) as { data: StoredConfigVersion });
  return { centres, appended, bodies };
}

describe('the semantic configuration of a centre', () => {
  test('the first one holds since ever, and is stored after it was appended', async () => {
    const stored: StoredConfigVersion[] = [];
    const { centres, bodies } = centresOn(stored);
    await centres.warmUp();
    expect(bodies()).toEqual([
      {
        specversion: '1.0',
        id: 'config-default-v1-1970-01-01T00:00:00.000Z',
        source: 'vigie://ingest',
        type: 'vigie.config.changed',
        time: '2026-11-21T10:15:30.000Z',
        subject: '*',
        centre: 'default',
        ingestedtime: '2026-11-21T10:15:30.000Z',
        data: {
          version: 'v1',
          effectiveFrom: '1970-01-01T00:00:00.000Z',
          body: { centre: { timeZone: 'UTC' } },
        },
      },
    ]);
    expect(stored).toEqual([{ centre: 'default', ...bodies()[0]?.data }]);
  });

  test('one that is stored already is not appended again', async () => {
    const stored: StoredConfigVersion[] = [];
    await centresOn(stored).centres.warmUp();
    const again = centresOn(stored);
    await again.centres.warmUp();
    expect(again.appended).toEqual([]);
    expect(again.centres.known()).toEqual(['default']);
  });

  test('a changed one holds from the first full minute that no accepted event can lie in, for every stored centre', async () => {
    const stored: StoredConfigVersion[] = [];
    const first = centresOn(stored);
    await first.centres.ensure('lyon');
    await first.centres.warmUp();
    const second = centresOn(stored, { version: 'v2' });
    await second.centres.warmUp();
    expect(second.bodies().map(({ data }) => [data.version, data.effectiveFrom])).toEqual([
      ['v2', '2026-11-21T10:17:00.000Z'],
      ['v2', '2026-11-21T10:17:00.000Z'],
    ]);
    expect(second.appended.map(({ centre }) => centre).sort()).toEqual(['default', 'lyon']);
  });

  test('going back to an earlier version is a change too', async () => {
    const stored: StoredConfigVersion[] = [];
    for (const version of ['v1', 'v2', 'v1']) await centresOn(stored, { version }).centres.warmUp();
    expect(stored.map(({ version }) => version)).toEqual(['v1', 'v2', 'v1']);
  });

  test('a crash between append and store leads to a second append, never to none', async () => {
    const stored: StoredConfigVersion[] = [];
    const crashed = centresOn(stored, { failStoring: true });
    await expect(crashed.centres.warmUp()).rejects.toThrow('killed');
    expect(crashed.appended).toHaveLength(1);
    expect(crashed.centres.known()).toEqual([]);
    const next = centresOn(stored);
    await next.centres.warmUp();
    expect(next.appended).toHaveLength(1);
  });

  test('two first events at once make one announcement', async () => {
    const { centres, appended } = centresOn([]);
    await Promise.all([centres.ensure('a'), centres.ensure('a')]);
    expect(appended).toHaveLength(1);
  });
});

test('a known centre has its place beyond the cap, a new one has none', async () => {
  const { centres } = centresOn([], { maxCentres: 2 });
  await centres.ensure('a');
  expect(centres.hasRoom(0)).toBe(true);
  expect(centres.hasRoom(1)).toBe(false);
  await centres.ensure('b');
  expect(centres.hasRoom(0)).toBe(false);
  expect(centres.isKnown('a')).toBe(true);
  expect(centres.isKnown('c')).toBe(false);
});

test('the minute after is a full one, also when now and tolerance end on one', () => {
  const at = (text: string) => effectiveFrom(Date.parse(text), 60_000);
  expect(at('2026-11-21T10:15:00.000Z')).toBe('2026-11-21T10:17:00.000Z');
  expect(at('2026-11-21T10:14:59.999Z')).toBe('2026-11-21T10:16:00.000Z');
});
