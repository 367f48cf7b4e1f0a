import type { LiveFeed } from '@vigie/client';
import { ALL, CHANNELS, type Row, type SnapshotDocument } from '@vigie/contracts';
import { waitFor } from '@vigie/testkit';
import {
  compareSnapshots,
  oracleSnapshot,
  type OracleAccounts,
  type OracleConfig,
  type OracleEvent,
} from '@vigie/testkit/oracle';
import { expect } from 'vitest';

import { parseScrape, scrapeText, sumOf, type Scrape } from './scrape.ts';
import type { CentreStory } from './story.ts';
import { differencesToSnapshot } from './viewer.ts';
import { OF_TIME } from '../../exactness/of-time.ts';

export const LATENESS = { allowedMs: 86_400_000, futureMs: 60_000 };
const CAUGHT_UP_TIMEOUT_MS = 60_000;
const VIEWER_TIMEOUT_MS = 15_000;
const SAME_INSTANT_TIMEOUT_MS = 30_000;

interface Kpi {
  readonly id: string;
  readonly unit: string;
  readonly metric: string;
}

/** Named, so that the totals of each channel are among the rows. */
export const EVERY_CHANNEL: readonly string[] = [...CHANNELS, ALL];

/** As of when the figures of a centre are now. */
async function asOfNow(url: string, centre: string): Promise<string> {
  const least = 'window=today&queue=_all&kpi=waiting_now';
  const { asOf } = (await json(`${url}/v1/snapshot?centre=${centre}&${least}`)) as SnapshotDocument;
  return asOf;
}

/** Everything the service says now, of one centre: every row of every queue, channel and window. */
export async function snapshotOf(url: string, centre: string): Promise<SnapshotDocument> {
  const channels = EVERY_CHANNEL.map((channel) => `&channel=${channel}`).join('');
  return (await json(`${url}/v1/snapshot?centre=${centre}${channels}`)) as SnapshotDocument;
}

export async function catalogueOf(url: string): Promise<readonly Kpi[]> {
  return ((await json(`${url}/v1/kpis`)) as { kpis: readonly Kpi[] }).kpis;
}

async function json(address: string): Promise<unknown> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} was answered ${answer.status}: ${await answer.text()}`);
  return await answer.json();
}

/** What the pipeline counted, over the metrics of every process that applies events. */
export interface Accounts {
  readonly applied: number;
  readonly duplicate: number;
  readonly late: number;
  readonly future: number;
  readonly rejected: number;
}

export function accountsOf(scrapes: readonly Scrape[]): Accounts {
  const of = (account: string): number =>
    scrapes.reduce((sum, each) => sum + sumOf(each, 'vigie_events_total', { account }), 0);
  return {
    applied: of('applied'),
    duplicate: of('duplicate'),
    late: of('late'),
    future: of('future'),
    rejected: of('rejected'),
  };
}

/**
 * Waits until everything that was acknowledged before `sinceMs` is in the figures: a heartbeat that ingest appended
 * later has come through, and the centre is live.
 */
export async function caughtUp(url: string, centre: string, sinceMs: number): Promise<void> {
  let seen: unknown;
  await waitFor(
    async () => {
      const { rows, ...head } = await snapshotOf(url, centre);
      seen = { ...head, rows: rows.length };
      return head.state === 'live' && head.watermark !== null && Date.parse(head.watermark) > sinceMs;
    },
    {
      what: `centre ${centre} to be live with a watermark after ${new Date(sinceMs).toISOString()}`,
      timeoutMs: CAUGHT_UP_TIMEOUT_MS,
      everyMs: 50,
      detail: () => JSON.stringify(seen),
    },
  );
}

/** Every figure of a centre equals the oracle's at the snapshot's own instant. Answers how many were compared. */
export async function expectOracle(
  url: string,
  story: CentreStory,
  config: OracleConfig,
): Promise<{ readonly document: SnapshotDocument; readonly figures: number }> {
  const document = await snapshotOf(url, story.centre);
  const at = Date.parse(document.asOf);
  const expected = oracleSnapshot(story.events, { config, at });
  const differences = compareSnapshots(document.rows, expected.rows, { without: OF_TIME });
  expect(differences.slice(0, 20), `${story.centre} as of ${document.asOf}`).toEqual([]);
  expect(document.state).toBe('live');
  return { document, figures: expected.rows.reduce((sum, { kpis }) => sum + Object.keys(kpis).length, 0) };
}

/** The viewer of a centre comes to show what the snapshot says. */
export async function expectViewer(url: string, centre: string, feed: LiveFeed): Promise<void> {
  let last: readonly string[] = [];
  await waitFor(
    async () => {
      const before = feed.state.serverAsOfMs;
      const document = await snapshotOf(url, centre);
      // a delta between the two would be compared with a snapshot that has not seen it
      if (feed.state.serverAsOfMs !== before) return false;
      last = differencesToSnapshot(feed, document);
      return last.length === 0 && document.rows.length > 0;
    },
    {
      what: `the viewer of ${centre} to show what the snapshot says`,
      timeoutMs: VIEWER_TIMEOUT_MS,
      everyMs: 50,
      detail: () => [feed.state.phase, ...last].join('\n'),
    },
  );
}

/** Scrape and snapshot of the same instant carry the same numbers. Answers how many were compared. */
export async function expectMetricsAgree(url: string, centre: string): Promise<number> {
  const kpis = await catalogueOf(url);
  // to read takes its time: that comes after all three were asked for
  let tookMs = 0;
  const { document, text } = await waitFor(
    async () => {
      const beganMs = performance.now();
      const before = await asOfNow(url, centre);
      const text = await scrapeText(url);
      const document = await snapshotOf(url, centre);
      tookMs = performance.now() - beganMs;
      return before === document.asOf ? { document, text } : false;
    },
    {
      what: `scrape and snapshot of ${centre} of one instant`,
      timeoutMs: SAME_INSTANT_TIMEOUT_MS,
      everyMs: 37,
      detail: () => `the last attempt took ${tookMs} ms`,
    },
  );
  const metrics = parseScrape(text);
  const gauges = kpis.filter(({ metric }) => !metric.endsWith('_total'));
  const byMetric = new Map(gauges.map((kpi) => [kpi.metric, kpi]));
  const differences: string[] = [];
  const exported = new Set<string>();
  for (const { name, labels, value } of metrics.samples) {
    const kpi = byMetric.get(name);
    if (kpi === undefined || labels['centre'] !== centre) continue;
    const { centre: _centre, queue = '', channel = '', window = 'today', ...parts } = labels;
    exported.add([kpi.id, queue, channel, window].join(' '));
    const figure = rowOf(document, queue, channel, window)?.kpis[kpi.id];
    const [part] = Object.values(parts);
    const said = part === undefined ? figure?.value : (figure?.by?.[part] ?? 0);
    if (said !== value) differences.push(`${name}${JSON.stringify(labels)}: ${value}, snapshot ${said}`);
  }
  for (const { queue, channel, kpis: figures } of document.rows.filter(({ window }) => window === 'today')) {
    for (const { id, unit } of gauges) {
      const said = figures[id]?.value ?? null;
      const isExported = exported.has([id, queue, channel, 'today'].join(' '));
      // sums are left to who reads them; a mean or a ratio is exported everywhere it is not null
      if (unit !== 'count' && (said !== null) !== isExported) {
        differences.push(`${id} of ${queue} ${channel}: snapshot ${said}, ${isExported ? 'a' : 'no'} sample`);
      }
    }
  }
  expect(differences.slice(0, 20), `metrics of ${centre} as of ${document.asOf}`).toEqual([]);
  return exported.size;
}

function rowOf(document: SnapshotDocument, queue: string, channel: string, window: string): Row | undefined {
  return document.rows.find((row) => row.queue === queue && row.channel === channel && row.window === window);
}

/** One sum over centres. */
export function sumAccounts(parts: readonly OracleAccounts[]): OracleAccounts {
  const add = (key: keyof OracleAccounts): number => parts.reduce((sum, part) => sum + part[key], 0);
  return {
    read: add('read'),
    applied: add('applied'),
    duplicate: add('duplicate'),
    late: add('late'),
    future: add('future'),
    held: add('held'),
    conflicts: add('conflicts'),
  };
}

/** Events of a log's records, by centre, without what Vigie itself appended. */
export function eventsOfLog(values: Iterable<Uint8Array | null>): Map<string, OracleEvent[]> {
  const byCentre = new Map<string, OracleEvent[]>();
  for (const value of values) {
    for (const line of new TextDecoder().decode(value ?? new Uint8Array()).split('\n')) {
      if (line === '') continue;
      const event = JSON.parse(line) as OracleEvent;
      if (event.source.startsWith('vigie://')) continue;
      const centre = event.centre ?? 'default';
      byCentre.set(centre, [...(byCentre.get(centre) ?? []), event]);
    }
  }
  return byCentre;
}
