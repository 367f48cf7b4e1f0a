import Type, { type TSchema } from 'typebox';
import {
  CLOCK_PATTERN,
  DURATION_PATTERN,
  isDate,
  isHostPort,
  isLocale,
  isTimeZone,
  parseClockTime,
  parseDuration,
  parseOpening,
} from './values.ts';

/** Notations that a pattern alone does not decide. */
export type ValueKind = 'duration' | 'clock' | 'zone' | 'locale' | 'date' | 'opening' | 'hostPort' | 'window';

const readers: Record<ValueKind, (text: string) => boolean> = {
  duration: (text) => parseDuration(text) !== undefined,
  clock: (text) => parseClockTime(text) !== undefined,
  zone: isTimeZone,
  locale: isLocale,
  date: isDate,
  opening: (text) => parseOpening(text) !== undefined,
  hostPort: isHostPort,
  window: (text) => text === 'today' || parseDuration(text) !== undefined,
};

/** Does a text follow the notation of its kind? */
export function isOfKind(kind: ValueKind, text: string): boolean {
  return readers[kind](text);
}

/** What every leaf of the configuration says about itself: its meaning, and how a wrong value is answered. */
export interface Leaf {
  readonly description: string;
  readonly default?: unknown;
  /** Completes "expected …"; derived from the schema when absent. */
  readonly expected?: string;
  /** The value is never repeated in a message. */
  readonly secret?: boolean;
}

interface DurationLeaf extends Leaf {
  readonly minMs?: number;
  readonly maxMs?: number;
}

export const duration = (leaf: DurationLeaf) =>
  Type.String({
    kind: 'duration',
    pattern: DURATION_PATTERN,
    expected: 'a duration such as "20s", "5m", "24h" or "30d"',
    ...leaf,
  });
export const clockTime = (leaf: Leaf) =>
  Type.String({ kind: 'clock', pattern: CLOCK_PATTERN, expected: 'a time of day such as "06:00"', ...leaf });
export const zone = (leaf: Leaf) =>
  Type.String({ kind: 'zone', maxLength: 64, expected: 'an IANA time zone such as "Europe/Paris"', ...leaf });
export const ofKind = (kind: ValueKind, leaf: Leaf) => Type.String({ kind, maxLength: 200, ...leaf });
export const text = (leaf: Leaf & { readonly pattern?: string }) =>
  Type.String({ minLength: 1, maxLength: 500, ...leaf });
export const flag = (leaf: Leaf) => Type.Boolean({ ...leaf });
export const count = (leaf: Leaf & { readonly minimum?: number; readonly maximum?: number }) =>
  Type.Integer({ minimum: 1, maximum: 1_000_000_000, ...leaf });
export const oneOf = <const T extends readonly string[]>(values: T, leaf: Leaf) =>
  Type.Unsafe<T[number]>(Type.String({ enum: [...values], ...leaf }));
export const listOf = <T extends TSchema>(
  items: T,
  leaf: Leaf & { readonly minItems?: number; readonly maxItems?: number },
) => Type.Array(items, { maxItems: 1000, ...leaf });
export const optional = Type.Optional;
/** An object whose keys are all known. */
export const section = <P extends Record<string, TSchema>>(fields: P, description = '') =>
  Type.Object(fields, { additionalProperties: false, ...(description === '' ? {} : { description }) });
/** Names chosen by the user: queues, agents, calendars, sources. */
export const NAME_PATTERN = '^[^\\u0000-\\u001f]{1,200}$';
export const byName = <T extends TSchema>(item: T, description: string) =>
  Type.Record(Type.String({ pattern: NAME_PATTERN }), item, { description });
