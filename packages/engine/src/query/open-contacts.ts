import { formatInstant, type Channel, type ContactState } from '@vigie/contracts';
import {
  lostAtAge,
  overThresholdAfterMs,
  type ContactView,
  type Handling,
  type Segment,
} from '@vigie/metrics';
import type { CentreState } from '../processor/centre-state.ts';
import type { FrozenEntities } from '../processor/frozen-entities.ts';
import { viewOf } from './look.ts';
import type { Steps } from './steps.ts';

/** A contact that is open in a queue. Its ids are those of its source: they name no customer. */
export interface OpenContact {
  readonly contact: string;
  readonly segment?: string;
  readonly queue: string;
  readonly channel: Channel;
  readonly state: ContactState;
  /** Start of the wait; of one that is talking, the answer. */
  readonly since: string;
  /** Waits longer than the service level allows, or did until it was answered. */
  readonly overThreshold: boolean;
}

/** Which open contacts are asked for. */
export interface ContactsAsked {
  readonly nowMs: number;
  readonly queue: (queue: string) => boolean;
  readonly channel: (channel: string) => boolean;
  readonly state: (state: ContactState) => boolean;
}

const PER_STEP = 200;

/** Contacts open in the queues asked for. `entities`: the contacts with an instant after now. */
export function* openContacts(
  centre: CentreState,
  entities: FrozenEntities,
  asked: ContactsAsked,
): Steps<readonly OpenContact[]> {
  const found: OpenContact[] = [];
  let left = PER_STEP;
  for (const open of entities) {
    for (const contact of contactsOf(centre, viewOf(centre, open()), asked.nowMs)) {
      if (asked.queue(contact.queue) && asked.channel(contact.channel) && asked.state(contact.state))
        found.push(contact);
    }
    if (--left > 0) continue;
    left = PER_STEP;
    yield;
  }
  return found;
}

/** Where a contact stands in a list, oldest first: no two stand in the same place. */
export function positionOf({ since, contact, segment = '', state }: OpenContact): string {
  return JSON.stringify([since, contact, segment, state]);
}

function* contactsOf(centre: CentreState, view: ContactView, nowMs: number): Generator<OpenContact> {
  if (!view.inbound) return;
  for (const segment of view.segments) {
    const { enteredAt, queue, contact, id, channel, kind } = segment;
    if (enteredAt === undefined || queue === undefined || kind === 'consult') continue;
    if (!isWaitingAt(centre, segment, nowMs)) continue;
    const rings = segment.offers.some(({ from, to }) => from <= nowMs && (to === undefined || to > nowMs));
    yield {
      contact,
      ...(id === undefined ? {} : { segment: id }),
      queue,
      channel,
      state: rings ? 'ringing' : 'waiting',
      since: formatInstant(enteredAt),
      overThreshold: isOver(centre, segment, nowMs - enteredAt, nowMs),
    };
  }
  for (const handling of view.handlings) {
    const { segment, contact, startAt } = handling;
    if (segment?.queue === undefined || segment.kind === 'consult') continue;
    if (!isTalkingAt(centre, handling, nowMs)) continue;
    yield {
      contact,
      ...(segment.id === undefined ? {} : { segment: segment.id }),
      queue: segment.queue,
      channel: segment.channel,
      state: 'talking',
      since: formatInstant(startAt),
      overThreshold: isOver(centre, segment, startAt - (segment.enteredAt ?? startAt), startAt),
    };
  }
}

function isWaitingAt(centre: CentreState, segment: Segment, nowMs: number): boolean {
  const { enteredAt, outcome } = segment;
  if (enteredAt === undefined || enteredAt > nowMs) return false;
  if (outcome !== undefined && outcome.at <= nowMs) return false;
  return (lostAtAge(segment, centre.versions) ?? enteredAt) > nowMs;
}

function isTalkingAt(centre: CentreState, handling: Handling, nowMs: number): boolean {
  const { startAt, talkEndAt, source } = handling;
  if (startAt > nowMs) return false;
  if (talkEndAt !== undefined) return talkEndAt > nowMs;
  const restarted = centre.sources.restarts.get(source)?.some(({ at }) => at >= startAt && at <= nowMs);
  return restarted !== true && startAt + centre.versions.at(startAt).time.maxHandlingAgeMs > nowMs;
}

function isOver(centre: CentreState, segment: Segment, waitedMs: number, atMs: number): boolean {
  const { serviceLevel } = centre.versions.at(atMs).settings(segment.queue, segment.channel);
  return serviceLevel.segmentKinds.includes(segment.kind) && waitedMs >= overThresholdAfterMs(serviceLevel);
}
