import type { Configuration } from '@vigie/contracts';
import type { Zone } from '@vigie/metrics';

/** A window as it is named on the wire; `today` has no size. */
export interface WindowSpec {
  readonly name: string;
  readonly sizeMs: number | undefined;
}

/** The windows of a configuration. */
export function windowSpecs({ windows }: Pick<Configuration, 'windows'>): readonly WindowSpec[] {
  return windows.map(({ id, lengthMs }) => ({ name: id, sizeMs: lengthMs }));
}

/** First instant of a window at `atMs`: a rolling one begins with a whole second, today with the local day. */
export function windowStart({ sizeMs }: WindowSpec, atMs: number, zone: Zone): number {
  return sizeMs === undefined ? zone.dayStart(atMs) : Math.floor(atMs / 1000) * 1000 - sizeMs + 1000;
}
