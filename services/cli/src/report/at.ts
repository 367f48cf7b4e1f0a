import { formatInstant, parseInstant } from '@vigie/contracts';
import { instantsOfClock, zoneOf, type Zone } from '@vigie/metrics';
import { UsageError } from '../errors.ts';

/** What `--at` names: an instant, or a local time whose zone is still to be known. */
export type At =
  | { readonly kind: 'instant'; readonly timeMs: number }
  /** `clockMs`: the local clock read as if it were UTC. */
  | { readonly kind: 'local'; readonly clockMs: number; readonly text: string };

const FORM = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d(?:\.\d{1,9})?))?([Zz]|[+-]\d\d:\d\d)?$/;

/** Reads `--at`; throws {@link UsageError} for what is no time. */
export function parseAt(text: string): At {
  const match = FORM.exec(text);
  const [, date = '', clock = '', seconds = '00', offset] = match ?? [];
  const timeMs = parseInstant(`${date}T${clock}:${seconds}${offset ?? 'Z'}`);
  if (match === null || timeMs === undefined) {
    throw new UsageError(
      `--at ${text} is not a time: expected 2026-11-21T10:15:00Z, with an offset such as +01:00, or 2026-11-21T10:15 in the centre's zone`,
    );
  }
  return offset === undefined ? { kind: 'local', clockMs: timeMs, text } : { kind: 'instant', timeMs };
}

/** The zone of the centre at an instant. */
export type ZoneAt = (timeMs: number) => string;

/**
 * The instant of a local time. `zones` are all zones the centre ever has, `zoneAt` the one in force. Throws
 * {@link UsageError} when the clock never showed that time, or showed it twice.
 */
export function resolveAt(at: At, zones: readonly string[], zoneAt: ZoneAt): number {
  if (at.kind === 'instant') return at.timeMs;
  const found = new Map<number, Zone>();
  for (const name of new Set(zones)) {
    const zone = zoneOf(name, 0);
    for (const candidate of instantsOfClock(at.clockMs, zone)) {
      if (zoneAt(candidate) === name) found.set(candidate, zone);
    }
  }
  const instants = [...found.keys()].sort((a, b) => a - b);
  const [only, second] = instants;
  if (only === undefined) {
    throw new UsageError(
      `--at ${at.text} does not exist in ${zones.join(', ')}: the clock was put forward over it; write it with an offset`,
    );
  }
  if (second !== undefined) {
    const both = instants.map((instant) => found.get(instant)?.label(instant) ?? formatInstant(instant));
    throw new UsageError(
      `--at ${at.text} is ambiguous, the clock showed it twice: write ${both.join(' or ')}`,
    );
  }
  return only;
}
