import { ALL, CHANNELS, type Channel, type SemanticConfig } from '@vigie/contracts';
import { age, openingHours, openIndex, type Calendar, type Figure, type Present } from '@vigie/metrics';
import type { CentreState } from '../processor/centre-state.ts';
import type { GroupName } from '../processor/groups.ts';

const AWAITING_REPLY = openIndex('awaitingReply');

type Centre = Pick<CentreState, 'groups' | 'versions'>;

/** The groups of queues that a row is made of: its own, or for a total those of every queue on its channel. */
function* queuesOf({ groups }: Centre, ids: readonly number[]): Generator<GroupName> {
  for (const id of ids) {
    const name = groups.nameOf(id);
    if (name.queue !== ALL) yield name;
    else for (const leaf of leavesOf(groups, name.channel)) if (leaf.queue !== ALL) yield leaf;
  }
}

function* leavesOf(
  groups: Centre['groups'],
  channel: string,
): Generator<GroupName & { readonly id: number }> {
  for (let id = 0; id < groups.size; id++) {
    const leaf = groups.nameOf(id);
    if (leaf.channel !== ALL && (channel === ALL || leaf.channel === channel)) yield { id, ...leaf };
  }
}

function calendarOf(config: SemanticConfig, { queue, channel }: GroupName): Calendar {
  return openingHours(config, queue === ALL ? undefined : queue, channel as Channel);
}

/** Are all the queues of a row closed? A row without queues is not. */
function allClosed(
  centre: Centre,
  ids: readonly number[],
  config: SemanticConfig,
  isClosed: (hours: Calendar) => boolean,
): boolean {
  let any = false;
  for (const name of queuesOf(centre, ids)) {
    if (!isClosed(calendarOf(config, name))) return false;
    any = true;
  }
  return any;
}

/** Are the queues of a row closed at an instant? */
export function closedAt(centre: Centre, ids: readonly number[], atMs: number): boolean {
  return allClosed(centre, ids, centre.versions.at(atMs), (hours) => !hours.isOpen(atMs));
}

/** Answers whether the queues of a row are closed from one instant to another. */
export function closedThroughout(
  centre: Centre,
): (ids: readonly number[], fromMs: number, toMs: number) => boolean {
  return (ids, fromMs, toMs) =>
    allClosed(centre, ids, centre.versions.at(fromMs), (hours) => hours.openMs(fromMs, toMs) === 0);
}

/** When a queue of the row next opens or closes; of a total nobody asks, since its queues tell. */
export function hoursChangeAt(centre: Centre, ids: readonly number[], nowMs: number): number {
  const config = centre.versions.at(nowMs);
  let next = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    const name = centre.groups.nameOf(id);
    if (name.queue !== ALL) next = Math.min(next, calendarOf(config, name).nextChange(nowMs));
  }
  return next;
}

const businessClocks = new WeakMap<SemanticConfig, boolean>();

/** Does any queue or channel count its responses in business hours? */
export function countsBusinessHours(config: SemanticConfig): boolean {
  let counts = businessClocks.get(config);
  if (counts === undefined) {
    const isBusiness = (queue: string | undefined) => (channel: Channel) =>
      config.settings(queue, channel).firstResponse.clock === 'business';
    counts =
      CHANNELS.some(isBusiness(undefined)) ||
      [...config.queueChannels.keys()].some((queue) => CHANNELS.some(isBusiness(queue)));
    businessClocks.set(config, counts);
  }
  return counts;
}

/**
 * The oldest open turn of a row where business hours count: the age of each queue's oldest by that queue's clock, and
 * no `since` when the greatest is one of business hours. `undefined` where none do: then the oldest instant tells all.
 */
export function oldestUnanswered(
  centre: Centre,
  ids: readonly number[],
  presentOf: (id: number) => Present | undefined,
  nowMs: number,
): Figure | undefined {
  const config = centre.versions.at(nowMs);
  if (!countsBusinessHours(config)) return undefined;
  let oldest: Figure = age(undefined, nowMs);
  const look = (id: number, name: GroupName): void => {
    const startMs = presentOf(id)?.opens[AWAITING_REPLY]!.oldestHereMs;
    if (startMs === undefined) return;
    const queue = name.queue === ALL ? undefined : name.queue;
    const isBusiness = config.settings(queue, name.channel as Channel).firstResponse.clock === 'business';
    const own: Figure = isBusiness
      ? { value: calendarOf(config, name).openMs(startMs, nowMs) / 1000 }
      : age(startMs, nowMs);
    if (oldest.value === null || own.value! > oldest.value) oldest = own;
  };
  for (const id of ids) {
    const name = centre.groups.nameOf(id);
    if (name.queue !== ALL) look(id, name);
    else for (const leaf of leavesOf(centre.groups, name.channel)) look(leaf.id, leaf);
  }
  return oldest;
}
