import { openMs } from './calendar.ts';
import { configAt, settingsOf, type Settings } from './config.ts';
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
  readonly agent: string | undefined;
}

export type Anchor = Settings['anchor'];

/** Something that happened to a conversation, worth counting. */
export interface Happening extends Place {
  readonly atMs: number;
}

/** A time during which a conversation counts in a gauge; `sinceMs` is what its age is measured from. */
export interface Spell extends Place {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly sinceMs: number;
  /** Where the first response may be measured from. */
  readonly starts: Readonly<Partial<Record<Settings['anchor'], number | undefined>>>;
}

export interface Conversation {
  readonly asynchronous: boolean;
  readonly firstResponse: Sample | undefined;
  readonly firstInTime: boolean;
  /** The first response measured from each of the four anchors. */
  readonly anchored: Readonly<Partial<Record<Anchor, Sample>>>;
  /** Closed without any human reply. */
  readonly unanswered: readonly Happening[];
  /** Times during which it was not closed. */
  readonly open: readonly (Place & { readonly fromMs: number; readonly untilMs: number })[];
  /** Turns open when the conversation was closed. */
  readonly unansweredTurns: readonly Happening[];
  /** Where the first response may be measured from. */
  readonly starts: Readonly<Partial<Record<Anchor, number | undefined>>>;
  /** The message that was the first response, if a message was. */
  readonly firstReply: Fact | undefined;
  readonly responses: readonly Sample[];
  readonly awaitingFirst: readonly Spell[];
  readonly awaitingReply: readonly Spell[];
}

/** A contact that flowed out of its queue and was not heard of again is decided, and its conversation over, after this long. */
export const FLOW_OUT_DECIDES_AFTER_MS = 60_000;
const SPOKEN = ['voice', 'video'];
const WRITTEN_FROM_CREATION = ['email', 'task'];

const isPublic = (fact: Fact, from: string): boolean =>
  fact.type === 'message.posted' && fact.data.visibility !== 'internal' && fact.data.from === from;
const isQueued = (fact: Fact): boolean => fact.type === 'contact.queued' && fact.data.kind !== 'consult';

/** The first human answer of a journey. */
export interface Answer {
  readonly atMs: number;
  readonly segment: Segment | undefined;
  readonly agent: string | undefined;
}

const isInTime = (durationMs: number, { inclusive, targetMs }: Settings): boolean =>
  inclusive ? durationMs <= targetMs : durationMs < targetMs;

/** Turns, first response and what is still awaited, read out of one journey (`kpis.md` §5). */
export function readConversation(
  scan: Scan,
  channel: string,
  answeredAt: Answer | undefined,
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
    const nothing = {
      asynchronous: false,
      firstResponse: undefined,
      firstInTime: false,
      anchored: {},
      starts: {},
      unanswered: [],
      open: [],
      unansweredTurns: [],
      firstReply: undefined,
      responses: [],
      awaitingFirst: [],
      awaitingReply: [],
    };
    if (answeredAt === undefined || firstEntry === undefined) return nothing;
    const { atMs, segment, agent } = answeredAt;
    const place = segment === undefined ? placeAt(atMs) : { queue: segment.queue, channel: segment.channel };
    const durationMs = Math.max(0, atMs - firstEntry.enteredMs);
    const firstResponse = { ...place, atMs, durationMs, agent };
    const firstInTime = isInTime(durationMs, settingsAt(atMs, place));
    const anchored = { customer_first_message: firstResponse, queue_entry: firstResponse };
    return { ...nothing, firstResponse, firstInTime, anchored };
  }

  /** By the clock of the replying queue, in force at the reply. */
  const measure = (place: Place, fromMs: number, atMs: number): number => {
    const settings = settingsAt(atMs, place);
    if (!settings.businessClock) return atMs - fromMs;
    return openMs(configAt(timeline, atMs), settings.calendar, fromMs, atMs);
  };

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
  let firstInTime = false;
  const anchored: Partial<Record<Anchor, Sample>> = {};
  const handoff = firstHandoff(facts);
  const starts: Record<Anchor, number | undefined> = {
    customer_first_message: start?.timeMs,
    queue_entry: firstEntry?.enteredMs,
    agent_assignment: facts.find((fact) => fact.type === 'contact.answered')?.timeMs,
    bot_handoff: handoff?.timeMs,
  };
  if (start !== undefined && firstReply !== undefined) {
    const atMs = firstReply.timeMs;
    const place = placeAt(atMs);
    const settings = settingsAt(atMs, place);
    for (const [anchor, fromMs] of Object.entries(starts) as [Anchor, number | undefined][]) {
      if (fromMs === undefined || fromMs > atMs) continue;
      const durationMs = measure(place, fromMs, atMs);
      anchored[anchor] = { ...place, atMs, durationMs, agent: firstReply.data.agent?.id };
    }
    firstResponse = anchored[settings.anchor];
    firstInTime = firstResponse !== undefined && isInTime(firstResponse.durationMs, settings);
  }

  // One walk for turns and gauges: what is true after each fact holds until the next.
  const responses: Sample[] = [];
  const awaitingFirst: Spell[] = [];
  const awaitingReply: Spell[] = [];
  const unanswered: Happening[] = [];
  const unansweredTurns: Happening[] = [];
  const open: (Place & { fromMs: number; untilMs: number })[] = [];
  let isOpen = false;
  let turnSinceMs: number | undefined;
  let customerWrote = false;
  let replied = false;
  let botCreated = false;
  let lastSpeaker = '';
  let handedOver = false;
  let queued = false;
  let queuedAfterBot = false;
  let botSpoke = false;
  let isClosed = false;
  let left: { readonly turnSinceMs: number | undefined } | undefined;
  let flowedOut: Fact | undefined;
  scan.steps.forEach(({ fact, closesContact, leavesContact, flowsOut }, i) => {
    const atMs = fact.timeMs;
    const comesBack = isQueued(fact) || fact.type === 'contact.answered' || isPublic(fact, 'agent');
    if (left !== undefined && comesBack) {
      if (left.turnSinceMs !== undefined) unansweredTurns.pop();
      unanswered.length = 0;
      turnSinceMs = left.turnSinceMs;
      customerWrote = start !== undefined && start.timeMs <= atMs;
      isClosed = false;
      left = undefined;
    }
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
      unanswered.length = 0;
      isClosed = false;
      left = undefined;
    } else if (isPublic(fact, 'agent')) {
      if (turnSinceMs !== undefined) {
        const place = placeAt(atMs);
        const counts = fact !== firstReply || settingsAt(atMs, place).responseTimeIncludesFirst;
        if (counts) {
          const durationMs = measure(place, turnSinceMs, atMs);
          responses.push({ ...place, atMs, durationMs, agent: fact.data.agent?.id });
        }
      }
      turnSinceMs = undefined;
      lastSpeaker = 'agent';
      if (fact === firstReply) replied = true;
    } else if (isPublic(fact, 'bot')) {
      if (!handedOver) turnSinceMs = undefined;
      botSpoke = true;
      lastSpeaker = 'bot';
    }
    const leaves = leavesContact && !isClosed;
    if (closesContact || leavesContact) isOpen = false;
    else if (isPublic(fact, 'customer') || isQueued(fact) || fact.type === 'contact.created') isOpen = true;
    if (closesContact || leaves) {
      left = leaves ? { turnSinceMs } : undefined;
      isClosed = true;
      if (turnSinceMs !== undefined) unansweredTurns.push({ ...placeAt(atMs), atMs });
      if (start !== undefined && start.timeMs <= atMs && firstReply === undefined)
        unanswered.splice(0, 1, { ...placeAt(atMs), atMs });
      turnSinceMs = undefined;
      customerWrote = false;
    }

    if (flowsOut && !isClosed) flowedOut = fact;
    else if (closesContact || leaves || follows(fact, segments)) flowedOut = undefined;

    const untilMs = scan.steps[i + 1]?.fact.timeMs ?? Number.POSITIVE_INFINITY;
    if (isOpen) open.push({ ...placeAt(atMs), fromMs: atMs, untilMs });
    const heldByBot = !handedOver && !queued && (botCreated || lastSpeaker === 'bot');
    if (heldByBot || untilMs === atMs) return;
    const spell = {
      ...placeAt(atMs),
      fromMs: atMs,
      untilMs,
      sinceMs: turnSinceMs ?? atMs,
      starts,
    };
    if (customerWrote && !replied) awaitingFirst.push(spell);
    if (turnSinceMs !== undefined) awaitingReply.push(spell);
  });
  const isCalledBack = facts.some(
    ({ type, data }) =>
      type === 'callback.requested' || (type === 'contact.flow_out' && data.cause === 'callback'),
  );
  const overMs =
    flowedOut === undefined || isCalledBack ? undefined : flowedOut.timeMs + FLOW_OUT_DECIDES_AFTER_MS;
  if (overMs !== undefined) {
    const over = { ...placeAt(overMs), atMs: overMs };
    if (turnSinceMs !== undefined) unansweredTurns.push(over);
    if (start !== undefined && firstReply === undefined) unanswered.splice(0, 1, over);
  }
  const before = (spells: readonly Spell[]): readonly Spell[] =>
    overMs === undefined
      ? spells
      : spells
          .filter(({ fromMs }) => fromMs < overMs)
          .map((spell) => ({ ...spell, untilMs: Math.min(spell.untilMs, overMs) }));
  return {
    asynchronous: segments.some((segment) => segment.asynchronous),
    firstResponse,
    firstInTime,
    anchored,
    starts,
    unanswered,
    open,
    unansweredTurns,
    firstReply,
    responses,
    awaitingFirst: before(awaitingFirst),
    awaitingReply: before(awaitingReply),
  };
}

/** Is it a sign that a conversation which flowed out of its queue goes on? */
function follows(fact: Fact, segments: readonly Segment[]): boolean {
  const { type, data } = fact;
  if (type === 'message.posted') return data.visibility !== 'internal' && data.from !== 'system';
  if (type === 'contact.queued')
    return data.kind === 'resume' || segments.some((s) => s.entry === fact && s.kind !== 'consult');
  return ['contact.created', 'contact.answered', 'contact.handoff'].includes(type);
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
