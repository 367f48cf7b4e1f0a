import type { Centre } from './centre.ts';
import type { Conversation, Place } from './conversation.ts';
import type { Scope } from './figures.ts';
import type { OracleConfig } from './types.ts';

export const ALL = '_all';

/** Of a queue of which nothing tells the channel. */
const ASSUMED = 'voice';

export interface RowKey {
  readonly queue: string;
  readonly channel: string;
}

/** Which rows there are: every leaf, a merged one for a queue of several channels, the totals. */
export function rowKeys(centre: Centre, config: OracleConfig): RowKey[] {
  const leaves = new Map<string, Set<string>>();
  const know = (queue: string, channel: string) =>
    leaves.set(queue, (leaves.get(queue) ?? new Set<string>()).add(channel));
  for (const [queue, settings] of Object.entries(config.queues ?? {})) {
    const channels = settings.channels === undefined ? [settings.channel] : Object.keys(settings.channels);
    for (const channel of channels) if (channel !== undefined) know(queue, channel);
  }
  const places: readonly Place[] = [
    ...centre.segments,
    ...centre.handlings.filter((h) => h.inbound && !h.consult),
    ...[...centre.scans.values()]
      .filter((scan) => scan.direction === 'inbound')
      .flatMap((scan) => scan.segments.filter((segment) => segment.kind === 'consult')),
  ];
  for (const { queue, channel } of places) if (queue !== undefined) know(queue, channel);
  const staffed = centre.lives.flatMap(({ memberships }) => memberships.flatMap(({ queues }) => queues));
  for (const queue of [...Object.keys(config.queues ?? {}), ...staffed])
    if (!leaves.has(queue)) leaves.set(queue, new Set());
  const keys: RowKey[] = [];
  const channels = new Set<string>();
  for (const [queue, ofQueue] of [...leaves].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (ofQueue.size === 0) keys.push({ queue, channel: ASSUMED });
    for (const channel of [...ofQueue].sort()) {
      keys.push({ queue, channel });
      channels.add(channel);
    }
    if (ofQueue.size > 1) keys.push({ queue, channel: ALL });
  }
  const presented = centre.contacts.filter((c) => c.presentedMs !== undefined);
  for (const { channel } of [...presented, ...places]) channels.add(channel);
  for (const channel of [...channels].sort()) keys.push({ queue: ALL, channel });
  keys.push({ queue: ALL, channel: ALL });
  return keys;
}

/** Everything that counts in one row. */
export function scopeOf(centre: Centre, { queue, channel }: RowKey): Scope {
  const inside = (place: Place): boolean =>
    (queue === ALL || place.queue === queue) && (channel === ALL || place.channel === channel);
  return {
    segments: centre.segments.filter(inside),
    handlings: centre.handlings.filter((h) => h.inbound && !h.consult && inside(h)),
    contacts:
      queue === ALL ? centre.contacts.filter((c) => channel === ALL || c.channel === channel) : undefined,
    firstResponses: centre.conversations.flatMap((c) => c.firstResponse ?? []).filter(inside),
    responses: centre.conversations.flatMap((c) => c.responses).filter(inside),
    conversations: centre.conversations.filter(counted(inside)).map((c) => ({
      ...c,
      firstResponse: c.firstResponse && inside(c.firstResponse) ? c.firstResponse : undefined,
      anchored: Object.fromEntries(Object.entries(c.anchored).filter(([, sample]) => inside(sample))),
      awaitingFirst: c.awaitingFirst.filter(inside),
      awaitingReply: c.awaitingReply.filter(inside),
    })),
    marks: centre.marks.filter(inside),
  };
}

/** Has a conversation anything at all that counts in a row? */
const counted =
  (inside: (place: Place) => boolean) =>
  (c: Conversation): boolean =>
    [...Object.values(c.anchored), ...c.awaitingFirst, ...c.awaitingReply].some(inside);
