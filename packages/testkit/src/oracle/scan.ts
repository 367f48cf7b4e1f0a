import { agesOf, configAt, settingsOf } from './config.ts';
import { believed, foldOrder, impliedEntry, type Fact } from './facts.ts';
import type { Candidate, Handling, Outcome, OutcomeKind, Scan, Segment, Step } from './journey.ts';
import { SKEW_MS } from './time.ts';
import type { OracleConfigVersion } from './types.ts';
import { earliest, unlistedAt, type ToldWaiting } from './waiting-lists.ts';

const OUTCOME_ORDER: readonly OutcomeKind[] = ['answered', 'abandoned', 'flow_out', 'lost'];
const UNDECIDED: Outcome = {
  kind: 'lost',
  atMs: Number.POSITIVE_INFINITY,
  cause: '',
  agent: undefined,
  message: undefined,
  overAge: true,
};

export interface Surroundings {
  readonly timeline: readonly OracleConfigVersion[];
  readonly restarts: ReadonlyMap<string, readonly number[]>;
  readonly snapshots: readonly ToldWaiting[];
}

/** Reads the facts of one journey from first to last. All facts are known; nothing depends on how they arrived. */
export function scanJourney(
  elements: readonly Fact[],
  { timeline, restarts, snapshots }: Surroundings,
): Scan {
  const facts = believed(elements);
  const direction = facts.map((f) => f.data.contact?.direction).find((d) => d !== undefined) ?? 'inbound';
  const segments: Segment[] = [];
  const handlings: Handling[] = [];
  const steps: Step[] = [];
  const held: Fact[] = [];

  const restartAfter = (source: string, ms: number): number | undefined =>
    (restarts.get(source) ?? []).filter((r) => r >= ms).sort((a, b) => a - b)[0];

  function channelOf(fact: Fact): string {
    const own = fact.data.contact?.channel;
    if (own !== undefined) return own;
    const others = facts.filter((f) => f.contactId === fact.contactId).map((f) => f.data.contact?.channel);
    const queue = fact.data.queue?.id;
    const configured =
      queue === undefined ? undefined : configAt(timeline, fact.timeMs).queues?.[queue]?.channel;
    return others.find((channel) => channel !== undefined) ?? configured ?? 'voice';
  }

  function openSegment(key: string, entry: Fact, enteredMs: number, kind: string): Segment {
    const config = configAt(timeline, enteredMs);
    const told = facts.filter(
      (f) =>
        f === entry ||
        (f.segmentId === key && (f.type === 'contact.queued' || f.type === 'contact.answered')),
    );
    const queue =
      entry.data.queue?.id ?? facts.find((f) => f.segmentId === key && f.data.queue)?.data.queue?.id;
    const channel = channelOf(entry);
    const settings = settingsOf(config, queue, channel);
    const asynchronous = settings.mode === 'async';
    const segment: Segment = {
      key,
      entry,
      contactId: entry.contactId,
      queue,
      channel,
      kind,
      enteredMs,
      reports: {
        hold: told.every((f) => f.data.reports?.hold !== false),
        acw: told.every((f) => f.data.reports?.acw !== false),
        ring: told.every((f) => f.data.reports?.ring !== false),
      },
      asynchronous,
      answeredByMessage: asynchronous || settings.answerEvent === 'first_agent_message',
      overAgeMs: enteredMs + (asynchronous ? agesOf(config).asyncMs : agesOf(config).segmentMs),
      restartMs: earliest(restartAfter(entry.source, enteredMs), unlistedAt(snapshots, entry, queue)),
      entered: false,
      resumed: false,
      candidates: [],
      closings: [],
      offers: [],
      outcome: UNDECIDED,
    };
    segments.push(segment);
    return segment;
  }

  // Entries first: an outcome may come up to 2 s before its entry.
  for (const fact of facts) {
    if (fact.type !== 'contact.queued' || fact.data.kind === 'resume') continue;
    const kind = fact.inferredEntry ? 'initial' : (fact.data.kind ?? 'initial');
    openSegment(fact.segmentId ?? ownKey(fact), fact, fact.timeMs, kind);
  }

  const named = (key: string | undefined) => segments.find((segment) => segment.key === key);
  const waits = (segment: Segment, atMs: number): boolean =>
    segment.entered &&
    segment.candidates.length === 0 &&
    segment.closings.length === 0 &&
    atMs < segment.overAgeMs &&
    (segment.restartMs === undefined || segment.restartMs > atMs);
  const talks = (handling: Handling, atMs: number): boolean =>
    handling.talkEndMs === undefined && atMs < handling.maxEndMs;

  /** The latest segment of the fact's contact, in the queue it names, for which `test` holds. */
  function latestOf(fact: Fact, test: (segment: Segment) => boolean): Segment | undefined {
    const queue = fact.data.queue?.id;
    return segments
      .filter(
        (s) => s.entered && s.contactId === fact.contactId && (queue === undefined || s.queue === queue),
      )
      .filter(test)
      .sort((a, b) => a.enteredMs - b.enteredMs || foldOrder(a.entry, b.entry))
      .at(-1);
  }

  const undecided = (segment: Segment) => segment.candidates.length === 0;

  /** An asserted outcome: to its segment, or set aside. Answers the segment it names or found. */
  function assertOutcome(fact: Fact, kind: OutcomeKind, cause: string): Segment | undefined {
    let segment = fact.segmentId === undefined ? latestOf(fact, undecided) : named(fact.segmentId);
    const enteredMs = impliedEntry(fact);
    if (fact.again === true && !(segment?.resumed === true && undecided(segment))) return segment;
    if (segment === undefined && fact.segmentId === undefined && enteredMs !== undefined) {
      segment = openSegment(ownKey(fact), fact, enteredMs, 'initial');
      segment.entered = true;
    }
    if (segment === undefined || fact.timeMs - segment.enteredMs < -SKEW_MS) held.push(fact);
    else segment.candidates.push({ kind, fact, cause });
    return segment;
  }

  function openHandling(fact: Fact, agent: string, segment: Segment | undefined): void {
    const segmentKey = segment?.key ?? fact.segmentId;
    const same = handlings.some(
      (h) =>
        h.agent === agent &&
        h.segmentKey === segmentKey &&
        (segmentKey !== undefined || h.queue === fact.data.queue?.id) &&
        h.contactId === fact.contactId &&
        talks(h, fact.timeMs),
    );
    if (same) return;
    handlings.push({
      contactId: fact.contactId,
      agent,
      segmentKey,
      segment,
      queue: fact.data.queue?.id,
      startMs: fact.timeMs,
      reports: segment?.reports ?? {
        hold: fact.data.reports?.hold !== false,
        acw: fact.data.reports?.acw !== false,
      },
      maxEndMs: fact.timeMs + agesOf(configAt(timeline, fact.timeMs)).handlingMs,
      restartMs: restartAfter(segment?.entry.source ?? fact.source, fact.timeMs),
      talkEndMs: undefined,
      wrapStartMs: undefined,
      wrapEndMs: undefined,
      holdFromMs: undefined,
      holdMs: 0,
      holdFacts: false,
      endedBy: undefined,
      endedOnHold: false,
      stated: {},
    });
  }

  /** By another agent on an answered segment an answer is a further handling there, and leaves the outcome alone. */
  function furtherAnswerOf(fact: Fact): Segment | undefined {
    if (impliedEntry(fact) !== undefined || latestOf(fact, undecided) !== undefined) return undefined;
    return latestOf(fact, (s) => s.candidates.some((candidate) => candidate.kind === 'answered'));
  }

  function answered(fact: Fact): void {
    const guess = fact.segmentId === undefined ? latestOf(fact, () => true) : named(fact.segmentId);
    const further = fact.segmentId === undefined ? furtherAnswerOf(fact) : undefined;
    const byMessage = guess?.answeredByMessage === true ? guess : undefined;
    const settings = settingsOf(configAt(timeline, fact.timeMs), fact.data.queue?.id, channelOf(fact));
    const unknown = guess === undefined && further === undefined && impliedEntry(fact) === undefined;
    // Taking a conversation that only a message answers is no outcome: there is nothing to set aside.
    const taken = unknown && (settings.mode === 'async' || settings.answerEvent === 'first_agent_message');
    const segment = taken ? undefined : (byMessage ?? further ?? assertOutcome(fact, 'answered', ''));
    openHandling(fact, fact.data.agent?.id ?? '', segment);
  }

  function message(fact: Fact): void {
    if (fact.data.from !== 'agent' || fact.data.visibility === 'internal') return;
    for (const segment of segments) {
      if (!segment.answeredByMessage || !segment.entered || !undecided(segment)) continue;
      segment.candidates.push({ kind: 'answered', fact, cause: '' });
      const agent = fact.data.agent?.id ?? '';
      if (segment.asynchronous || handlings.some((h) => h.agent === agent && talks(h, fact.timeMs))) continue;
      openHandling(fact, agent, segment);
    }
  }

  /** The handlings a fact may speak of: those of its contact, of its segment if it names one, of its agent. */
  function handlingsOf(fact: Fact): Handling[] {
    const agent = fact.data.agent?.id;
    return handlings.filter(
      (h) =>
        h.contactId === fact.contactId &&
        (fact.segmentId === undefined || h.segmentKey === fact.segmentId) &&
        (agent === undefined || h.agent === agent),
    );
  }

  /** The open talk that a fact ends or holds: its agent's latest, or the only one when it names no agent. */
  function talkOf(fact: Fact): Handling | undefined {
    const open = handlingsOf(fact).filter((h) => talks(h, fact.timeMs));
    return fact.data.agent === undefined && open.length > 1 ? undefined : open.at(-1);
  }

  const overOf = (fact: Fact) => handlingsOf(fact).filter((h) => h.talkEndMs !== undefined);

  function endTalk(handling: Handling, atMs: number, fact: Fact): void {
    handling.endedBy = fact;
    handling.endedOnHold = handling.holdFromMs !== undefined;
    if (handling.holdFromMs !== undefined) handling.holdMs += atMs - handling.holdFromMs;
    handling.holdFromMs = undefined;
    handling.talkEndMs = atMs;
  }

  function hold(fact: Fact): void {
    const handling = talkOf(fact);
    if (handling === undefined) return;
    handling.holdFacts = true;
    if (fact.type === 'contact.held') handling.holdFromMs ??= fact.timeMs;
    else if (handling.holdFromMs !== undefined) {
      handling.holdMs += fact.timeMs - handling.holdFromMs;
      handling.holdFromMs = undefined;
    }
  }

  function wrapUp(fact: Fact): void {
    const talking = talkOf(fact);
    const begun = handlingsOf(fact)
      .filter((h) => h.wrapStartMs !== undefined && h.wrapEndMs === undefined)
      .at(-1);
    if (fact.type === 'wrapup.ended' && begun !== undefined) {
      begun.wrapEndMs = fact.timeMs;
    } else if (fact.type === 'wrapup.started') {
      const handling =
        talking ??
        overOf(fact)
          .filter((h) => h.wrapStartMs === undefined && h.wrapEndMs === undefined)
          .at(-1);
      if (handling === undefined) return;
      if (talking !== undefined) endTalk(talking, fact.timeMs, fact);
      handling.wrapStartMs = fact.timeMs;
    } else if (talking !== undefined) {
      // The end of the talk is unknown: the stated length tells when the wrap-up began.
      const fromMs = Math.max(talking.startMs, fact.timeMs - (fact.data.measured?.wrapMs ?? 0));
      endTalk(talking, fromMs, fact);
      talking.wrapStartMs = fromMs;
      talking.wrapEndMs = fact.timeMs;
    } else {
      const handling = overOf(fact)
        .filter((h) => h.wrapEndMs === undefined)
        .at(-1);
      if (handling === undefined) return;
      handling.wrapStartMs ??= handling.talkEndMs;
      handling.wrapEndMs = fact.timeMs;
    }
  }

  /** Answers whether nothing is open afterwards. */
  function ended(fact: Fact): boolean {
    const { by } = fact.data;
    const talking = talkOf(fact);
    if (talking !== undefined) {
      endTalk(talking, fact.timeMs, fact);
      talking.stated = fact.data.measured ?? {};
    }
    if (by === 'transfer') return false;
    for (const segment of segments) {
      if (segment.contactId !== fact.contactId || !waits(segment, fact.timeMs)) continue;
      if (fact.segmentId !== undefined && segment.key !== fact.segmentId) continue;
      const atMs = fact.timeMs;
      if (segment.asynchronous) segment.closings.push({ kind: 'flow_out', atMs, cause: 'closed' });
      else if (by === 'customer') segment.closings.push({ kind: 'abandoned', atMs, cause: '' });
      else if (talking === undefined) segment.closings.push({ kind: 'flow_out', atMs, cause: 'system' });
    }
    return isOver(fact.timeMs);
  }

  function isOver(atMs: number): boolean {
    return (
      !segments.some((segment) => waits(segment, atMs)) &&
      !handlings.some((handling) => talks(handling, atMs))
    );
  }

  /** The previous segment of the queue waits on: what took the contact out of it before is taken back. */
  function resume(fact: Fact): void {
    const segment = fact.segmentId === undefined ? latestOf(fact, () => true) : named(fact.segmentId);
    if (segment === undefined) return;
    segment.resumed = true;
    segment.closings = [];
    segment.candidates = segment.candidates.filter((c) => c.kind === 'answered' || c.kind === 'lost');
  }

  for (const fact of facts) {
    let closesContact = false;
    let leavesContact = false;
    let flowsOut = false;
    const segment = fact.segmentId === undefined ? undefined : named(fact.segmentId);
    switch (fact.type) {
      case 'contact.queued': {
        const opened = segments.find((s) => s.entry === fact);
        if (opened !== undefined) opened.entered = true;
        if (fact.data.kind === 'resume') resume(fact);
        break;
      }
      case 'contact.offered':
      case 'contact.offer_ended':
        (segment ?? (fact.segmentId === undefined ? latestOf(fact, undecided) : undefined))?.offers.push(
          fact,
        );
        break;
      case 'contact.answered':
        answered(fact);
        break;
      case 'contact.abandoned': {
        const found = segment ?? latestOf(fact, undecided);
        if (found?.asynchronous === true) assertOutcome(fact, 'flow_out', 'closed');
        else assertOutcome(fact, 'abandoned', '');
        leavesContact = fact.again !== true && isOver(fact.timeMs);
        break;
      }
      case 'contact.flow_out': {
        const cause = fact.data.cause ?? 'system';
        const found = segment ?? latestOf(fact, undecided);
        assertOutcome(fact, cause === 'lost' ? 'lost' : 'flow_out', cause);
        const leaves = cause !== 'lost' && fact.again !== true && isOver(fact.timeMs);
        if (found?.asynchronous === true) leavesContact = leaves && cause === 'closed';
        else flowsOut = leaves;
        break;
      }
      case 'contact.held':
      case 'contact.unheld':
        hold(fact);
        break;
      case 'contact.transferred': {
        const talking = talkOf(fact);
        if (talking !== undefined) endTalk(talking, fact.timeMs, fact);
        break;
      }
      case 'wrapup.started':
      case 'wrapup.ended':
        wrapUp(fact);
        break;
      case 'contact.ended':
        closesContact = ended(fact);
        break;
      case 'message.posted':
        message(fact);
        break;
    }
    steps.push({ fact, closesContact, leavesContact, flowsOut });
  }

  let conflicts = 0;
  for (const segment of segments) {
    segment.outcome = decide(segment);
    const kinds = new Set(segment.candidates.map((candidate) => candidate.kind));
    conflicts += Math.max(0, kinds.size - 1);
  }
  segments.sort((a, b) => a.enteredMs - b.enteredMs || foldOrder(a.entry, b.entry));
  return { facts, direction, segments, handlings, steps, held, conflicts };
}

const ownKey = (fact: Fact): string => `event|${fact.source}|${fact.id}`;

/** An asserted outcome wins over any that is only inferred; of those the first in time. */
function decide(segment: Segment): Outcome {
  const winner = [...segment.candidates].sort(byRight)[0];
  if (winner !== undefined) {
    const { kind, fact, cause } = winner;
    const message = fact.type === 'message.posted' ? fact : undefined;
    const agent = fact.data.agent?.id;
    return { kind, atMs: fact.timeMs, cause, agent, message, overAge: false };
  }
  const nobody = { agent: undefined, message: undefined, overAge: false };
  const inferred: Outcome[] = segment.closings.map((closing) => ({ ...closing, ...nobody }));
  if (segment.restartMs !== undefined) {
    inferred.push({ kind: 'lost', atMs: segment.restartMs, cause: 'lost', ...nobody });
  }
  inferred.push({ ...nobody, kind: 'lost', atMs: segment.overAgeMs, cause: 'lost', overAge: true });
  return inferred.sort((a, b) => a.atMs - b.atMs)[0] ?? UNDECIDED;
}

function byRight(a: Candidate, b: Candidate): number {
  if (a.fact.authority !== b.fact.authority) return b.fact.authority - a.fact.authority;
  if (a.fact.timeMs !== b.fact.timeMs) return a.fact.timeMs - b.fact.timeMs;
  if (a.fact.sequence !== b.fact.sequence) return a.fact.sequence < b.fact.sequence ? -1 : 1;
  return OUTCOME_ORDER.indexOf(a.kind) - OUTCOME_ORDER.indexOf(b.kind);
}
