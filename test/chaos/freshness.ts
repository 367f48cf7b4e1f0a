import { setTimeout as pause } from 'node:timers/promises';

import type { OracleEvent } from '@vigie/testkit/oracle';

import { canaryOf } from './canaries.ts';
import { CENTRES } from './deployment.ts';
import type { FeedRecorder } from './feed-recorder.ts';
import type { Ledger } from './ledger.ts';
import type { LogRecorder } from './log-recorder.ts';
import type { Traffic } from './traffic.ts';
import type { Viewer } from './viewer.ts';

const PROBES = 4;
const PROBE_EVERY_MS = 250;
/** What takes longer is no longer waited for. */
const GIVE_UP_MS = 15_000;
const POLL_MS = 5;

interface FreshnessParts {
  readonly traffic: Traffic;
  readonly log: LogRecorder;
  readonly feed: FeedRecorder;
  readonly viewers: readonly Viewer[];
  readonly ledger: Ledger;
}

/**
 * How long it takes from sending an event to every screen that follows its centre, while nothing fails (I9): calls are
 * sent to the queue that has the canary's name, and screens looked at until they show figures that have them.
 */
export class Freshness {
  readonly #parts: FreshnessParts;
  #probes = 0;

  constructor(parts: FreshnessParts) {
    this.#parts = parts;
  }

  async probe(): Promise<void> {
    const pending: Promise<void>[] = [];
    for (let n = 0; n < PROBES; n += 1) {
      for (const centre of CENTRES) pending.push(this.#follow(centre));
      await pause(PROBE_EVERY_MS);
    }
    await Promise.all(pending);
  }

  async #follow(centre: string): Promise<void> {
    const { traffic, log, feed, viewers, ledger } = this.#parts;
    const sentMs = Date.now();
    const events = callOf(centre, `probe-${(this.#probes += 1)}-${sentMs}`, sentMs);
    await traffic.deliver(events);
    const [first] = events;
    const waiting = new Set(viewers.filter((viewer) => viewer.centre === centre));
    while (waiting.size > 0) {
      const tookMs = Date.now() - sentMs;
      const place = first === undefined ? undefined : log.log.placeOf(first);
      for (const viewer of waiting) {
        const held = viewer.shown()?.held;
        const offset = held === undefined ? undefined : feed.offsetOf(centre, held.epoch, held.asOfMs);
        if (place === undefined || offset === undefined || offset <= place.offset) continue;
        waiting.delete(viewer);
        ledger.took('event to screen while nothing fails', tookMs);
      }
      if (tookMs > GIVE_UP_MS) {
        for (const viewer of waiting) {
          ledger.took('event to screen while nothing fails', tookMs);
          ledger.remark(`${viewer.who} had not shown a call after ${tookMs} ms, and nothing had failed`);
        }
        return;
      }
      await pause(POLL_MS);
    }
  }
}

/** A caller who gives up at once: one contact offered and abandoned. */
function callOf(centre: string, id: string, atMs: number): readonly OracleEvent[] {
  const event = (type: string, timeMs: number): OracleEvent => ({
    specversion: '1.0',
    id: `${id}-${type}`,
    source: 'chaos://probe',
    type: `vigie.contact.${type}`,
    time: new Date(timeMs).toISOString(),
    centre,
    data: {
      contact: { id: `${centre}-${id}`, segmentId: `${centre}-${id}/1`, channel: 'voice' },
      queue: { id: canaryOf(centre) },
    },
  });
  return [event('queued', atMs - 8_000), event('abandoned', atMs)];
}
