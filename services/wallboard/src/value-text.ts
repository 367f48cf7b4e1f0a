import { DASH } from './figure.ts';
import { type Formats, formatDuration } from './format.ts';
import type { Text } from './text.ts';

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

/** The same, to be said aloud: `4 minutes 12 seconds`, `58 percent`. */
export function spokenValue(unit: string, value: number | null, text: Text): string {
  if (value === null) return '';
  if (unit === 'ratio') return text.spokenPercent(Math.round(value * 100));
  if (unit !== 'seconds') return String(Math.round(value * 100) / 100);
  const whole = Math.max(0, Math.floor(value));
  return text.spokenDuration(Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60);
}
