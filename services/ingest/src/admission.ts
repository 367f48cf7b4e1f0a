import {
  formatInstant,
  judgeTimeliness,
  parseEvent,
  SYSTEM_SOURCE,
  SYSTEM_TYPES,
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

export interface AdmissionRules {
  readonly nowMs: number;
  readonly limits: TimeLimits;
  /** Written out where an event names no centre. */
  readonly defaultCentre: string;
  /**
   * History that is imported comes in at its own times: no event is late, `ingestedtime` is its `time`, and versions of
   * the configuration may be among it.
   */
  readonly isHistory?: boolean;
}

/**
 * Judges one event as it came and, when it is accepted, makes its line for the log: compact JSON, `ingestedtime`
 * stamped with ingest's own clock whatever the client sent (but for history), `centre` written out.
 */
export function admit(input: unknown, rules: AdmissionRules): Admission {
  const { nowMs, limits, defaultCentre, isHistory = false } = rules;
  // An array may be nested deeper than anything may print it.
  if (Array.isArray(input)) return refuse('invalid', 'the event is an array: must be a JSON object');
  const result = parseEvent(input);
  if (!result.ok) return result;
  const { event, timeMs } = result.parsed;
  if (SYSTEM_TYPES.has(event.type) && !isHistory) {
    return refuse('invalid', `type is "${event.type}": only Vigie itself writes events of this type`);
  }
  if (event.source === SYSTEM_SOURCE && !SYSTEM_TYPES.has(event.type)) {
    return refuse('invalid', `source is "${SYSTEM_SOURCE}": only Vigie itself writes events of this source`);
  }
  const timeliness = judgeTimeliness(timeMs, nowMs, limits);
  if (timeliness.kind === 'late' && !isHistory) {
    const { allowedLatenessMs } = limits;
    const reason = `time is ${timeliness.byMs + allowedLatenessMs} ms before ingest: at most ${allowedLatenessMs} ms is accepted`;
    return refuse('late', reason);
  }
  if (timeliness.kind === 'future') {
    const { futureToleranceMs } = limits;
    const reason = `time is ${timeliness.byMs + futureToleranceMs} ms ahead of ingest: at most ${futureToleranceMs} ms is accepted`;
    return refuse('future', reason);
  }
  const sent = JSON.stringify(event);
  const sentBytes = Buffer.byteLength(sent);
  const rejection = tooBig(sentBytes);
  if (rejection !== undefined) return { ok: false, rejection };
  const { centre = defaultCentre } = event;
  // Events of a client that stamps them himself are rare: only those are written a second time.
  const isStamped = event.ingestedtime !== undefined || event.centre !== undefined;
  const bare = isStamped ? JSON.stringify({ ...event, centre: undefined, ingestedtime: undefined }) : sent;
  const bytes = isStamped ? Buffer.byteLength(bare) : sentBytes;
  return { ok: true, event: stamp(bare, bytes, { centre, nowMs: isHistory ? timeMs : nowMs }) };
}

/** The line of an event for the log; what Vigie itself writes comes this way too. */
export function encode(
  event: Readonly<Record<string, unknown>>,
  { centre, nowMs }: { readonly centre: string; readonly nowMs: number },
): EncodedEvent {
  const bare = JSON.stringify(event);
  return stamp(bare, Buffer.byteLength(bare), { centre, nowMs });
}

/**
 * Puts `centre` and `ingestedtime` before the other members of an object that has neither: half the cost of copying the
 * event and writing the copy.
 */
function stamp(
  bare: string,
  bareBytes: number,
  { centre, nowMs }: { readonly centre: string; readonly nowMs: number },
): EncodedEvent {
  const head = `{"centre":"${centre}","ingestedtime":"${instantOf(nowMs)}",`;
  return { centre, line: head + bare.slice(1), bytes: bareBytes + head.length - 1 };
}

/** Events of a request share their instant. */
let last = { ms: Number.NaN, text: '' };
function instantOf(nowMs: number): string {
  if (last.ms !== nowMs) last = { ms: nowMs, text: formatInstant(nowMs) };
  return last.text;
}
