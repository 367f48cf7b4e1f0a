import { rm } from 'node:fs/promises';

import { type CanonicalEvent, checkConfiguration } from '@vigie/contracts';
import { createLogger } from '@vigie/service-kit';
import { temporaryDirectory, waitFor } from '@vigie/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { demoConfiguration } from './demo-configuration.ts';
import { chooseRun } from './run-state.ts';
import { BACKFILL_MS, start } from './start.ts';
import { createTraffic } from './traffic/create-traffic.ts';

let directory = '';
beforeAll(async () => {
  directory = await temporaryDirectory('simulator');
});
afterAll(async () => await rm(directory, { recursive: true }));

function contextAt(clock: () => number) {
  const checked = checkConfiguration({ ...demoConfiguration(), dataDirectory: directory });
  if (!checked.ok) throw new Error(checked.problems.map(({ message }) => message).join('\n'));
  return {
    clock,
    configuration: checked.configuration,
    logger: createLogger({ name: 'simulator', level: 'silent' }),
  };
}

test('the past three quarters of an hour come first, and a restart goes on with the same contacts', async () => {
  const startMs = Date.parse('2026-11-21T10:00:00.000Z');
  let nowMs = startMs;
  const posted: CanonicalEvent[] = [];
  const post = async (events: readonly CanonicalEvent[]) => void posted.push(...events);
  const caughtUp = () =>
    waitFor(() => Date.parse(posted.at(-1)?.time ?? '') > nowMs - 30_000, { what: 'now' });

  const first = await start(
    contextAt(() => nowMs),
    { post },
  );
  await caughtUp();
  await first.stop();
  expect(Date.parse(posted[0]?.time ?? '')).toBe(startMs - BACKFILL_MS);
  expect(posted.length).toBeGreaterThan(1000);

  nowMs += 10 * 60_000;
  const second = await start(
    contextAt(() => nowMs),
    { post },
  );
  await caughtUp();
  await second.stop();

  const distinct = [...new Map(posted.map((event) => [event.id, event])).values()];
  const expected: CanonicalEvent[] = [];
  for (const event of createTraffic({ seed: 1, rate: 12, startMs: startMs - BACKFILL_MS })) {
    if (Date.parse(event.time) > nowMs) break;
    expected.push(event);
  }
  expect(distinct).toEqual(expected);
});

test('an interrupted run goes on only when it is the same, recent and not too long; else one begins after it', () => {
  const nowMs = 100_000_000;
  const limits = { nowMs, backfillMs: 10_000, maxRunMs: 1_000_000 };
  const wanted = { seed: 1, rate: 12 };
  const saved = { ...wanted, startMs: nowMs - 50_000, postedToMs: nowMs - 5000 };
  const begins = (startMs: number) => ({ ...wanted, startMs, postedToMs: startMs });
  expect(chooseRun(saved, wanted, limits)).toBe(saved);
  expect(chooseRun(undefined, wanted, limits)).toEqual(begins(nowMs - 10_000));
  expect(chooseRun({ ...saved, seed: 2 }, wanted, limits)).toEqual(begins(nowMs - 5000));
  expect(chooseRun({ ...saved, startMs: 0 }, wanted, limits)).toEqual(begins(nowMs - 5000));
  expect(chooseRun({ ...saved, postedToMs: nowMs - 20_000 }, wanted, limits)).toEqual(begins(nowMs - 10_000));
  expect(chooseRun({ ...saved, postedToMs: nowMs + 5000 }, wanted, limits)).toEqual(begins(nowMs));
});

test('the configuration of the demo is accepted as it is', () => {
  expect(checkConfiguration(demoConfiguration())).toMatchObject({ ok: true, notYetInForce: [] });
});
