import { agentLives, leavesAcwAt, type AgentLife } from './agents.ts';
import { customerContacts, judgeCases, repeats, type CustomerContact, type JudgedCase } from './cases.ts';
import { agesOf, configAt, settingsOf, timelineOf, type Settings } from './config.ts';
import { arrivedInHours, judgeContact, type JudgedContact } from './contact.ts';
import { readConversation, type Answer, type Conversation, type Place } from './conversation.ts';
import { believed, uniteFacts, type Fact, type FactSet, type Lateness } from './facts.ts';
import { latestSegment, NOT_AN_ARRIVAL, type Handling, type Scan, type Segment } from './journey.ts';
import { scanJourney } from './scan.ts';
import { callbacksOf, type Callback } from './callbacks.ts';
import type { Mark } from './mark.ts';
import { marksOf } from './marks.ts';
import { listedEntries, onlyListed, withListedEntries } from './waiting-lists.ts';
import type { OracleConfig, OracleConfigVersion, OracleEvent } from './types.ts';

const OVERFLOW_WITHIN_MS = 10_000;

/** A segment with its wait, judged with the configuration in force at its outcome. */
export interface JudgedSegment extends Place {
  readonly journey: string;
  /** Of the contact's arrival, by this queue's calendar. */
  readonly inHours: boolean;
  /** Who answered. */
  readonly agent: string | undefined;
  readonly kind: string;
  readonly enteredMs: number;
  /** Of a conversation that only a message answers: where its wait is measured from until there is a first reply. */
  readonly written:
    { readonly starts: Conversation['starts']; readonly repliedMs: number | undefined } | undefined;
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
  readonly journey: string;
  readonly agent: string;
  readonly inbound: boolean;
  /** Help for another agent's contact: in no customer metric. */
  readonly consult: boolean;
  readonly talkEndMs: number;
  readonly endedInTransfer: boolean;
  /** The customer hung up while on hold. */
  readonly leftOnHold: boolean;
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

/** Everything the events say, folded once; every figure of every instant is counted from it. */
export interface Centre {
  readonly facts: FactSet;
  readonly timeline: readonly OracleConfigVersion[];
  readonly segments: readonly JudgedSegment[];
  /** Of every direction and kind. */
  readonly handlings: readonly JudgedHandling[];
  readonly contacts: readonly JudgedContact[];
  readonly conversations: readonly Conversation[];
  readonly marks: readonly Mark[];
  readonly scans: ReadonlyMap<string, Scan>;
  readonly callbacks: readonly Callback[];
  readonly lives: readonly AgentLife[];
  readonly cases: readonly JudgedCase[];
  /** Contacts of known customers. */
  readonly classified: readonly { readonly contact: CustomerContact; readonly repeat: boolean }[];
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
  const outbound: JudgedContact[] = [];
  const conversations: Conversation[] = [];
  const marks: Mark[] = [];
  const callbacks: Callback[] = [];
  const scans = new Map<string, Scan>();
  const leaves = new Map([...facts.agents].map(([agent, words]) => [agent, leavesAcwAt(agent, words)]));
  const leavesOf = (agent: string) => leaves.get(agent) ?? [];
  const solvedByBot = new Set(
    [...facts.cases]
      .filter(([, told]) =>
        believed(told).some(({ type, data }) => type.endsWith('.resolved') && data.by === 'bot'),
      )
      .map(([id]) => id),
  );
  let held = 0;
  let conflicts = 0;
  const surroundings = { timeline, restarts: facts.restarts, snapshots: facts.snapshots };
  const listed = listedEntries(facts.snapshots);
  const readJourney = (elements: readonly Fact[]): Scan =>
    scanJourney(withListedEntries(elements, listed), surroundings);
  for (const [journey, elements] of [...facts.journeys, ...listedAlone(facts, readJourney)]) {
    const scan = readJourney(elements);
    scans.set(journey, scan);
    held += scan.held.length;
    conflicts += scan.conflicts;
    const answer = firstAnswer(scan);
    const channel = channelOfArrival(scan);
    const inbound = scan.direction === 'inbound';
    const counted = inbound || !['voice', 'video'].includes(channel);
    const conversation = readConversation(scan, channel, inbound ? answer : undefined, timeline);
    if (counted) conversations.push(conversation);
    const own = scan.handlings.map((handling) =>
      judgeHandling(handling, journey, scan, channel, timeline, leavesOf(handling.agent)),
    );
    handlings.push(...own);
    const contact = judgeContact(journey, scan, channel, answer, conversation, timeline);
    (inbound ? contacts : outbound).push(contact);
    if (!inbound) continue;
    const stays = scan.segments
      .filter((segment) => segment.kind !== 'consult')
      .map((segment) => judgeSegment(segment, scan, contact, conversation, timeline));
    segments.push(...stays);
    callbacks.push(...callbacksOf(scan, channel));
    const judged = { scan, contact, conversation, segments: stays, handlings: own };
    marks.push(...marksOf(judged, timeline, solvedByBot));
  }
  const folded = { facts, timeline, segments, handlings, contacts, conversations, marks, scans, callbacks };
  const customers = customerContacts(folded, outbound);
  return {
    ...folded,
    lives: agentLives(folded),
    cases: judgeCases(folded, customers),
    classified: repeats(folded, customers),
    held,
    conflicts,
  };
}

/** The stays that only snapshots tell of; those without a name are known by queue and entry. */
function listedAlone(
  { snapshots, journeys }: FactSet,
  readJourney: (elements: readonly Fact[]) => Scan,
): ReadonlyMap<string, readonly Fact[]> {
  if (snapshots.length === 0) return new Map();
  const unnamed = [...journeys.values()].flatMap((elements) =>
    readJourney(elements)
      .segments.filter(({ entry }) => entry.segmentId === undefined)
      .map(({ entry, queue, enteredMs }) => ({ source: entry.source, queue, enteredMs })),
  );
  return onlyListed(snapshots, journeys, unnamed);
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
function firstAnswer(scan: Scan): Answer | undefined {
  const answers: Answer[] = [];
  for (const segment of scan.segments) {
    if (segment.kind === 'consult' || segment.outcome.kind !== 'answered') continue;
    answers.push({ atMs: segment.outcome.atMs, segment, agent: segment.outcome.agent });
  }
  for (const handling of scan.handlings) {
    if (handling.segmentKey === undefined && handling.queue === undefined)
      answers.push({ atMs: handling.startMs, segment: undefined, agent: handling.agent });
  }
  return answers.sort((a, b) => a.atMs - b.atMs)[0];
}

function judgeSegment(
  segment: Segment,
  scan: Scan,
  contact: JudgedContact,
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
    journey: contact.journey,
    inHours: arrivedInHours(timeline, contact.presentedMs ?? enteredMs, queue, channel),
    agent: outcome.agent,
    written: segment.asynchronous
      ? { starts: conversation.starts, repliedMs: conversation.firstReply?.timeMs }
      : undefined,
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
  journey: string,
  scan: Scan,
  channel: string,
  timeline: readonly OracleConfigVersion[],
  leavesAcw: readonly number[],
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
    const fromMs = wrapStartMs;
    // Nobody told its end: the agent's next state does.
    const leftMs = Math.min(latestMs, ...leavesAcw.filter((ms) => ms > fromMs));
    endMs = Math.min(wrapEndMs ?? leftMs, latestMs);
    acwMs = endMs - wrapStartMs;
  }
  const lostMs =
    handling.talkEndMs === undefined && handling.restartMs !== undefined && handling.restartMs < endMs
      ? handling.restartMs
      : undefined;
  const named = handling.segmentKey !== undefined;
  const told = named || handling.queue !== undefined;
  const home = handling.segment ?? (told ? undefined : latestSegment(scan.segments, startMs));
  const { endedBy } = handling;
  return {
    journey,
    agent: handling.agent,
    inbound: scan.direction === 'inbound',
    consult: handling.segment?.kind === 'consult',
    talkEndMs,
    endedInTransfer:
      endedBy?.type === 'contact.transferred' ||
      (endedBy?.type === 'contact.ended' && endedBy.data.by === 'transfer'),
    leftOnHold: handling.endedOnHold && endedBy?.type === 'contact.ended' && endedBy.data.by === 'customer',
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
