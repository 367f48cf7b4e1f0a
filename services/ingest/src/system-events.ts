import { type EventData, formatInstant, SYSTEM_SOURCE } from '@vigie/contracts';

import { encode } from './admission.ts';
import type { EncodedEvent } from './group-commit.ts';

const MINUTE_MS = 60_000;
/** The first version of a centre holds since ever. */
export const SINCE_EVER = '1970-01-01T00:00:00.000Z';

export type SystemType = 'vigie.source.heartbeat' | 'vigie.config.changed';
export type SystemEvent = EncodedEvent & { readonly type: SystemType };

function systemEvent<T extends SystemType>(
  type: T,
  { centre, id, nowMs, data }: { centre: string; id: string; nowMs: number; data: EventData<T> },
): SystemEvent {
  const envelope = { specversion: '1.0', id, source: SYSTEM_SOURCE, type, time: formatInstant(nowMs) };
  return { type, ...encode({ ...envelope, subject: '*', data }, { centre, nowMs }) };
}

/** That ingest is alive, and up to when the sources it reads itself have been delivered. */
export function heartbeatEvent(
  centre: string,
  sources: readonly { readonly source: string; readonly upToMs: number }[],
  nowMs: number,
): SystemEvent {
  return systemEvent('vigie.source.heartbeat', {
    centre,
    id: `heartbeat-${centre}-${nowMs}`,
    nowMs,
    data: { sources: sources.map(({ source, upToMs }) => ({ source, upTo: formatInstant(upToMs) })) },
  });
}

export interface SemanticVersion {
  readonly version: string;
  readonly effectiveFrom: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export function configEvent(
  centre: string,
  { version, effectiveFrom, body }: SemanticVersion,
  nowMs: number,
): SystemEvent {
  return systemEvent('vigie.config.changed', {
    centre,
    id: `config-${centre}-${version}-${effectiveFrom}`,
    nowMs,
    data: { version, effectiveFrom, body: { ...body } },
  });
}

/**
 * From when a changed configuration holds: the first full minute after `nowMs` + `futureToleranceMs`. No event that
 * was accepted before can lie there, so the past is not judged anew.
 */
export function effectiveFrom(nowMs: number, futureToleranceMs: number): string {
  return formatInstant((Math.floor((nowMs + futureToleranceMs) / MINUTE_MS) + 1) * MINUTE_MS);
}
