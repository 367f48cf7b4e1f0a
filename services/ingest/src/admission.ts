import {
  formatInstant,
  judgeTimeliness,
  parseEvent,
  SYSTEM_SOURCE,
  SYSTEM_TYPES,
  type CanonicalEvent,
  type Rejection,
  type TimeSettings,
} from '@vigie/contracts';

import type { EncodedEvent } from './group-commit.ts';
import { MAX_EVENT_BYTES } from './limits.ts';

export type TimeLimits = Pick<TimeSettings, 'allowedLatenessMs' | 'futureToleranceMs'>;

export type Admission =
  { readonly ok: true; readonly event: EncodedEvent } | { readonly ok: false; readonly rejection: Rejection };

function refuse(code: Rejection['code'], reason: string): Admission {
  return { ok: false, rejection: { code, reason } };
}

/** The rejection of an event of this many bytes, or nothing when it is short enough. */
export function tooBig(bytes: number): Rejection | undefined {
  if (bytes <= MAX_EVENT_BYTES) return undefined;
  return { code: 'too_big', reason: `the event has ${bytes} bytes: at most ${MAX_EVENT_BYTES} are accepted` };
}

/**
 * Judges one event as it came and, when it is accepted, makes its line for the log: compact JSON, `ingestedtime`
 * stamped with ingest's own clock whatever the client sent, `centre` written out (`defaultCentre` where none is named).
 */
export function admit(
  input: unknown,
  { nowMs, limits, defaultCentre }: { nowMs: number; limits: TimeLimits; defaultCentre: string },
): Admission {
  // An array may be nested deeper than anything may print it.
  if (Array.isArray(input)) return refuse('invalid', 'the event is an array: must be a JSON object');
  const result = parseEvent(input);
  if (!result.ok) return result;
  const { event, timeMs } = result.parsed;
  if (SYSTEM_TYPES.has(event.type)) {
    return refuse('invalid', `type is "${event.type}": only Vigie itself writes events of this type`);
  }
  if (event.source === SYSTEM_SOURCE) {
    return refuse('invalid', `source is "${SYSTEM_SOURCE}": only Vigie itself writes events of this source`);
  }
  const timeliness = judgeTimeliness(timeMs, nowMs, limits);
  if (timeliness.kind === 'late') {
    const { allowedLatenessMs } = limits;
    const reason = `time is ${timeliness.byMs + allowedLatenessMs} ms before ingest: at most ${allowedLatenessMs} ms is accepted`;
    return refuse('late', reason);
  }
  if (timeliness.kind === 'future') {
    const { futureToleranceMs } = limits;
    const reason = `time is ${timeliness.byMs + futureToleranceMs} ms ahead of ingest: at most ${futureToleranceMs} ms is accepted`;
    return refuse('future', reason);
  }
  const encoded = encode({ ...event, centre: event.centre ?? defaultCentre }, nowMs);
  const rejection = tooBig(encoded.bytes - stampBytes(event, defaultCentre));
  return rejection === undefined ? { ok: true, event: encoded } : { ok: false, rejection };
}

const INGESTED_TIME_BYTES = ',"ingestedtime":"2026-11-21T10:15:00.000Z"'.length;
const CENTRE_BYTES = ',"centre":""'.length;

/** What stamping adds to an event: it does not count against the event's own limit. */
function stampBytes(event: CanonicalEvent, defaultCentre: string): number {
  const time = event.ingestedtime === undefined ? INGESTED_TIME_BYTES : 0;
  return time + (event.centre === undefined ? CENTRE_BYTES + defaultCentre.length : 0);
}

/** The line of an event for the log, stamped. */
export function encode(
  event: { readonly centre: string; readonly [field: string]: unknown },
  nowMs: number,
): EncodedEvent {
  const line = JSON.stringify({ ...event, ingestedtime: formatInstant(nowMs) });
  return { centre: event.centre, line, bytes: Buffer.byteLength(line) };
}
