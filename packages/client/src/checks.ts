import type { KpiValue } from '@vigie/contracts';

export type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value));
export const isAbsentOr = (value: unknown, check: (value: unknown) => boolean): boolean =>
  value === undefined || check(value);
export const isString = (value: unknown): value is string => typeof value === 'string';
export const isFiniteNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);
export const isCounter = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
export const isListOf = (
  value: unknown,
  check: (value: unknown) => boolean,
  most = Number.POSITIVE_INFINITY,
): boolean => Array.isArray(value) && value.length <= most && value.every(check);

const isNumberOrNull = (value: unknown): boolean => value === null || isFiniteNumber(value);

/** A figure, checked as deep as viewers read it. */
export function isKpiValue(value: unknown): value is KpiValue {
  return (
    isObject(value) &&
    isNumberOrNull(value['value']) &&
    isAbsentOr(value['n'], isFiniteNumber) &&
    isAbsentOr(value['since'], isInstant) &&
    isAbsentOr(value['target'], isFiniteNumber) &&
    isAbsentOr(value['status'], isString) &&
    isAbsentOr(value['reason'], isString) &&
    isAbsentOr(value['by'], (by) => isObject(by) && Object.values(by).every(isFiniteNumber))
  );
}

export const isKpis = (value: unknown): boolean => isObject(value) && Object.values(value).every(isKpiValue);
