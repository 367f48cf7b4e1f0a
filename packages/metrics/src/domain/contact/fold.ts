import type { Channel, FlowOutCause } from '@vigie/contracts';
import { believed, FLAG, isAgain, type Fact } from '../fact.ts';
import type { FoldContext } from './context.ts';
import { openingHours } from '../opening-hours.ts';
import { lateAfterMs } from '../service-level.ts';
import { bondsOf } from './bonds.ts';
import { Callbacks } from './callbacks.ts';
import { channelOf } from './channel.ts';
import { Conversation, isTicket } from './conversation.ts';
import { decide } from './decision.ts';
import { Feedback } from './feedback.ts';
import { Handlings } from './handlings.ts';
import { Movements } from './movements.ts';
import { isUndecided, isWaiting } from './outcome.ts';
import { openStretches } from './open-item.ts';
import { both, reportedBy } from './reported.ts';
import { Segments, told } from './segments.ts';
import { ANCHOR_SETTINGS, type AnchorSetting } from './measures.ts';
import type { ContactView, FirstResponse, Segment, Stretch } from './view.ts';

/**
 * Folds the facts of one journey (in fold order, as the set keeps them) into its view. Pure: the same facts give the
 * same view, whatever order they came in. No fact is rejected because of another one: skew, contradictions and held
 * outcomes are verdicts of this fold.
 */
export function foldContact(facts: readonly Fact[], context: FoldContext): ContactView {
  return new ContactFold(believed(facts), context).run();
}

const NEVER: readonly Stretch[] = [];

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
  #endedBy: string | undefined;
  #botCreated = false;
  readonly #callbacks = new Callbacks();
  #movements: Movements | undefined;
  /** What is said of the contact, for the stay it was in then: one that only a later fact tells of included. */
  readonly #said: Fact[] = [];
  /** Some fact names a case or a customer. */
  #hasBonds = false;
  /** Ends that left nothing open. */
  readonly #closedAt: number[] = [];

  constructor(facts: readonly Fact[], context: FoldContext) {
    this.#facts = facts;
    this.#context = context;
    this.#channel = channelOf(facts, context.versions);
    this.#segments = new Segments(facts, context, this.#channel);
    this.#conversation = new Conversation(
      {
        includesFirst: (at, queue) =>
          context.versions.at(at).settings(queue, this.#channel).firstResponse.responseTimeIncludesFirst,
        elapsed: (from, to, queue) => this.#elapsed(from, to, queue),
      },
      isTicket(this.#channel),
    );
  }

  run(): ContactView {
    for (const fact of this.#facts) this.#step(fact);
    this.#conversation.finish();
    this.#segments.decide();
    const feedback = this.#feedback();
    const inbound =
      (this.#facts.find((fact) => fact.direction !== undefined)?.direction ?? 'inbound') === 'inbound';
    const segments = this.#segments.list;
    let firstEntry: number | undefined;
    for (const { kind, enteredAt } of segments)
      if (kind !== 'consult' && kind !== 'callback') firstEntry = smaller(firstEntry, enteredAt);
    const arrivedAt = smaller(firstEntry, this.#rejectedAt);
    const callbacks = this.#callbacks.resolve(segments);
    this.#moveByStays();
    const anchors = this.#anchors(firstEntry);
    const isWritten = this.#isWritten;
    const endedAt = this.#ends.at(-1);
    return {
      channel: this.#channel,
      inbound,
      segments,
      handlings: this.#handlings.list,
      arrivedAt,
      arrivedIn: this.#arrivedIn(arrivedAt),
      ended: endedAt === undefined ? undefined : { at: endedAt, by: this.#endedBy },
      botSince: this.#botSince(),
      hasHuman: this.#hasHuman(),
      rejectedBy: this.#rejectedBy,
      decision: decide({
        segments,
        handlings: this.#handlings.list,
        ends: this.#ends,
        rejectedAt: this.#rejectedAt,
        isLostBefore: (segment, at) => this.#segments.isLostBefore(segment, at),
        callbacks,
      }),
      firstResponse: isWritten ? this.#firstReply(anchors) : inbound ? this.#firstAnswer(anchors) : undefined,
      anchors,
      responses: isWritten ? this.#conversation.responses : [],
      awaiting: isWritten ? this.#conversation.awaiting : [],
      unanswered: isWritten ? this.#conversation.unanswered : undefined,
      unansweredTurns: isWritten ? this.#conversation.unansweredTurns : [],
      callbacks,
      movements: this.#movements,
      feedback,
      bonds: this.#hasBonds ? bondsOf(this.#facts) : undefined,
      open: inbound && this.#isAsync() ? openStretches(this.#facts, this.#closedAt) : NEVER,
    };
  }

  get #isWritten(): boolean {
    return this.#channel !== 'voice' && this.#channel !== 'video';
  }

  #step(fact: Fact): void {
    switch (fact.type) {
      case 'created':
        this.#createdAt ??= fact.at;
        if ((fact.flags & FLAG.bot) !== 0) this.#botCreated = true;
        return this.#conversation.created((fact.flags & FLAG.bot) !== 0);
      case 'queued':
        return fact.word === 'resume' ? this.#resumed(fact) : this.#entered(fact);
      case 'entry':
        return this.#entered(fact);
      case 'rejected':
        this.#rejectedAt ??= fact.at;
        if (fact.queue !== undefined) this.#rejectedBy.push(fact.queue);
        return;
      case 'offered':
        this.#segments.offer(fact);
        return;
      case 'offer_ended':
        return this.#offerEnded(fact);
      case 'answered':
        return this.#answered(fact);
      case 'abandoned':
      case 'flow_out':
        return this.#left(fact);
      case 'held':
      case 'unheld':
        return this.#handlings.hold(fact);
      case 'transferred':
        return this.#transferred(fact);
      case 'consulted':
        return this.#moved().consulted(fact, this.#queueOf(fact));
      case 'consult_ended':
        this.#handlings.endConsults(fact);
        this.#movements?.consultEnded(fact);
        return;
      case 'case':
      case 'customer':
        this.#hasBonds = true;
        return;
      case 'self_care':
        return this.#moved().redirected(fact.at);
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
        this.#conversation.callbackRequested();
        return this.#callbacks.request(fact, this.#queueOf(fact));
      case 'callback_closed':
        return this.#callbacks.close(fact);
      case 'survey':
      case 'evaluation':
      case 'sentiment':
      case 'transcribed':
      case 'keyword':
      case 'sale':
        this.#said.push(fact);
        return;
      default:
        return;
    }
  }

  #entered(fact: Fact): void {
    const stay = this.#segments.enter(fact);
    if (stay !== undefined && stay.kind !== 'consult') this.#conversation.queued(fact.at, stay.queue);
  }

  #resumed(fact: Fact): void {
    this.#segments.resume(fact);
    this.#conversation.goesOn(fact.at);
  }

  /** Is it asynchronous work, by its first queue and instant? */
  #isAsync(): boolean {
    const at = this.#facts[0]?.at ?? 0;
    const queue = this.#segments.list[0]?.queue;
    return this.#context.versions.at(at).settings(queue, this.#channel).mode === 'async';
  }

  #answered(fact: Fact): void {
    this.#conversation.goesOn(fact.at);
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
    if (fact.type === 'flow_out' && fact.word === 'callback') this.#conversation.callbackRequested();
    const segment = this.#segments.ofOutcome(fact);
    if (isAgain(fact) && !(segment.isResumed && isUndecided(segment))) return;
    const isAsync = this.#segments.isAsync(segment, fact.at);
    // Of asynchronous work a departure is a conversation closed without a reply, whoever closed it.
    const cause = fact.type === 'flow_out' ? (fact.word as FlowOutCause) : isAsync ? 'closed' : undefined;
    const kind = cause === undefined ? 'abandoned' : cause === 'lost' ? 'lost' : 'flow_out';
    segment.candidates.push(told(fact, kind, cause));
    if (kind === 'lost' || this.#goesOn(fact.at)) return;
    if (kind === 'abandoned' || (isAsync && cause === 'closed')) {
      this.#closedAt.push(fact.at);
      this.#conversation.abandoned(fact.at);
    } else if (!isAsync) this.#conversation.flowedOut(fact.at);
  }

  /** Does anybody talk, or wait? */
  #goesOn(at: number): boolean {
    return this.#handlings.anyTalking || this.#segments.list.some((segment) => isWaiting(segment, at));
  }

  #feedback(): Feedback | undefined {
    if (this.#said.length === 0) return undefined;
    const feedback = new Feedback();
    for (const fact of this.#said) feedback.add(fact, this.#queueOf(fact));
    return feedback;
  }

  #moved(): Movements {
    return (this.#movements ??= new Movements());
  }

  /** Where a fact counts: in the queue it names or that of its stay, else in that of the latest stay entered. */
  #queueOf(fact: Fact): string | undefined {
    return fact.queue ?? this.#segments.placeOf(fact)?.queue;
  }

  #offerEnded(fact: Fact): void {
    const segment = this.#segments.offer(fact);
    if (segment?.kind === 'consult') return;
    this.#moved().offerEnded(fact, segment?.queue ?? this.#queueOf(fact));
  }

  #transferred(fact: Fact): void {
    const handling = this.#handlings.endTalk(fact);
    this.#movements?.consultEnded(fact);
    if (handling?.segment?.kind === 'consult') return;
    const queue = handling?.segment?.queue ?? this.#queueOf(fact);
    this.#moved().transferred(fact, queue, this.#segments.list);
  }

  /** Stays tell of redirections and consultations too, whether or not an event of its own does. */
  #moveByStays(): void {
    const { list } = this.#segments;
    let consulted = false;
    for (const { kind, outcome } of list) {
      consulted ||= kind === 'consult';
      if (outcome?.kind === 'flow_out' && outcome.cause === 'self_care') this.#moved().redirected(outcome.at);
    }
    if (consulted) this.#moved().consultedIn(list, (stay) => this.#segments.before(stay)?.queue);
  }

  #arrivedIn(arrivedAt: number | undefined): string | undefined {
    if (arrivedAt === undefined) return undefined;
    const entered = this.#segments.list.find(
      ({ enteredAt, kind }) => enteredAt === arrivedAt && kind !== 'consult' && kind !== 'callback',
    );
    return entered === undefined ? this.#rejectedBy[0] : entered.queue;
  }

  #botSince(): number | undefined {
    if (!this.#botCreated && !this.#conversation.botSpoke) return undefined;
    return smaller(this.#createdAt, this.#conversation.firstMessageAt);
  }

  #hasHuman(): boolean {
    return (
      this.#conversation.agentSpoke || this.#handlings.list.some(({ segment }) => segment?.kind !== 'consult')
    );
  }

  #ended(fact: Fact): void {
    const onHold = fact.word === 'customer' ? this.#handlings.onHold(fact.contact) : undefined;
    const endedTalk = this.#handlings.endTalk(fact);
    this.#movements?.consultEnded(fact);
    if (fact.word === 'transfer') return;
    // The leg of an agent who had handed the contact on ends late: that is not the end of the contact.
    if (endedTalk === undefined && this.#handlings.hasHandedOn(fact)) return;
    this.#segments.close(fact, endedTalk);
    this.#ends.push(fact.at);
    this.#endedBy = fact.word;
    if (onHold !== undefined) {
      this.#moved().holdDisconnects.push({
        at: fact.at,
        queue: onHold.segment?.queue ?? this.#queueOf(fact),
      });
    }
    if (this.#goesOn(fact.at)) return;
    this.#closedAt.push(fact.at);
    this.#conversation.ended(fact.at);
  }

  /** From when the first response counts, in the order of {@link ANCHORS}. */
  #anchors(firstEntry: number | undefined): readonly (number | undefined)[] {
    const { firstCustomerAt, handoffAt } = this.#conversation;
    if (!this.#isWritten) return [firstEntry, firstEntry, undefined, handoffAt];
    const firstWord = isTicket(this.#channel) ? smaller(this.#createdAt, firstCustomerAt) : firstCustomerAt;
    return [firstWord, firstEntry, this.#assignedAt(), handoffAt];
  }

  /** When an agent got the conversation: by joining, or where messages are the answer, by the offer. */
  #assignedAt(): number | undefined {
    let joined: number | undefined;
    let offered: number | undefined;
    for (const { type, at } of this.#facts) {
      if (type === 'answered') joined ??= at;
      else if (type === 'offered') offered ??= at;
    }
    return joined ?? offered;
  }

  #firstAnswer(anchors: readonly (number | undefined)[]): FirstResponse | undefined {
    let first: Segment | undefined;
    for (const segment of this.#segments.list) {
      if (segment.outcome?.kind !== 'answered' || segment.kind === 'consult') continue;
      if (first?.outcome === undefined || segment.outcome.at < first.outcome.at) first = segment;
    }
    if (first?.outcome === undefined || anchors[0] === undefined) return undefined;
    const { at } = first.outcome;
    // Clocks a little apart: an answer just before the entry comes at once.
    const starts = anchors.map((start) => (start === undefined ? undefined : Math.min(start, at)));
    const { agent } = first.outcome;
    return { agent, ...this.#respond(at, first.queue, starts, 'customer_first_message') };
  }

  #firstReply(anchors: readonly (number | undefined)[]): FirstResponse | undefined {
    const reply = this.#conversation.firstReply;
    if (reply === undefined) return undefined;
    const { anchor } = this.#context.versions.at(reply.at).settings(reply.queue, this.#channel).firstResponse;
    return { agent: reply.agent, ...this.#respond(reply.at, reply.queue, anchors, anchor) };
  }

  #respond(
    at: number,
    queue: string | undefined,
    starts: readonly (number | undefined)[],
    anchor: AnchorSetting,
  ): Omit<FirstResponse, 'agent'> {
    const fromAnchors = starts.map((start) =>
      start === undefined || start > at ? undefined : this.#elapsed(start, at, queue),
    );
    const ms = fromAnchors[ANCHOR_SETTINGS.indexOf(anchor)];
    const settings = this.#context.versions.at(at).settings(queue, this.#channel);
    return { at, queue, ms, within: ms !== undefined && ms < lateAfterMs(settings), fromAnchors };
  }

  /** By the clock in force at the end, and the hours that the queue has then. */
  #elapsed(from: number, to: number, queue: string | undefined): number {
    const config = this.#context.versions.at(to);
    const { clock } = config.settings(queue, this.#channel).firstResponse;
    return clock === 'elapsed' ? to - from : openingHours(config, queue, this.#channel).openMs(from, to);
  }
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}
