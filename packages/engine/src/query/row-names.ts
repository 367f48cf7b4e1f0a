import { ALL, type Channel, type Presentation } from '@vigie/contracts';
import type { CentreState } from '../processor/centre-state.ts';

/** A row of figures: what it is called, and the groups it adds up. */
export interface RowName {
  readonly queue: string;
  readonly channel: string;
  /** Set when the row is that of a team or a site: the queues configured with it, added up. */
  readonly team?: string;
  readonly site?: string;
  readonly groups: readonly number[];
  /** The group of its agents' time. */
  readonly agents: number | undefined;
}

/** By what interval rows can be split beside the queue. */
export const ROLL_UPS = ['team', 'site'] as const;
export type RollUp = (typeof ROLL_UPS)[number];

/** The channel of a queue of which nothing tells one, as of a contact that names none. */
export const ASSUMED_CHANNEL: Channel = 'voice';

interface Leaf {
  readonly id: number;
  readonly queue: string;
  readonly channel: string;
}

/**
 * Every known or configured queue by channel, merged where it takes several; then the totals by channel and of all. A
 * queue whose channel nobody told has a row of the {@link ASSUMED_CHANNEL}, until a contact does.
 */
export function rowNames(centre: CentreState, atMs: number): readonly RowName[] {
  const leaves = leavesOf(centre, atMs);
  const named = (queue: string, channel: string, groups: readonly number[]): RowName => {
    return { queue, channel, groups, agents: centre.groups.agentsOf({ queue, channel }) };
  };
  const silent = queuesWithoutChannel(centre, atMs);
  const queues = [...new Set([...leaves.map(({ queue }) => queue), ...silent])]
    .filter((queue) => queue !== ALL)
    .sort();
  const names: RowName[] = [];
  for (const queue of queues) {
    const own = leaves.filter((leaf) => leaf.queue === queue);
    for (const { id, channel } of own) names.push(named(queue, channel, [id]));
    if (own.length === 0) names.push(named(queue, ASSUMED_CHANNEL, []));
    if (own.length > 1) names.push(named(queue, ALL, idsOf(own)));
  }
  for (const { channel, own } of byChannel(leaves)) names.push(named(ALL, channel, idsOf(own)));
  // what belongs to no queue and no channel counts in the total alone
  return [...names, named(ALL, ALL, [...idsOf(leaves), centre.groups.idOf(ALL, ALL)])];
}

/** Queues that only their configuration or their agents tell of, and neither a channel. */
export function queuesWithoutChannel(
  { groups, versions }: Pick<CentreState, 'groups' | 'versions'>,
  atMs: number,
): readonly string[] {
  const { queueNames, queueChannels } = versions.at(atMs);
  const configured = queueNames.filter((queue) => !queueChannels.has(queue));
  return [...new Set([...configured, ...groups.namesOf('members')])].filter(
    (queue) => groups.channelsOf(queue).length === 0,
  );
}

/** Every team or site that queues are configured with: by channel, and merged where there are several. */
export function rollUpNames(
  centre: CentreState,
  atMs: number,
  presentation: Presentation,
  by: RollUp,
): readonly RowName[] {
  const ofQueue = (queue: string): string | undefined =>
    by === 'team' ? presentation.queueTeam(queue) : presentation.queueSite(queue);
  const leaves = leavesOf(centre, atMs);
  const ofQueues = leaves.flatMap(({ queue }) => ofQueue(queue) ?? []);
  const units = [...new Set([...ofQueues, ...centre.groups.namesOf(by)])].sort();
  return units.flatMap((unit): readonly RowName[] => {
    const own = leaves.filter(({ queue }) => ofQueue(queue) === unit);
    const agents = centre.groups.agentGroup(by, unit);
    const name = { ...(by === 'team' ? { team: unit } : { site: unit }), agents };
    const rows = byChannel(own).map(({ channel, own: part }) => ({ ...name, channel, groups: idsOf(part) }));
    const merged = rows.length !== 1 ? [...rows, { ...name, channel: ALL, groups: idsOf(own) }] : rows;
    return merged.map((row) => ({ queue: ALL, ...row }));
  });
}

function leavesOf(centre: CentreState, atMs: number): readonly Leaf[] {
  const { groups, versions } = centre;
  for (const [queue, channels] of versions.at(atMs).queueChannels) {
    for (const channel of channels) groups.idOf(queue, channel);
  }
  const all = Array.from({ length: groups.size }, (_, id): Leaf => ({ id, ...groups.nameOf(id) }));
  return all.filter(({ channel }) => channel !== ALL);
}

function byChannel(leaves: readonly Leaf[]): readonly { channel: string; own: readonly Leaf[] }[] {
  const channels = [...new Set(leaves.map(({ channel }) => channel))].sort();
  return channels.map((channel) => ({ channel, own: leaves.filter((leaf) => leaf.channel === channel) }));
}

function idsOf(leaves: readonly Leaf[]): readonly number[] {
  return leaves.map(({ id }) => id);
}
