import type { Alarm, Correction, KpiValue, TopicName } from '@vigie/contracts';
import { TOPIC_KEYS } from '@vigie/contracts/constants';

import { isFiniteNumber, isInstant, isKpis, isListOf, isObject, isString, type Fields } from './checks.ts';

/** A thing of a topic, as it was told. */
export type TopicItem = Readonly<Record<string, unknown>>;

/** An agent, of the topic `agents`. */
export interface LiveAgent {
  readonly agent: string;
  readonly name: string;
  /** `logged_out`, `available`, `on_contact`, `acw`, `paused` or `unknown`. */
  readonly state: string;
  readonly reason: string | null;
  /** Since when in that state. */
  readonly since: string;
  readonly queues: readonly string[];
  readonly kpis: Readonly<Record<string, KpiValue>>;
}

/** An open contact, of the topic `contacts`. */
export interface LiveContact {
  readonly contact: string;
  readonly segment?: string;
  readonly queue: string;
  readonly channel: string;
  readonly state: 'waiting' | 'ringing' | 'talking';
  readonly since: string;
  readonly overThreshold: boolean;
}

/** What each topic is made of. */
export interface TopicItems {
  readonly agents: LiveAgent;
  readonly contacts: LiveContact;
  readonly corrections: Correction;
  readonly alarms: Alarm;
}

const isReading = (value: unknown): boolean =>
  isObject(value) && (value['value'] === null || isFiniteNumber(value['value']));

const CHECKS: Readonly<Record<TopicName, (item: Fields) => boolean>> = {
  agents: (item) =>
    [item['agent'], item['name'], item['state']].every(isString) &&
    (item['reason'] === null || isString(item['reason'])) &&
    isInstant(item['since']) &&
    isListOf(item['queues'], isString) &&
    isKpis(item['kpis']),
  contacts: (item) =>
    [item['contact'], item['queue'], item['channel'], item['state']].every(isString) &&
    isInstant(item['since']) &&
    typeof item['overThreshold'] === 'boolean',
  alarms: (item) =>
    [item['id'], item['rule'], item['queue'], item['kpi'], item['state']].every(isString) &&
    (item['since'] === null || isInstant(item['since'])) &&
    (item['value'] === null || isFiniteNumber(item['value'])) &&
    (item['acknowledged'] === null || isObject(item['acknowledged'])),
  corrections: (item) =>
    isFiniteNumber(item['id']) &&
    [item['at'], item['start'], item['end']].every(isInstant) &&
    [item['queue'], item['channel'], item['reason']].every(isString) &&
    isListOf(item['contacts'], isString) &&
    isObject(item['kpis']) &&
    Object.values(item['kpis']).every(
      (change) => isObject(change) && isReading(change['from']) && isReading(change['to']),
    ),
};

/** Is it a topic that is known here? */
export const isTopicName = (value: unknown): value is TopicName =>
  isString(value) && Object.prototype.hasOwnProperty.call(TOPIC_KEYS, value);

/** Is it a thing of that topic, as deep as viewers read it? */
export const isItemOf = (topic: TopicName, value: unknown): boolean =>
  isObject(value) && CHECKS[topic](value);

/** The things a subscriber holds, by the fields that tell them apart, in the order they were told. */
export type Items = ReadonlyMap<string, TopicItem>;

const itemKey = (topic: TopicName, item: TopicItem): string =>
  JSON.stringify(TOPIC_KEYS[topic].map((field) => item[field] ?? null));

/** The things of a snapshot: nothing of what was held before remains. */
export function replaceItems(topic: TopicName, items: readonly TopicItem[]): Items {
  return new Map(items.map((item) => [itemKey(topic, item), item]));
}

/** What is held after a delta. */
export function mergeItems(
  held: Items,
  topic: TopicName,
  changed: readonly TopicItem[],
  removed: readonly TopicItem[] = [],
): Items {
  if (changed.length === 0 && removed.length === 0) return held;
  const merged = new Map(held);
  for (const item of removed) merged.delete(itemKey(topic, item));
  for (const item of changed) merged.set(itemKey(topic, item), item);
  return merged;
}

/** The things of a feed that follows this topic; what it holds was checked when it came. */
export function itemsOf<T extends TopicName>(
  _topic: T,
  { items }: { readonly items: Items },
): readonly TopicItems[T][] {
  return [...items.values()] as unknown as TopicItems[T][];
}
