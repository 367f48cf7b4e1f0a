import { zoneOf, type Zone } from './zone.ts';

/** Offsets before and after are all there can be: no zone changes twice within two days. */
const NEAR_MS = 24 * 3_600_000;

/**
 * The instants at which the clocks of a zone showed a local time (given as if it were UTC, ms), rising: none when it was
 * skipped, two when it was shown twice.
 */
export function instantsOfClock(clockMs: number, zone: Zone): readonly number[] {
  const offsets = new Set([-NEAR_MS, NEAR_MS].map((near) => zone.offsetMinutes(clockMs + near)));
  return [...offsets]
    .map((minutes) => clockMs - minutes * 60_000)
    .filter((instant) => instant + zone.offsetMinutes(instant) * 60_000 === clockMs)
    .sort((a, b) => a - b);
}

/** {@link instantsOfClock} in the zone of a configuration. */
export function wallClockOf({
  timeZone,
}: {
  readonly timeZone: string;
}): (clockMs: number) => readonly number[] {
  const zone = zoneOf(timeZone, 0);
  return (clockMs) => instantsOfClock(clockMs, zone);
}
