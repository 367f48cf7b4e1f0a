import type { Channel, FlowOutCause } from '@vigie/contracts';
import type { ConfigVersions } from '../config-versions.ts';
import { believed, FLAG, type Fact } from '../fact.ts';
import type { FoldContext } from './context.ts';
import { Conversation } from './conversation.ts';
import { decide } from './decision.ts';
import { Handlings } from './handlings.ts';
import { isWaiting } from './outcome.ts';
import { both, reportedBy } from './reported.ts';
import { Segments, told } from './segments.ts';
import type { ContactView, ResponseSample, Segment } from './view.ts';

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
  readonly #channel: Channel;
  readonly #segments: Segments;
  readonly #handlings = new Handlings();
  readonly #conversation: Conversation;
  /** Ends of the contact, transfers apart. */
  readonly #ends: number[] = [];
  readonly #rejectedBy: string[] = [];
  #rejectedAt: number | undefined;
  #createdAt: number | undefined;
  #callbackAskedAt: number | undefined;
  #callbackClosed: { readonly at: number; readonly failed: boolean } | undefined;

  constructor(facts: readonly Fact[], context: FoldContext) {
    this.#facts = facts;
    this.#context = context;
    this.#channel = channelOf(facts, context.versions);
    this.#segments = new Segments(facts, context, this.#channel);
    this.#conversation = new Conversation(
      (at, queue) =>
        context.versions.at(at).settings(queue, this.#channel).firstResponse.responseTimeIncludesFirst,
      isTicket(this.#channel),
    );
  }

  run(): ContactView {
    for (const fact of this.#facts) this.#step(fact);
    this.#segments.decide();
    const inbound =
      (this.#facts.find((fact) => fact.direction !== undefined)?.direction ?? 'inbound') === 'inbound';
    const segments = this.#segments.list;
    let firstEntry: number | undefined;
    for (const { kind, enteredAt } of segments)
      if (kind !== 'consult' && kind !== 'callback') firstEntry = smaller(firstEntry, enteredAt);
    return {
      channel: this.#channel,
      inbound,
      segments,
      handlings: this.#handlings.list,
      arrivedAt: smaller(firstEntry, this.#rejectedAt),
      rejectedBy: this.#rejectedBy,
      decision: decide({
        segments,
        handlings: this.#handlings.list,
        ends: this.#ends,
        rejectedAt: this.#rejectedAt,
        isLostBefore: (segment, at) => this.#segments.isLostBefore(segment, at),
        callbackAskedAt: this.#callbackAskedAt,
        callbackClosed: this.#callbackClosed,
      }),
      firstResponse: this.#firstResponse(firstEntry, inbound),
      responses: this.#conversation.responses,
      awaiting: this.#conversation.awaiting,
    };
  }

  #step(fact: Fact): void {
    switch (fact.type) {
      case 'created':
        this.#createdAt ??= fact.at;
        return this.#conversation.created((fact.flags & FLAG.bot) !== 0);
      case 'queued':
        if (fact.word === 'resume') return this.#segments.resume(fact);
        this.#segments.enter(fact);
        if (fact.word !== 'consult') this.#conversation.queued(fact.at, fact.queue);
        return;
      case 'entry':
        return this.#segments.enter(fact);
      case 'rejected':
        this.#rejectedAt ??= fact.at;
        if (fact.queue !== undefined) this.#rejectedBy.push(fact.queue);
        return;
      case 'offered':
      case 'offer_ended':
        return this.#segments.offer(fact);
      case 'answered':
        return this.#answered(fact);
      case 'abandoned':
      case 'flow_out':
        return this.#left(fact);
      case 'held':
      case 'unheld':
        return this.#handlings.hold(fact);
      case 'transferred':
        this.#handlings.endTalk(fact);
        return;
      case 'ended':
        return this.#ended(fact);
      case 'wrapup_started':
      case 'wrapup_ended':
        return this.#handlings.wrapUp(fact);
      case 'handoff':
        return this.#conversation.handedOff(fact.at);
      case 'message':
        this.#conversation.message(fact);
        return this.#answerByMessage(fact);
      case 'callback_requested':
        this.#callbackAskedAt = fact.at;
        return;
      case 'callback_closed':
        this.#callbackClosed = { at: fact.at, failed: fact.word === 'failed' };
        return;
      default:
        return;
    }
  }

  #answered(fact: Fact): void {
    const segment = this.#segments.ofAnswer(fact);
    if (segment !== undefined) segment.reported = both(segment.reported, reportedBy(fact));
    this.#handlings.answer(fact, segment);
    if (segment === undefined || this.#segments.answersByMessage(segment, fact.at)) return;
    segment.candidates.push(told(fact, 'answered'));
  }

  /** Where the first message of a human is the answer, it decides the stays that wait for one. */
  #answerByMessage(fact: Fact): void {
    if (fact.word !== 'agent' || (fact.flags & FLAG.internal) !== 0) return;
    for (const segment of this.#segments.list) {
      if (segment.contact !== fact.contact || (fact.segment !== undefined && segment.id !== fact.segment))
        continue;
      if (!isWaiting(segment, fact.at) || !this.#segments.answersByMessage(segment, fact.at)) continue;
      segment.candidates.push(told(fact, 'answered'));
      if (this.#segments.isAsync(segment, fact.at) || fact.agent === undefined) continue;
      if (!this.#handlings.isTalking(fact.agent)) this.#handlings.answer(fact, segment);
    }
  }

  #left(fact: Fact): void {
    const segment = this.#segments.ofOutcome(fact);
    if (fact.type === 'flow_out') {
      const cause = fact.word as FlowOutCause;
      segment.candidates.push(told(fact, cause === 'lost' ? 'lost' : 'flow_out', cause));
      if (cause === 'callback') this.#callbackAskedAt = fact.at;
    } else if (this.#segments.isAsync(segment, fact.at)) {
      segment.candidates.push(told(fact, 'flow_out', 'closed'));
    } else segment.candidates.push(told(fact, 'abandoned'));
  }

  #ended(fact: Fact): void {
    const endedTalk = this.#handlings.endTalk(fact);
    if (fact.word === 'transfer') return;
    // The leg of an agent who had handed the contact on ends late: that is not the end of the contact.
    if (endedTalk === undefined && this.#handlings.hasFinished(fact)) return;
    this.#segments.close(fact, endedTalk);
    this.#ends.push(fact.at);
    const stillOpen =
      this.#handlings.anyTalking || this.#segments.list.some((segment) => isWaiting(segment, fact.at));
    if (!stillOpen) this.#conversation.ended(fact.at);
  }

  #firstResponse(firstEntry: number | undefined, inbound: boolean): ResponseSample | undefined {
    if (this.#channel === 'voice' || this.#channel === 'video') {
      return inbound && firstEntry !== undefined ? this.#firstVoiceAnswer(firstEntry) : undefined;
    }
    const reply = this.#conversation.firstReply;
    if (reply === undefined) return undefined;
    const start = this.#anchor(reply.at, reply.queue, firstEntry);
    if (start === undefined || start > reply.at) return undefined;
    return { at: reply.at, ms: reply.at - start, queue: reply.queue };
  }

  #firstVoiceAnswer(firstEntry: number): ResponseSample | undefined {
    let first: Segment | undefined;
    for (const segment of this.#segments.list) {
      if (segment.outcome?.kind !== 'answered' || segment.kind === 'consult') continue;
      if (first?.outcome === undefined || segment.outcome.at < first.outcome.at) first = segment;
    }
    if (first?.outcome === undefined) return undefined;
    return { at: first.outcome.at, ms: Math.max(0, first.outcome.at - firstEntry), queue: first.queue };
  }

  /** From when the first response is counted, by the configuration in force at the reply. */
  #anchor(replyAt: number, queue: string | undefined, firstEntry: number | undefined): number | undefined {
    const { firstCustomerAt, handoffAt } = this.#conversation;
    const { anchor } = this.#context.versions.at(replyAt).settings(queue, this.#channel).firstResponse;
    switch (anchor) {
      case 'queue_entry':
        return firstEntry;
      case 'agent_assignment':
        return this.#handlings.list.reduce<number | undefined>(
          (first, h) => smaller(first, h.startAt),
          undefined,
        );
      case 'bot_handoff':
        return handoffAt;
      case 'customer_first_message':
        return isTicket(this.#channel) ? smaller(this.#createdAt, firstCustomerAt) : firstCustomerAt;
    }
  }
}

/** On these channels a contact is a ticket: its creation is the customer's first word. */
function isTicket(channel: Channel): boolean {
  return channel === 'email' || channel === 'task';
}

/** The channel of a contact: what its facts say, else what its first queue is configured for, else voice. */
function channelOf(facts: readonly Fact[], versions: ConfigVersions): Channel {
  const named = facts.find((fact) => fact.channel !== undefined)?.channel;
  if (named !== undefined) return named as Channel;
  const first = facts.find((fact) => fact.queue !== undefined);
  const configured =
    first?.queue === undefined ? undefined : versions.at(first.at).queueChannels.get(first.queue);
  return configured?.[0] ?? 'voice';
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}
