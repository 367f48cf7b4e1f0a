import type { KpiValue, NullReason, Row } from '@vigie/contracts';

import { type Formats, formatDuration, type Shown } from './format.ts';
import type { Text } from './text.ts';

/** How a figure is shown: as a value, as "nothing to show, and why", or as closed. Zero is a value. */
export interface Figure extends Shown {
  readonly kind: 'value' | 'nothing' | 'closed';
  /** Why there is no value; empty for a value. */
  readonly why: string;
}

export const DASH = '—';

const COUNTS: readonly string[] = [
  'waiting_now',
  'over_threshold_now',
  'in_progress_now',
  'offered',
  'answered',
  'abandoned',
  'awaiting_reply_now',
];
/** Decimals of the ratios. */
const RATIOS: Readonly<Record<string, number | undefined>> = { service_level_live: 0, abandonment_rate: 1 };

/** One figure in words; `unit` of those that are not the wall's usual ones. Ages of now count up from their `since` on the server's clock. */
export function figureOf(
  id: string,
  kpi: KpiValue | undefined,
  atMs: number,
  formats: Formats,
  text: Text,
  unit?: string,
): Figure {
  if (kpi === undefined || kpi.value === null) return nothing(kpi?.reason ?? 'no_data', text);
  const decimals = RATIOS[id] ?? (unit === 'ratio' ? 0 : undefined);
  if (decimals !== undefined) return value(formats.percent(kpi.value, decimals, kpi.target));
  if (COUNTS.includes(id) || unit === 'count')
    return value({ number: formats.count(kpi.value), fraction: '', unit: '' });
  if (unit !== undefined && unit !== 'seconds')
    return value({ number: formats.decimal(kpi.value), fraction: '', unit: '' });
  return value({ number: formatDuration(secondsAt(kpi, atMs)), fraction: '', unit: '' });
}

function secondsAt(kpi: KpiValue, atMs: number): number {
  return kpi.since === undefined ? (kpi.value ?? 0) : (atMs - Date.parse(kpi.since)) / 1000;
}

const value = (shown: Shown): Figure => ({ ...shown, kind: 'value', why: '' });

function nothing(reason: NullReason, text: Text): Figure {
  const why = text.reasons[reason] ?? text.reasons.no_data;
  return reason === 'closed'
    ? { number: why, fraction: '', unit: '', kind: 'closed', why }
    : { number: DASH, fraction: '', unit: '', kind: 'nothing', why };
}

/** Nobody waiting is no lack of data: the longest wait is then zero. */
export function isNobodyWaiting(row: Row): boolean {
  return (row.kpis['longest_wait_now']?.value ?? null) === null && row.kpis['waiting_now']?.value === 0;
}

/** Widths in font sizes of the faces asked for, set bold and a little tight. */
const DIGIT_EM = 0.54;
const MARK_EM = 0.32;
const FRACTION = 0.6;
const SIGN_EM = 0.55;

/** How wide a figure is at most, in its own font size: all digits are equally wide. */
export function widthEm({ number, fraction, unit }: Shown): number {
  const text = (shown: string): number => {
    const digits = shown.replace(/\D/g, '').length;
    return digits * DIGIT_EM + (shown.length - digits) * MARK_EM;
  };
  return text(number) + FRACTION * text(fraction) + SIGN_EM * unit.length;
}
