/** A partition's state with many calls, as a centre has after a day. */
import { checkConfiguration, SYSTEM_SOURCE } from '@vigie/contracts';
import { PartitionProcessor, windowSpecs } from '@vigie/engine';

import { judgingCode } from '../../services/aggregator/dist/judging-code.js';
import { chunks, contactsOf, recordOf } from './traffic.mjs';

const HOUR_MS = 3_600_000;
export const QUEUES = 100;
/** As many as a centre of a hundred queues has calls of a day inside the allowed lateness. */
export const RETAINED_CALLS = 100_000;
const EVENTS_A_RECORD = 20;

/** A processor as the aggregator makes it of the default configuration. @param {number} nowMs */
export function newProcessor(nowMs) {
  const { configuration } = checkConfiguration({});
  const { limits, presentation, retention, semantic } = configuration;
  const windows = windowSpecs(configuration);
  const longestMs = Math.max(0, ...windows.map(({ sizeMs }) => sizeMs ?? 0));
  const options = {
    partition: 0,
    base: semantic,
    presentation,
    windows,
    limits,
    retainMs: Math.max(semantic.time.allowedLatenessMs, retention.fineMs) + longestMs,
    systemSource: SYSTEM_SOURCE,
    release: judgingCode(),
  };
  return new PartitionProcessor(options, nowMs);
}

/** Records of contacts that began over the last `spanMs` before `nowMs`, all closed. @param {{ contacts: number, nowMs: number, spanMs: number }} options */
export function* recordsOf({ contacts, nowMs, spanMs }) {
  // calls last minutes: the last of them began early enough to have ended
  const closedMs = Math.min(10 * 60_000, spanMs / 6);
  const times = { startMs: nowMs - spanMs, spanMs: spanMs - closedMs };
  let pending = [];
  for (const contact of contactsOf({ contacts, queues: QUEUES, ...times })) {
    pending.push(...contact);
    if (pending.length < EVENTS_A_RECORD * 10) continue;
    for (const some of chunks(pending, EVENTS_A_RECORD)) yield recordOf(some);
    pending = [];
  }
  for (const some of chunks(pending, EVENTS_A_RECORD)) yield recordOf(some);
}

/** How a retained day lies: over twenty hours as a centre has it, or all in the last one. */
export const SPREADS = [
  { name: 'over the last 20 h', spanMs: 20 * HOUR_MS },
  { name: 'all in the last hour', spanMs: HOUR_MS },
];
