import type { Zone } from '@vigie/metrics';
import { QuestionError } from '../ports/owner.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import { localDay } from './intervals.ts';

/** The local day that is asked for, in the zone that the centre has on it; by default the day that is on. */
export function dayAsked(
  { facts, timeline }: LiveCentre,
  date: string | undefined,
): { readonly zone: Zone; readonly fromMs: number; readonly toMs: number } {
  const near = date === undefined ? timeline.now : Date.parse(`${date}T12:00:00Z`);
  const zone = facts.versions.zoneAt(Number.isNaN(near) ? timeline.now : near);
  if (date === undefined) {
    return { zone, fromMs: zone.dayStart(timeline.now), toMs: zone.nextDayStart(timeline.now) };
  }
  const day = localDay(zone, date);
  if (day !== undefined) return { zone, ...day };
  throw new QuestionError(400, `date: ${zone.name} has no day ${date}`, { parameter: 'date' });
}
