import type { KpiValue, Row, RowKey, ServerMessage } from '@vigie/contracts';

import { FEED_LIMITS } from './subscription.ts';

type Fields = Readonly<Record<string, unknown>>;

const STATES: readonly unknown[] = ['live', 'stale', 'recovering', 'incomplete'];

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isAbsentOr = (value: unknown, check: (value: unknown) => boolean): boolean =>
  value === undefined || check(value);
const isString = (value: unknown): value is string => typeof value === 'string';
const isFiniteNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);
const isCounter = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isKpiValue(value: unknown): value is KpiValue {
  return (
    isObject(value) &&
    (value['value'] === null || isFiniteNumber(value['value'])) &&
    isAbsentOr(value['n'], isFiniteNumber) &&
    isAbsentOr(value['since'], isInstant) &&
    isAbsentOr(value['target'], isFiniteNumber) &&
    isAbsentOr(value['status'], isString) &&
    isAbsentOr(value['reason'], isString)
  );
}

function isRowKey(value: unknown): value is RowKey {
  return (
    isObject(value) && isString(value['queue']) && isString(value['channel']) && isString(value['window'])
  );
}

function isRow(value: unknown): value is Row {
  if (!isRowKey(value)) return false;
  const fields = value as unknown as Fields;
  return (
    STATES.includes(fields['state']) &&
    isAbsentOr(fields['since'], isInstant) &&
    isObject(fields['kpis']) &&
    Object.values(fields['kpis']).every(isKpiValue)
  );
}

const isListOf = (value: unknown, check: (value: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length <= FEED_LIMITS.maxRows && value.every(check);

const saysState = (message: Fields): boolean =>
  STATES.includes(message['state']) &&
  isAbsentOr(message['since'], isInstant) &&
  isAbsentOr(message['reason'], isString) &&
  isAbsentOr(message['watermark'], (value) => value === null || isInstant(value));

const isFrame = (message: Fields): boolean =>
  isString(message['channel']) &&
  isCounter(message['epoch']) &&
  isCounter(message['seq']) &&
  isInstant(message['asOf']) &&
  saysState(message) &&
  isListOf(message['rows'], isRow);

const CHECKS: Readonly<Record<ServerMessage['op'], (message: Fields) => boolean>> = {
  subscribed: (message) => isString(message['id']) && isString(message['channel']),
  snapshot: isFrame,
  delta: (message) =>
    isFrame(message) && isAbsentOr(message['removed'], (removed) => isListOf(removed, isRowKey)),
  heartbeat: (message) => isInstant(message['now']) && saysState(message),
  error: (message) =>
    isString(message['code']) && isString(message['message']) && isAbsentOr(message['id'], isString),
};

/**
 * One message of the server, or `null` when it is none. Checked as deep as the reducer and a viewer read it, so that
 * nothing that passed can make either fail; written by hand, since a schema library would outweigh the page.
 */
export function parseServerMessage(data: unknown): ServerMessage | null {
  if (typeof data !== 'string') return null;
  let message: unknown;
  try {
    message = JSON.parse(data);
  } catch {
    return null;
  }
  if (!isObject(message) || !isString(message['op'])) return null;
  if (!Object.prototype.hasOwnProperty.call(CHECKS, message['op'])) return null;
  const op = message['op'] as ServerMessage['op'];
  return CHECKS[op](message) ? (message as unknown as ServerMessage) : null;
}
