import type { Row, RowKey, ServerMessage, TopicMessage } from '@vigie/contracts';

import {
  isAbsentOr,
  isCounter,
  isInstant,
  isKpis,
  isListOf,
  isObject,
  isString,
  type Fields,
} from './checks.ts';

import { FEED_LIMITS } from './subscription.ts';
import { isItemOf, isTopicName } from './topics.ts';

const STATES: readonly unknown[] = ['live', 'stale', 'recovering', 'incomplete'];

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
    isAbsentOr(fields['until'], isInstant) &&
    isKpis(fields['kpis'])
  );
}

const saysState = (message: Fields): boolean =>
  STATES.includes(message['state']) &&
  isAbsentOr(message['since'], isInstant) &&
  isAbsentOr(message['until'], isInstant) &&
  isAbsentOr(message['reason'], isString) &&
  isAbsentOr(message['watermark'], (value) => value === null || isInstant(value));

const isFrame = (message: Fields): boolean =>
  isString(message['channel']) &&
  isCounter(message['epoch']) &&
  isCounter(message['seq']) &&
  isInstant(message['asOf']) &&
  saysState(message) &&
  (message['topic'] === undefined
    ? isListOf(message['rows'], isRow, FEED_LIMITS.maxRows)
    : isTopicFrame(message));

const isTopicFrame = ({ topic, items }: Fields): boolean =>
  isTopicName(topic) && isListOf(items, (item) => isItemOf(topic, item), FEED_LIMITS.maxRows);

const isRemoved = ({ topic }: Fields, removed: unknown): boolean =>
  isListOf(removed, topic === undefined ? isRowKey : isObject, FEED_LIMITS.maxRows);

/** What a subscriber of figures or of a topic is told. */
export type FeedMessage = ServerMessage | TopicMessage;

const CHECKS: Readonly<Record<ServerMessage['op'], (message: Fields) => boolean>> = {
  subscribed: (message) => isString(message['id']) && isString(message['channel']),
  snapshot: isFrame,
  delta: (message) =>
    isFrame(message) && isAbsentOr(message['removed'], (removed) => isRemoved(message, removed)),
  heartbeat: (message) => isInstant(message['now']) && saysState(message),
  error: (message) =>
    isString(message['code']) && isString(message['message']) && isAbsentOr(message['id'], isString),
};

/**
 * One message of the server, or `null` when it is none. Checked as deep as the reducer and a viewer read it, so that
 * nothing that passed can make either fail; written by hand, since a schema library would outweigh the page.
 */
export function parseServerMessage(data: unknown): FeedMessage | null {
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
  return CHECKS[op](message) ? (message as unknown as FeedMessage) : null;
}
