import { configAt, settingsOf } from './config.ts';
import type { Fact } from './facts.ts';
import { latestSegment, NOT_AN_ARRIVAL, type Scan, type Segment } from './journey.ts';
import type { OracleConfigVersion } from './types.ts';

/** Where a figure belongs: a queue's row, or only the totals. */
export interface Place {
  readonly queue: string | undefined;
  readonly channel: string;
}

/** One duration that counts at one instant. */
export interface Sample extends Place {
  readonly atMs: number;
  readonly durationMs: number;
}

/** A time during which a conversation counts in a gauge; `sinceMs` is what its age is measured from. */
export interface Spell extends Place {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly sinceMs: number;
}

export interface Conversation {
  readonly firstResponse: Sample | undefined;
  /** The message that was the first response, if a message was. */
  readonly firstReply: Fact | undefined;
  readonly responses: readonly Sample[];
  readonly awaitingFirst: readonly Spell[];
  readonly awaitingReply: readonly Spell[];
}

const SPOKEN = ['voice', 'video'];
const WRITTEN_FROM_CREATION = ['email', 'task'];

const isPublic = (fact: Fact, from: string): boolean =>
  fact.type === 'message.posted' && fact.data.visibility !== 'internal' && fact.data.from === from;
const isQueued = (fact: Fact): boolean => fact.type === 'contact.queued' && fact.data.kind !== 'consult';

/** Turns, first response and what is still awaited, read out of one journey (`kpis.md` §5). */
export function readConversation(
  scan: Scan,
  channel: string,
  answeredAt: { readonly atMs: number; readonly segment: Segment | undefined } | undefined,
  timeline: readonly OracleConfigVersion[],
): Conversation {
  const { facts, segments } = scan;
  const placeAt = (atMs: number): Place => {
    const segment = latestSegment(segments, atMs);
    return { queue: segment?.queue, channel: segment?.channel ?? channel };
  };
  const settingsAt = (atMs: number, place: Place) =>
    settingsOf(configAt(timeline, atMs), place.queue, place.channel);
  const firstEntry = segments.find((segment) => !NOT_AN_ARRIVAL.includes(segment.kind));

  if (SPOKEN.includes(channel)) {
    const nothing = { firstReply: undefined, responses: [], awaitingFirst: [], awaitingReply: [] };
    if (answeredAt === undefined || firstEntry === undefined) return { firstResponse: undefined, ...nothing };
    const { atMs, segment } = answeredAt;
    const place = segment === undefined ? placeAt(atMs) : { queue: segment.queue, channel: segment.channel };
    const durationMs = Math.max(0, atMs - firstEntry.enteredMs);
    return { firstResponse: { ...place, atMs, durationMs }, ...nothing };
  }

  // First response: one a conversation, ever.
  const firstFromCustomer = facts.find((fact) => isPublic(fact, 'customer'));
  const created = facts.find((fact) => fact.type === 'contact.created');
  const start = WRITTEN_FROM_CREATION.includes(channel)
    ? facts.find((fact) => fact === created || fact === firstFromCustomer)
    : firstFromCustomer;
  const firstReply =
    start === undefined
      ? undefined
      : facts.find((fact, i) => i > facts.indexOf(start) && isPublic(fact, 'agent'));
  let firstResponse: Sample | undefined;
  const handoff = firstHandoff(facts);
  if (start !== undefined && firstReply !== undefined) {
    const atMs = firstReply.timeMs;
    const place = placeAt(atMs);
    const { anchor } = settingsAt(atMs, place);
    const assigned = facts.find((fact) => fact.type === 'contact.answered');
    const fromMs = {
      customer_first_message: start.timeMs,
      queue_entry: firstEntry?.enteredMs,
      agent_assignment: assigned?.timeMs,
      bot_handoff: handoff?.timeMs,
    }[anchor];
    if (fromMs !== undefined && fromMs <= atMs) firstResponse = { ...place, atMs, durationMs: atMs - fromMs };
  }

  // One walk for turns and gauges: what is true after each fact holds until the next.
  const responses: Sample[] = [];
  const awaitingFirst: Spell[] = [];
  const awaitingReply: Spell[] = [];
  let turnSinceMs: number | undefined;
  let customerWrote = false;
  let replied = false;
  let botCreated = false;
  let lastSpeaker = '';
  let handedOver = false;
  let queued = false;
  let queuedAfterBot = false;
  let botSpoke = false;
  scan.steps.forEach(({ fact, closesContact }, i) => {
    const atMs = fact.timeMs;
    if (fact.type === 'contact.created' && fact.data.bot === true) botCreated = true;
    const handsOver =
      fact.type === 'contact.handoff' || (isQueued(fact) && botSpoke && !queuedAfterBot && !handedOver);
    if (isQueued(fact)) {
      queued = true;
      if (botSpoke) queuedAfterBot = true;
    }
    if (handsOver) {
      handedOver = true;
      turnSinceMs ??= atMs;
    }
    if (isPublic(fact, 'customer')) {
      turnSinceMs ??= atMs;
      customerWrote = true;
    } else if (isPublic(fact, 'agent')) {
      if (turnSinceMs !== undefined) {
        const place = placeAt(atMs);
        const counts = fact !== firstReply || settingsAt(atMs, place).responseTimeIncludesFirst;
        if (counts) responses.push({ ...place, atMs, durationMs: atMs - turnSinceMs });
      }
      turnSinceMs = undefined;
      lastSpeaker = 'agent';
      if (fact === firstReply) replied = true;
    } else if (isPublic(fact, 'bot')) {
      if (!handedOver) turnSinceMs = undefined;
      botSpoke = true;
      lastSpeaker = 'bot';
    }
    if (closesContact) {
      turnSinceMs = undefined;
      customerWrote = false;
    }

    const untilMs = scan.steps[i + 1]?.fact.timeMs ?? Number.POSITIVE_INFINITY;
    const heldByBot = !handedOver && !queued && (botCreated || lastSpeaker === 'bot');
    if (heldByBot || untilMs === atMs) return;
    const spell = { ...placeAt(atMs), fromMs: atMs, untilMs, sinceMs: turnSinceMs ?? atMs };
    if (customerWrote && !replied) awaitingFirst.push(spell);
    if (turnSinceMs !== undefined) awaitingReply.push(spell);
  });
  return { firstResponse, firstReply, responses, awaitingFirst, awaitingReply };
}

/** The hand-off: told as such, or the first queue after a bot's message, whichever comes first. */
function firstHandoff(facts: readonly Fact[]): Fact | undefined {
  let botSpoke = false;
  for (const fact of facts) {
    if (fact.type === 'contact.handoff' || (botSpoke && isQueued(fact))) return fact;
    if (isPublic(fact, 'bot')) botSpoke = true;
  }
  return undefined;
}
