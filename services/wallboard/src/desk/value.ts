import { DASH } from '../figure.ts';
import { type Formats, formatDuration } from '../format.ts';

/** A value by its unit, in words; what is nothing is a dash. */
export function valueText(unit: string, value: number | null, formats: Formats, target?: number): string {
  if (value === null) return DASH;
  if (unit === 'ratio') {
    const { number, fraction, unit: sign } = formats.percent(value, 1, target);
    return `${number}${fraction}\u202f${sign}`;
  }
  if (unit === 'seconds') return formatDuration(value);
  if (unit === 'count') return formats.count(value);
  return formats.decimal(value);
}
