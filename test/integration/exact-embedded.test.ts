import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { LiveFeed } from '@vigie/client';
import { openEmbedded } from '@vigie/embedded';
import { temporaryDirectory, waitFor } from '@vigie/testkit';
import { seeded } from '@vigie/testkit/generator';
import { oracleAccounts } from '@vigie/testkit/oracle';
import { afterEach, expect, onTestFailed, test } from 'vitest';

import * as check from './exactness/check.ts';
import { CounterRecorder, scrape } from './exactness/scrape.ts';
import { deliver, type Delivery } from './exactness/sender.ts';
import { startService, type Service } from './exactness/service.ts';
import { makeStory } from './exactness/story.ts';
import { watchCentre } from './exactness/viewer.ts';

const SEED = Number(process.env['VIGIE_EXACT_SEED'] ?? 1);
const KILLS = 12;
const BATCHES = 220;
const CENTRES = ['default', 'north'];
const DELIVERY_TIMEOUT_MS = 90_000;
const PROGRESS_TIMEOUT_MS = 30_000;
/** A kill comes at most this long after the batch that it waits for: anywhere between two checkpoints. */
const KILL_JITTER_MS = 350;
/** Every fourth process is killed before it is ready, at most this long after its start. */
const EARLY_KILL_MS = 900;

let service: Service | undefined;
let viewers: LiveFeed[] = [];
afterEach(async () => {
  for (const viewer of viewers) viewer.close();
  viewers = [];
  if (service?.running === true) await service.stop();
  service = undefined;
});

test(`every figure of the one-process service is exact after ${KILLS} kills in mid-stream`, async () => {
  onTestFailed(() => console.error(`${service?.name} said last:\n${service?.log().slice(-4_000)}`));
  const story = makeStory({
    seed: SEED,
    centres: CENTRES,
    contacts: 70,
    batches: BATCHES,
    endMs: Date.now() + 45_000,
  });
  const data = await temporaryDirectory('data');
  const config = join(data, '..', 'vigie.yaml');
  await writeFile(config, JSON.stringify(story.config));
  const running = await startService(['start', '--config', config, '--data', data]);
  service = running;
  await running.ready();
  viewers = CENTRES.map((centre) => watchCentre(running.url, centre, check.EVERY_CHANNEL));
  const kpis = await check.catalogueOf(running.url);
  const recorder = new CounterRecorder([
    ...kpis.map(({ metric }) => metric).filter((metric) => metric.endsWith('_total')),
    'vigie_wait_seconds',
    'vigie_events_total',
    'vigie_corrections_total',
    'vigie_conflicting_outcomes_total',
  ]);

  const delivery = deliver(story.batches, { url: running.url, lanes: 2, timeoutMs: DELIVERY_TIMEOUT_MS });
  await killAgainAndAgain(running, delivery, recorder);
  await delivery.done;
  expect(running.kills).toBe(KILLS);
  expect(running.failures).toEqual([]);
  // the faults really happened: requests broke off, and most lives began from a checkpoint
  expect(delivery.retries).toBeGreaterThan(0);
  expect(running.restores).toBeGreaterThan(KILLS / 2);

  for (const centre of CENTRES) await check.caughtUp(running.url, centre, delivery.lastAcknowledgedMs);
  let figures = 0;
  for (const centre of story.centres) {
    const compared = await check.expectOracle(running.url, centre, story.config);
    figures += compared.figures;
    await check.expectMetricsAgree(running.url, centre.centre);
  }
  expect(figures).toBeGreaterThan(2_000);
  for (const [index, centre] of CENTRES.entries()) {
    const viewer = viewers[index];
    if (viewer !== undefined) await check.expectViewer(running.url, centre, viewer);
  }

  const last = await scrape(running.url);
  recorder.add(last);
  expect(recorder.falls).toEqual([]);
  expect(recorder.compared).toBeGreaterThan(KILLS);
  const accounts = check.accountsOf([last]);
  expect(await running.stop()).toBe(0);

  const logged = await eventsIn(data);
  for (const { centre, events } of story.centres) {
    const ids = new Set(logged.get(centre)?.map(({ id }) => id));
    expect(
      events.filter(({ id }) => !ids.has(id)),
      `acknowledged events of ${centre} that the log lost`,
    ).toEqual([]);
  }
  const expected = check.sumAccounts(
    [...logged.values()].map((events) =>
      oracleAccounts(events, { config: story.config, lateness: check.LATENESS }),
    ),
  );
  const { applied, duplicate, late, future, rejected } = accounts;
  expect({ applied, duplicate, late, future }).toEqual({
    applied: expected.applied,
    duplicate: expected.duplicate,
    late: 0,
    future: 0,
  });
  expect(applied + duplicate + late + future + rejected).toBe(expected.read);
  expect(expected.read).toBeGreaterThanOrEqual(story.batches.flat().length);
}, 150_000);

async function killAgainAndAgain(
  running: Service,
  delivery: Delivery,
  recorder: CounterRecorder,
): Promise<void> {
  const random = seeded(SEED);
  for (let kill = 0; kill < KILLS; kill += 1) {
    if (kill % 4 === 3) await pause(random.int(0, EARLY_KILL_MS));
    else {
      const wanted = Math.floor(((kill + 1) * BATCHES) / (KILLS + 2));
      await running.until(() => delivery.acknowledged >= wanted, PROGRESS_TIMEOUT_MS);
      recorder.add(
        await waitFor(async () => await scrape(running.url), { what: 'a scrape before the kill' }),
      );
      await pause(random.int(0, KILL_JITTER_MS));
    }
    await running.kill9();
    await running.restart();
  }
  await running.ready();
}

async function eventsIn(data: string): Promise<ReturnType<typeof check.eventsOfLog>> {
  const embedded = await openEmbedded(data, {
    retentionMs: Number.MAX_SAFE_INTEGER,
    maxLogBytes: Number.MAX_SAFE_INTEGER,
    maxDeadLetters: 1,
  });
  try {
    const { end } = await embedded.log.bounds(0);
    const values: (Uint8Array | null)[] = [];
    let next = 0n;
    const consumer = await embedded.log.consume(
      {
        assigned: async () => 'earliest',
        batch: async ({ records }) => {
          for (const { offset, value } of records) {
            values.push(value);
            next = offset + 1n;
          }
        },
        revoked: async () => undefined,
      },
      (error) => {
        throw error;
      },
    );
    await waitFor(() => next >= end, { what: 'the whole log to be read' });
    await consumer.stop();
    return check.eventsOfLog(values);
  } finally {
    await embedded.close();
  }
}
