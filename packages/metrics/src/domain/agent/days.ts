import type { SemanticConfig } from '@vigie/contracts';
import { zoneIn } from '../config-versions.ts';

/** A local day of the centre: its first instant and that of the next one. */
export interface LocalDay {
  readonly from: number;
  readonly to: number;
}

/** Days remembered of one configuration. */
const MAX_DAYS = 64;

const known = new WeakMap<SemanticConfig, readonly LocalDay[]>();

/** The local day that contains an instant, by a configuration's zone and start of day. */
export function localDayOf(config: SemanticConfig, at: number): LocalDay {
  const days = known.get(config) ?? [];
  const found = days.find(({ from, to }) => from <= at && at < to);
  if (found !== undefined) return found;
  const zone = zoneIn(config);
  const day = { from: zone.dayStart(at), to: zone.nextDayStart(at) };
  known.set(config, [day, ...days.slice(0, MAX_DAYS - 1)]);
  return day;
}
