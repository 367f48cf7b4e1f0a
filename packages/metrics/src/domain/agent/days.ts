import type { SemanticConfig } from '@vigie/contracts';
import { zoneOf, type Zone } from '../../windowing/zone.ts';

/** A local day of the centre: its first instant and that of the next one. */
export interface LocalDay {
  readonly from: number;
  readonly to: number;
}

/** Days remembered of one configuration. */
const MAX_DAYS = 64;

const zones = new WeakMap<SemanticConfig, { readonly zone: Zone; days: LocalDay[] }>();

/** The local day that contains an instant, by a configuration's zone and start of day. */
export function localDayOf(config: SemanticConfig, at: number): LocalDay {
  let known = zones.get(config);
  if (known === undefined)
    zones.set(config, (known = { zone: zoneOf(config.timeZone, config.dayStartMs), days: [] }));
  const { zone, days } = known;
  const found = days.find(({ from, to }) => from <= at && at < to);
  if (found !== undefined) return found;
  const day = { from: zone.dayStart(at), to: zone.nextDayStart(at) };
  known.days = [day, ...days.slice(0, MAX_DAYS - 1)];
  return day;
}
