/** A thousand events a second posted at their pace, and markers now and then, each in a queue that the traffic has not. */
import { setTimeout as delay } from 'node:timers/promises';

import { eventsInOrder } from './traffic.mjs';

export const EVENTS_A_SECOND = 1000;
/** Until as much leaves as comes, and the code is compiled. */
const WARM_SECONDS = 10;
const POST_EVERY_MS = 20;
const NDJSON = { 'content-type': 'application/x-ndjson' };

/** Posts lines; answers whether they were accepted. @param {string} ingestUrl @param {string} body */
export async function postEvents(ingestUrl, body) {
  const answer = await fetch(`${ingestUrl}/v1/events`, { method: 'POST', headers: NDJSON, body });
  await answer.arrayBuffer();
  return answer.ok;
}

/**
 * Posts for so many seconds after the warm-up. `onWarm` is called when that is over; `markerAt` tells when, in ms from
 * then, marker n is posted, and `onMarker` makes its line just before. Answers how many posts were refused.
 *
 * @param {{ ingestUrl: string, seconds: number, markers: number, markerAt(n: number): number,
 *   onMarker(n: number, nowMs: number): string, onWarm?(): void }} options
 */
export async function postSteadily({ ingestUrl, seconds, markers, markerAt, onMarker, onWarm }) {
  const startMs = Date.now();
  const span = WARM_SECONDS + seconds;
  const options = { queues: 100, startMs, spanMs: span * 1000, pace: 0.03, ingested: false };
  const events = eventsInOrder(options, EVENTS_A_SECOND * span);
  const under = new Set();
  let refused = 0;
  const send = (body) => {
    const sending = postEvents(ingestUrl, body)
      .then((accepted) => (refused += accepted ? 0 : 1))
      .finally(() => under.delete(sending));
    under.add(sending);
  };
  let next = 0;
  let marker = 0;
  let isWarm = false;
  while (next < events.length) {
    const nowMs = Date.now();
    const from = next;
    while (next < events.length && events[next].atMs <= nowMs) next++;
    if (next > from)
      send(
        events
          .slice(from, next)
          .map(({ line }) => line)
          .join('\n'),
      );
    const elapsedMs = nowMs - startMs - WARM_SECONDS * 1000;
    if (elapsedMs >= 0 && !isWarm) {
      isWarm = true;
      onWarm?.();
    }
    if (marker < markers && elapsedMs >= markerAt(marker)) send(onMarker(marker++, nowMs));
    await delay(POST_EVERY_MS);
  }
  await Promise.all(under);
  return refused;
}

/** A contact that begins to wait. @param {{ id: string, queue: string, timeMs: number }} marker */
export function markerLine({ id, queue, timeMs }) {
  return JSON.stringify({
    specversion: '1.0',
    id: `${id}-event`,
    source: 'bench://marker',
    type: 'vigie.contact.queued',
    time: new Date(timeMs).toISOString(),
    data: {
      contact: { id, segmentId: `${id}/1`, channel: 'voice' },
      queue: { id: queue },
      kind: 'initial',
    },
  });
}
