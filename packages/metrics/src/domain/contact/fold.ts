import { SKEW_TOLERANCE_MS, type Channel, type FlowOutCause, type SegmentKind } from '@vigie/contracts';
import type { ConfigVersions } from '../config-versions.ts';
import { believed, FLAG, type Fact } from '../fact.ts';
import { Conversation } from './conversation.ts';
import { decide } from './decision.ts';
import { decideOutcome, isUndecided, isWaiting } from './outcome.ts';
import type { ContactView, Handling, Outcome, Reported, ResponseSample, Segment } from './view.ts';

/** Instants at which a source restarted, rising: whatever was open there then is lost. */
export type Restarts = ReadonlyMap<string, readonly number[]>;

/** What the fold asks beyond the contact's own facts. */
export interface FoldContext {
  readonly versions: ConfigVersions;
  readonly restarts: Restarts;
}

/**
 * Folds the facts of one journey (in fold order, as the set keeps them) into its view. Pure: the same facts give the
 * same view, whatever order they came in. No fact is rejected because of another one: skew, contradictions and held
 * outcomes are verdicts of this fold.
 */
export function foldContact(facts: readonly Fact[], context: FoldContext): ContactView {
  return new ContactFold(believed(facts), context).run();
}

class ContactFold {
  readonly #facts: readonly Fact[];
  readonly #context: FoldContext;
  readonly #segments: Segment[] = [];
  readonly #byId = new Map<string, Segment>();
  readonly #handlings: Handling[] = [];
  readonly #conversation: Conversation;
  /** Ends of talk told before their answer (clocks a little apart). */
  readonly #earlyEnds: Fact[] = [];
  readonly #ends: number[] = [];
  readonly #channel: Channel;
  #rejectedAt: number | undefined;
  #createdAt: number | undefined;
  #callbackAskedAt: number | undefined;
  #callbackClosed: { readonly at: number; readonly failed: boolean } | undefined;

  constructor(facts: readonly Fact[], context: FoldContext) {
    this.#facts = facts;
    this.#context = context;
    const named = facts.find((fact) => fact.channel !== undefined);
    const queue = facts.find((fact) => fact.queue !== undefined);
    this.#channel =
      (named?.channel as Channel | undefined) ?? this.#channelOf(queue?.queue, queue?.at ?? 0) ?? 'voice';
    this.#conversation = new Conversation(
      (at, queue) =>
        context.versions.at(at).settings(queue, this.#channel).firstResponse.responseTimeIncludesFirst,
    );
  }

  run(): ContactView {
    this.#openSegments();
    for (const fact of this.#facts) this.#step(fact);
    this.#loseAtRestarts();
    for (const segment of this.#segments) decideOutcome(segment);
    this.#showTimeoutsAsOverflow();
    const inbound =
      (this.#facts.find((fact) => fact.direction !== undefined)?.direction ?? 'inbound') === 'inbound';
    const queued = this.#segments.filter(
      (s) => s.enteredAt !== undefined && s.kind !== 'consult' && s.kind !== 'callback',
    );
    const firstEntry = queued.length === 0 ? undefined : Math.min(...queued.map((s) => s.enteredAt ?? 0));
    const arrivedAt = smaller(firstEntry, this.#rejectedAt);
    const decision = decide({
      segments: this.#segments,
      handlings: this.#handlings,
      ends: this.#ends,
      rejectedAt: this.#rejectedAt,
      callbackAskedAt: this.#callbackAskedAt,
      callbackClosed: this.#callbackClosed,
    });
    const firstResponse = this.#firstResponse(firstEntry, inbound);
    return {
      channel: this.#channel,
      inbound,
      segments: this.#segments,
      handlings: this.#handlings,
      arrivedAt,
      decision,
      firstResponse,
      responses: this.#conversation.responses,
      awaiting: this.#conversation.awaiting,
    };
  }

  /** Segments first: an outcome may stand before its entry in the order when clocks are a little apart. */
  #openSegments(): void {
    for (const fact of this.#facts) {
      if (fact.segment === undefined && fact.type !== 'queued') continue;
      if (fact.type === 'queued') this.#open(fact);
      else if (IN_A_SEGMENT.has(fact.type)) {
        const segment = this.#named(fact);
        segment.queue ??= fact.queue;
      }
    }
  }

  #open(fact: Fact): void {
    if (fact.word === 'resume') return;
    const segment = fact.segment === undefined ? this.#newSegment(fact) : this.#named(fact);
    segment.enteredAt = fact.at;
    segment.queue = fact.queue ?? segment.queue;
    segment.kind = (fact.word ?? 'initial') as SegmentKind;
    segment.source = fact.source;
    segment.channel = (fact.channel as Channel | undefined) ?? segment.channel;
    segment.reported = both(segment.reported, reportedBy(fact));
  }

  #named(fact: Fact): Segment {
    const id = fact.segment ?? '';
    let segment = this.#byId.get(id);
    if (segment === undefined) this.#byId.set(id, (segment = this.#newSegment(fact)));
    return segment;
  }

  #newSegment(fact: Fact): Segment {
    const segment: Segment = {
      id: fact.segment,
      contact: fact.contact,
      queue: fact.queue,
      kind: 'initial',
      channel: (fact.channel ??
        this.#facts.find((f) => f.channel !== undefined)?.channel ??
        this.#channelOf(fact.queue, fact.at) ??
        this.#channel) as Channel,
      source: fact.source,
      enteredAt: undefined,
      candidates: [],
      outcome: undefined,
      held: 0,
      conflicts: 0,
      offers: [],
      reported: { hold: true, acw: true, ring: true },
    };
    this.#segments.push(segment);
    return segment;
  }

  #channelOf(queue: string | undefined, at: number): Channel | undefined {
    return queue === undefined ? undefined : this.#context.versions.at(at).queueChannels.get(queue)?.[0];
  }

  #step(fact: Fact): void {
    switch (fact.type) {
      case 'created':
        this.#createdAt ??= fact.at;
        return this.#conversation.created((fact.flags & FLAG.bot) !== 0);
      case 'queued':
        return this.#queued(fact);
      case 'rejected':
        this.#rejectedAt ??= fact.at;
        return;
      case 'offered':
      case 'offer_ended':
        return this.#offer(fact);
      case 'answered':
        return this.#answered(fact);
      case 'abandoned':
      case 'flow_out':
        return this.#left(fact);
      case 'held':
      case 'unheld':
        return this.#hold(fact);
      case 'transferred':
        this.#endTalk(fact);
        return;
      case 'ended':
        return this.#ended(fact);
      case 'wrapup_started':
      case 'wrapup_ended':
        return this.#wrapUp(fact);
      case 'handoff':
        return this.#conversation.handedOff(fact.at);
      case 'message':
        this.#conversation.message(fact);
        return this.#answerByMessage(fact);
      case 'callback_requested':
        this.#callbackAskedAt ??= fact.at;
        return;
      case 'callback_closed':
        this.#callbackClosed = { at: fact.at, failed: fact.word === 'failed' };
        return;
      default:
        return;
    }
  }

  #queued(fact: Fact): void {
    if (fact.word === 'resume') {
      const segment = this.#latestOf(fact, (known) => (known.enteredAt ?? fact.at) <= fact.at);
      if (segment !== undefined) dropLeavings(segment, fact.at);
      return;
    }
    if (fact.word !== 'consult') this.#conversation.queued(fact.at, fact.queue);
  }

  /** The segment a fact is about: the one it names, else the latest of this contact open in that queue. */
  #attach(fact: Fact): Segment | undefined {
    if (fact.segment !== undefined) return this.#named(fact);
    return this.#latestOf(fact, (segment) => isUndecided(segment, fact.at));
  }

  /** The latest segment of the fact's contact, in the queue it names if any, for which `test` holds. */
  #latestOf(fact: Fact, test: (segment: Segment) => boolean): Segment | undefined {
    let latest: Segment | undefined;
    for (const segment of this.#segments) {
      const { enteredAt, contact, queue } = segment;
      if (enteredAt === undefined || contact !== fact.contact) continue;
      if ((fact.queue !== undefined && queue !== fact.queue) || !test(segment)) continue;
      if (latest === undefined || enteredAt >= (latest.enteredAt ?? 0)) latest = segment;
    }
    return latest;
  }

  /** An outcome without segment id whose entry nobody told opens its own segment, at the entry it repeats if any. */
  #segmentOfOutcome(fact: Fact): Segment {
    const known = this.#attach(fact);
    if (known !== undefined) return known;
    const segment = this.#newSegment(fact);
    segment.enteredAt = fact.queuedAt;
    return segment;
  }

  #offer(fact: Fact): void {
    const segment = this.#attach(fact);
    if (segment === undefined) return;
    if (fact.type === 'offered') {
      segment.offers.push({ id: fact.offer, agent: fact.agent, from: fact.at, to: undefined });
      return;
    }
    const id = fact.offer;
    const open = segment.offers.findLast(
      (offer) => offer.to === undefined && (id !== undefined ? offer.id === id : offer.agent === fact.agent),
    );
    if (open !== undefined) open.to = fact.at;
  }

  #answered(fact: Fact): void {
    const segment = this.#answeredSegment(fact);
    if (segment !== undefined) segment.reported = both(segment.reported, reportedBy(fact));
    const agent = fact.agent ?? '';
    const talking = this.#handlings.some(
      (h) => h.agent === agent && h.segment === segment && h.talkEndAt === undefined,
    );
    if (!talking) this.#startHandling(fact, agent, segment);
    if (segment === undefined || this.#answersByMessage(segment, fact.at)) return;
    segment.candidates.push(candidate(fact, 'answered'));
  }

  /** An answer belongs to a waiting segment; by another agent on an answered one it is a further handling there. */
  #answeredSegment(fact: Fact): Segment | undefined {
    const waiting = this.#attach(fact);
    if (waiting !== undefined) return waiting;
    if (fact.queuedAt === undefined) {
      const answered = this.#latestOf(fact, (segment) =>
        segment.candidates.some((c) => c.kind === 'answered'),
      );
      if (answered !== undefined) return answered;
    }
    if (fact.queue === undefined && this.#segments.length > 0 && fact.queuedAt === undefined)
      return undefined;
    return this.#segmentOfOutcome(fact);
  }

  #startHandling(fact: Fact, agent: string, segment: Segment | undefined): void {
    const reported = both(segment?.reported ?? { hold: true, acw: true, ring: true }, reportedBy(fact));
    const handling: Handling = {
      agent,
      segment,
      source: fact.source,
      startAt: fact.at,
      talkEndAt: undefined,
      wrapStartAt: undefined,
      wrapEndAt: undefined,
      wrapMs: undefined,
      holdMs: undefined,
      holds: [],
      reported,
    };
    this.#handlings.push(handling);
    const early = this.#earlyEnds.find(
      (end) =>
        end.agent === agent &&
        fact.at - end.at <= SKEW_TOLERANCE_MS &&
        (end.segment === undefined || end.segment === segment?.id),
    );
    if (early !== undefined) endHandling(handling, early, handling.startAt);
  }

  /** Is the answer of this segment a message rather than the agent's joining? */
  #answersByMessage(segment: Segment, at: number): boolean {
    const settings = this.#context.versions.at(at).settings(segment.queue, segment.channel);
    return settings.mode === 'async' || settings.serviceLevel.answerEvent === 'first_agent_message';
  }

  #answerByMessage(fact: Fact): void {
    if (fact.word !== 'agent' || (fact.flags & FLAG.internal) !== 0) return;
    for (const segment of this.#segments) {
      if (!isWaiting(segment, fact.at) || !this.#answersByMessage(segment, fact.at)) continue;
      segment.candidates.push(candidate(fact, 'answered'));
      const settings = this.#context.versions.at(fact.at).settings(segment.queue, segment.channel);
      if (settings.mode === 'async' || fact.agent === undefined) continue;
      const talking = this.#handlings.some((h) => h.agent === fact.agent && h.talkEndAt === undefined);
      if (!talking) this.#startHandling(fact, fact.agent, segment);
    }
  }

  #isAsync(segment: Segment, at: number): boolean {
    return this.#context.versions.at(at).settings(segment.queue, segment.channel).mode === 'async';
  }

  #left(fact: Fact): void {
    const segment = this.#segmentOfOutcome(fact);
    if (fact.type === 'flow_out') {
      const cause = fact.word as FlowOutCause;
      segment.candidates.push(candidate(fact, cause === 'lost' ? 'lost' : 'flow_out', cause));
      if (cause === 'callback') this.#callbackAskedAt ??= fact.at;
    } else if (this.#isAsync(segment, fact.at)) {
      segment.candidates.push(candidate(fact, 'flow_out', 'closed'));
    } else segment.candidates.push(candidate(fact, 'abandoned'));
  }

  #handlingOf(fact: Fact, isOpen: (handling: Handling) => boolean): Handling | undefined {
    const open = this.#handlings.filter(
      (handling) =>
        isOpen(handling) &&
        (fact.segment === undefined || handling.segment?.id === fact.segment) &&
        (fact.agent !== undefined ||
          handling.segment === undefined ||
          handling.segment.contact === fact.contact),
    );
    if (fact.agent !== undefined) return open.findLast((handling) => handling.agent === fact.agent);
    return open.length === 1 ? open[0] : undefined;
  }

  #hold(fact: Fact): void {
    const handling = this.#handlingOf(fact, (h) => h.talkEndAt === undefined);
    if (handling === undefined) return;
    const last = handling.holds.at(-1);
    if (fact.type === 'held') {
      if (last === undefined || last.to !== undefined) handling.holds.push({ from: fact.at, to: undefined });
    } else if (last !== undefined) last.to ??= fact.at;
  }

  /** Ends the talk the fact names, or the only open one. Answers whether there was one. */
  #endTalk(fact: Fact): boolean {
    const handling = this.#handlingOf(fact, (h) => h.talkEndAt === undefined);
    if (handling === undefined) {
      if (fact.agent !== undefined) this.#earlyEnds.push(fact);
      return false;
    }
    endHandling(handling, fact, fact.at);
    return true;
  }

  #ended(fact: Fact): void {
    const endedTalk = this.#endTalk(fact);
    if (fact.word === 'transfer') return;
    for (const segment of this.#segments) {
      if (segment.contact !== fact.contact || !isWaiting(segment, fact.at)) continue;
      if (fact.segment !== undefined && segment.id !== fact.segment) continue;
      const closing = this.#closing(segment, fact, endedTalk);
      if (closing !== undefined) segment.candidates.push(closing);
    }
    this.#ends.push(fact.at);
    const open =
      this.#segments.some((segment) => isWaiting(segment, fact.at)) ||
      this.#handlings.some((handling) => handling.talkEndAt === undefined);
    if (!open) this.#conversation.ended(fact.at);
  }

  /** What the end of the contact makes of a stay still waiting; nothing, when the end was only that of a talk. */
  #closing(segment: Segment, fact: Fact, endedTalk: boolean): Outcome | undefined {
    const common = { at: fact.at, sequence: fact.sequence, authority: -1, asserted: false };
    if (this.#isAsync(segment, fact.at)) return { ...common, kind: 'flow_out', cause: 'closed' };
    if (fact.word === 'customer') return { ...common, kind: 'abandoned' };
    return endedTalk ? undefined : { ...common, kind: 'flow_out', cause: 'system' };
  }

  #wrapUp(fact: Fact): void {
    const isStart = fact.type === 'wrapup_started';
    const handling = this.#handlingOf(fact, (h) => (isStart ? h.wrapStartAt : h.wrapEndAt) === undefined);
    if (handling === undefined) return;
    if (isStart) {
      handling.wrapStartAt = fact.at;
      if (handling.talkEndAt === undefined) endHandling(handling, fact, fact.at);
      return;
    }
    handling.wrapEndAt = fact.at;
    if (handling.wrapStartAt !== undefined) return;
    if (handling.talkEndAt === undefined) {
      endHandling(
        handling,
        { ...fact, wrapMs: undefined },
        Math.max(handling.startAt, fact.at - (fact.wrapMs ?? 0)),
      );
    }
    handling.wrapStartAt = handling.talkEndAt;
  }

  /** Whatever was open at a source when it restarted is lost: nobody can know how it went on. */
  #loseAtRestarts(): void {
    for (const segment of this.#segments) {
      const entered = segment.enteredAt;
      if (entered === undefined) continue;
      const at = this.#context.restarts.get(segment.source)?.find((instant) => instant >= entered);
      if (at === undefined || !isWaiting(segment, at)) continue;
      segment.candidates.push({ kind: 'lost', at, sequence: '', authority: -1, asserted: false });
    }
  }

  /** A timeout that led to a new segment within ten seconds was an overflow, whatever the ACD calls it. */
  #showTimeoutsAsOverflow(): void {
    for (const segment of this.#segments) {
      const { outcome } = segment;
      if (outcome?.kind !== 'flow_out' || outcome.cause !== 'timeout') continue;
      const followed = this.#segments.some(
        (next) =>
          next !== segment &&
          next.enteredAt !== undefined &&
          next.enteredAt >= outcome.at &&
          next.enteredAt <= outcome.at + OVERFLOW_WITHIN_MS,
      );
      if (followed) segment.outcome = { ...outcome, cause: 'overflow' };
    }
  }

  #firstResponse(firstEntry: number | undefined, inbound: boolean): ResponseSample | undefined {
    if (this.#channel === 'voice' || this.#channel === 'video') {
      if (!inbound || firstEntry === undefined) return undefined;
      const answers = this.#segments.filter((s) => s.outcome?.kind === 'answered' && s.kind !== 'consult');
      const first = answers.reduce<Segment | undefined>(
        (best, s) => (best === undefined || s.outcome!.at < best.outcome!.at ? s : best),
        undefined,
      );
      if (first?.outcome === undefined) return undefined;
      return { at: first.outcome.at, ms: Math.max(0, first.outcome.at - firstEntry), queue: first.queue };
    }
    const reply = this.#conversation.firstReply;
    if (reply === undefined) return undefined;
    const start = this.#anchor(reply.at, reply.queue, firstEntry);
    return start === undefined || start > reply.at
      ? undefined
      : { at: reply.at, ms: reply.at - start, queue: reply.queue };
  }

  #anchor(replyAt: number, queue: string | undefined, firstEntry: number | undefined): number | undefined {
    const { firstCustomerAt, handoffAt } = this.#conversation;
    const settings = this.#context.versions.at(replyAt).settings(queue, this.#channel).firstResponse;
    switch (settings.anchor) {
      case 'queue_entry':
        return firstEntry;
      case 'agent_assignment':
        return this.#handlings.length === 0 ? undefined : Math.min(...this.#handlings.map((h) => h.startAt));
      case 'bot_handoff':
        return handoffAt;
      default:
        return this.#channel === 'email' || this.#channel === 'task'
          ? smaller(this.#createdAt, firstCustomerAt)
          : firstCustomerAt;
    }
  }
}

/** A timeout followed by a new segment this soon is shown as overflow (`sources.md` §1.6). */
const OVERFLOW_WITHIN_MS = 10_000;

const IN_A_SEGMENT: ReadonlySet<string> = new Set([
  'answered',
  'abandoned',
  'flow_out',
  'offered',
  'offer_ended',
]);

function reportedBy(fact: Fact): Reported {
  return {
    hold: (fact.flags & FLAG.noHold) === 0,
    acw: (fact.flags & FLAG.noAcw) === 0,
    ring: (fact.flags & FLAG.noRing) === 0,
  };
}

function both(a: Reported, b: Reported): Reported {
  return { hold: a.hold && b.hold, acw: a.acw && b.acw, ring: a.ring && b.ring };
}

function candidate(fact: Fact, kind: Outcome['kind'], cause?: FlowOutCause): Outcome {
  const { at, sequence, authority, agent } = fact;
  return { kind, at, sequence, authority, asserted: true, agent, ...(cause === undefined ? {} : { cause }) };
}

function endHandling(handling: Handling, fact: Fact, at: number): void {
  handling.talkEndAt = at;
  handling.holdMs = fact.holdMs ?? handling.holdMs;
  handling.wrapMs = fact.wrapMs ?? handling.wrapMs;
  const last = handling.holds.at(-1);
  if (last !== undefined) last.to ??= at;
}

/** A reopened segment waits on: that the customer or the ACD had left it is taken back. */
function dropLeavings(segment: Segment, before: number): void {
  const kept = segment.candidates.filter((c) => c.at > before || c.kind === 'answered');
  segment.candidates.splice(0, segment.candidates.length, ...kept);
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}
