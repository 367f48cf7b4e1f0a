import { agesOf, configAt, settingsOf, timelineOf, type Settings } from './config.ts';
import { readConversation, type Conversation, type Place } from './conversation.ts';
import { uniteFacts, type FactSet, type Lateness } from './facts.ts';
import { latestSegment, NOT_AN_ARRIVAL, type Handling, type Scan, type Segment } from './journey.ts';
import { scanJourney } from './scan.ts';
import type { OracleConfig, OracleConfigVersion, OracleEvent } from './types.ts';

const OVERFLOW_WITHIN_MS = 10_000;
const FLOW_OUT_DECIDES_AFTER_MS = 60_000;

/** A segment with its wait, judged with the configuration in force at its outcome. */
export interface JudgedSegment extends Place {
  readonly kind: string;
  readonly enteredMs: number;
  /** It waits in [enteredMs, exitMs). */
  readonly exitMs: number;
  readonly outcome: 'answered' | 'abandoned' | 'flow_out' | 'lost';
  /** Of a flow-out, as it is shown. */
  readonly cause: string;
  readonly waitMs: number;
  readonly within: boolean;
  readonly short: boolean;
  readonly settings: Settings;
  /** The contact's first entry into any queue. */
  readonly firstEntryMs: number;
  readonly reportsRing: boolean;
  /** Instants of its offers: rings from `fromMs` until `untilMs`. */
  readonly rings: readonly { readonly fromMs: number; readonly untilMs: number }[];
}

export interface JudgedHandling extends Place {
  readonly startMs: number;
  /** End of after-contact work, or the restart that lost it. */
  readonly untilMs: number;
  /** Undefined when a restart lost it. */
  readonly handledMs: number | undefined;
  readonly talkMs: number;
  readonly holdMs: number;
  readonly acwMs: number;
  readonly reportsHold: boolean;
  readonly reportsAcw: boolean;
}

/** The customer's journey as one contact. */
export interface JudgedContact {
  readonly channel: string;
  readonly presentedMs: number;
  readonly decidedMs: number | undefined;
  /** Undefined: answered by a human (when decided). */
  readonly missedReason: string | undefined;
}

/** Everything the events say, folded once; every figure of every instant is counted from it. */
export interface Centre {
  readonly facts: FactSet;
  readonly timeline: readonly OracleConfigVersion[];
  readonly segments: readonly JudgedSegment[];
  readonly handlings: readonly JudgedHandling[];
  readonly contacts: readonly JudgedContact[];
  readonly conversations: readonly Conversation[];
  readonly held: number;
  readonly conflicts: number;
}

/** Folds all events. `config` is the first version; `config.changed` events bring the others. */
export function foldCentre(
  events: readonly OracleEvent[],
  config: OracleConfig = {},
  lateness?: Lateness,
): Centre {
  const facts = uniteFacts(events, lateness);
  const timeline = timelineOf(events, config);
  const segments: JudgedSegment[] = [];
  const handlings: JudgedHandling[] = [];
  const contacts: JudgedContact[] = [];
  const conversations: Conversation[] = [];
  let held = 0;
  let conflicts = 0;
  for (const elements of facts.journeys.values()) {
    const scan = scanJourney(elements, { timeline, restarts: facts.restarts });
    held += scan.held;
    conflicts += scan.conflicts;
    const answer = firstAnswer(scan);
    const channel = channelOfArrival(scan);
    const inbound = scan.direction === 'inbound';
    const counted = inbound || !['voice', 'video'].includes(channel);
    const conversation = readConversation(scan, channel, inbound ? answer : undefined, timeline);
    if (counted) conversations.push(conversation);
    if (!inbound) continue;
    for (const segment of scan.segments) {
      if (segment.kind !== 'consult') segments.push(judgeSegment(segment, scan, conversation, timeline));
    }
    for (const handling of scan.handlings) {
      if (handling.segment?.kind === 'consult') continue;
      handlings.push(judgeHandling(handling, scan, channel, timeline));
    }
    const contact = judgeContact(scan, channel, answer?.atMs);
    if (contact !== undefined) contacts.push(contact);
  }
  return { facts, timeline, segments, handlings, contacts, conversations, held, conflicts };
}

const isArrival = (segment: Segment): boolean => !NOT_AN_ARRIVAL.includes(segment.kind);

function channelOfArrival({ facts, segments }: Scan): string {
  const rejected = facts.find((fact) => fact.type === 'contact.rejected');
  const arrival = segments.find(isArrival);
  if (arrival !== undefined && (rejected === undefined || arrival.enteredMs <= rejected.timeMs)) {
    return arrival.channel;
  }
  const told = facts.map((fact) => fact.data.contact?.channel).find((channel) => channel !== undefined);
  return rejected?.data.contact?.channel ?? told ?? 'voice';
}

/** The first human answer: an outcome that won, or a handling without any segment. */
function firstAnswer(scan: Scan): { atMs: number; segment: Segment | undefined } | undefined {
  const answers: { atMs: number; segment: Segment | undefined }[] = [];
  for (const segment of scan.segments) {
    if (segment.kind === 'consult' || segment.outcome.kind !== 'answered') continue;
    answers.push({ atMs: segment.outcome.atMs, segment });
  }
  for (const handling of scan.handlings) {
    if (handling.segmentKey === undefined && handling.queue === undefined)
      answers.push({ atMs: handling.startMs, segment: undefined });
  }
  return answers.sort((a, b) => a.atMs - b.atMs)[0];
}

function judgeSegment(
  segment: Segment,
  scan: Scan,
  conversation: Conversation,
  timeline: readonly OracleConfigVersion[],
): JudgedSegment {
  const { outcome, enteredMs, queue, channel, kind } = segment;
  const exitMs = outcome.atMs;
  const settings = settingsOf(configAt(timeline, exitMs), queue, channel);
  const firstEntryMs = scan.segments.find(isArrival)?.enteredMs ?? enteredMs;
  const clockMs = settings.clock === 'contact' && kind === 'overflow' ? firstEntryMs : enteredMs;
  let waitMs = Math.max(0, exitMs - clockMs);
  if (segment.asynchronous && outcome.message !== undefined && outcome.message === conversation.firstReply) {
    waitMs = conversation.firstResponse?.durationMs ?? waitMs;
  }
  const isWithin = (limitMs: number) => (settings.inclusive ? waitMs <= limitMs : waitMs < limitMs);
  const followed = scan.segments.some(
    (next) =>
      next !== segment &&
      next.kind !== 'consult' &&
      next.enteredMs >= exitMs &&
      next.enteredMs <= exitMs + OVERFLOW_WITHIN_MS,
  );
  return {
    queue,
    channel,
    kind,
    enteredMs,
    exitMs,
    outcome: outcome.kind,
    cause: outcome.cause === 'timeout' && followed ? 'overflow' : outcome.cause,
    waitMs,
    within: isWithin(settings.thresholdMs),
    short: isWithin(settings.shortAbandonMs),
    settings,
    firstEntryMs,
    reportsRing: segment.reports.ring,
    rings: ringsOf(segment),
  };
}

/** An offer rings until it is ended: by its id, or without one by its agent. */
function ringsOf({ offers }: Segment): { fromMs: number; untilMs: number }[] {
  return offers.flatMap((offer, i) => {
    if (offer.type !== 'contact.offered') return [];
    const end = offers.find(
      (other, j) =>
        j > i &&
        other.type === 'contact.offer_ended' &&
        (offer.data.offerId === undefined
          ? other.data.agent?.id === offer.data.agent?.id
          : other.data.offerId === offer.data.offerId),
    );
    return [{ fromMs: offer.timeMs, untilMs: end?.timeMs ?? Number.POSITIVE_INFINITY }];
  });
}

function judgeHandling(
  handling: Handling,
  scan: Scan,
  channel: string,
  timeline: readonly OracleConfigVersion[],
): JudgedHandling {
  const { startMs, stated } = handling;
  const talkEndMs = handling.talkEndMs ?? handling.maxEndMs;
  const openHoldMs = handling.holdFromMs === undefined ? 0 : talkEndMs - handling.holdFromMs;
  const holdMs = handling.holdFacts ? handling.holdMs + openHoldMs : (stated.holdMs ?? 0);
  let wrapStartMs = handling.wrapStartMs;
  let wrapEndMs = handling.wrapEndMs;
  if (wrapStartMs === undefined && stated.wrapMs !== undefined) {
    wrapStartMs = talkEndMs;
    wrapEndMs = talkEndMs + stated.wrapMs;
  }
  let endMs = talkEndMs;
  let acwMs = 0;
  if (wrapStartMs !== undefined) {
    const latestMs = wrapStartMs + agesOf(configAt(timeline, wrapStartMs)).acwMs;
    endMs = Math.min(wrapEndMs ?? latestMs, latestMs);
    acwMs = endMs - wrapStartMs;
  }
  const lostMs =
    handling.talkEndMs === undefined && handling.restartMs !== undefined && handling.restartMs < endMs
      ? handling.restartMs
      : undefined;
  const named = handling.segmentKey !== undefined;
  const told = named || handling.queue !== undefined;
  const home = handling.segment ?? (told ? undefined : latestSegment(scan.segments, startMs));
  return {
    queue: home?.queue ?? handling.queue,
    channel: home?.channel ?? channel,
    startMs,
    untilMs: lostMs ?? endMs,
    handledMs: lostMs === undefined ? endMs : undefined,
    talkMs: talkEndMs - startMs - holdMs,
    holdMs,
    acwMs,
    reportsHold: handling.reports.hold,
    reportsAcw: handling.reports.acw,
  };
}

/** `kpis.md` §4, "When a contact is decided". Undefined when it never asked for a human. */
function judgeContact(
  scan: Scan,
  channel: string,
  answeredMs: number | undefined,
): JudgedContact | undefined {
  const rejectedMs = scan.facts.find((fact) => fact.type === 'contact.rejected')?.timeMs;
  const entered = scan.segments.filter(isArrival);
  const firstEntryMs = entered[0]?.enteredMs;
  if (rejectedMs === undefined && firstEntryMs === undefined) return undefined;
  const presentedMs = Math.min(rejectedMs ?? Infinity, firstEntryMs ?? Infinity);
  const decide = (decidedMs: number | undefined, missedReason?: string): JudgedContact => ({
    channel,
    presentedMs,
    decidedMs,
    missedReason,
  });
  if (answeredMs !== undefined) return decide(answeredMs);

  const outcomes = scan.segments.filter((segment) => segment.kind !== 'consult');
  const wantsCallback =
    scan.facts.some((fact) => fact.type === 'callback.requested') ||
    outcomes.some(({ outcome }) => outcome.kind === 'flow_out' && outcome.cause === 'callback');
  if (wantsCallback) {
    const over = scan.facts.find(
      (fact) => fact.type === 'callback.failed' || fact.type === 'callback.cancelled',
    );
    return decide(over?.timeMs, over?.type === 'callback.failed' ? 'failed_callback' : 'callback');
  }
  const last = outcomes.at(-1);
  if (last === undefined || firstEntryMs === undefined) return decide(rejectedMs, 'rejected');
  if (outcomes.some(({ outcome }) => outcome.overAge)) return decide(undefined);
  const reason = last.outcome.kind === 'flow_out' ? last.outcome.cause : last.outcome.kind;
  const ended = scan.facts.find(
    (fact) => fact.type === 'contact.ended' && fact.data.by !== 'transfer' && fact.timeMs >= last.enteredMs,
  );
  if (ended !== undefined) return decide(ended.timeMs, reason);
  if (last.outcome.kind === 'abandoned') return decide(last.outcome.atMs, reason);
  if (last.outcome.kind === 'flow_out') return decide(last.outcome.atMs + FLOW_OUT_DECIDES_AFTER_MS, reason);
  return decide(undefined);
}
