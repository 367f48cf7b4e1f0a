import type { Channel } from '@vigie/contracts';
import { FLAG, type Fact } from '../fact.ts';
import { NOTHING_FOLLOWED_MS } from './decision.ts';
import type { Awaiting, Happening, ResponseSample } from './view.ts';

/** What configuration has to say about a conversation, at the instant of a reply in a queue. */
export interface ConversationRules {
  /** Does the first response count as a response time? */
  includesFirst(at: number, queue: string | undefined): boolean;
  /** Time that counts between two instants, up to a reply: business hours only, where these are the clock; ms. */
  elapsed(from: number, to: number, queue: string | undefined): number;
}

/**
 * The turns of a conversation (`kpis.md` §5): a turn opens at the oldest customer message not yet answered and closes at
 * the next public message of a human. Fed with facts in fold order; the queue is that of the latest segment entered.
 */
export class Conversation {
  readonly awaiting: Awaiting[] = [];
  readonly responses: ResponseSample[] = [];
  /** Turns that were open when the contact ended. */
  readonly unansweredTurns: Happening[] = [];
  /** First customer message, ms. */
  firstCustomerAt: number | undefined;
  /** First public human message after it. */
  firstReply: (Happening & { readonly agent: string | undefined }) | undefined;
  handoffAt: number | undefined;
  /** A human wrote to the customer. */
  agentSpoke = false;
  /** First public message of anybody. */
  firstMessageAt: number | undefined;

  #queue: string | undefined;
  #turnAt: number | undefined;
  #closedAt: number | undefined;
  /** Closed only because the customer left while waiting: since when the turn was open that was given up. */
  #gaveUp: { readonly turnAt: number | undefined } | undefined;
  /** It flowed out of its queue then, ms, and nothing has followed so far. */
  #flowedOutAt: number | undefined;
  /** A callback was asked for: whatever queue it leaves, the customer is to be heard of again. */
  #awaitsCallback = false;
  #botSpoke = false;
  /** Who wrote last, customers and systems apart; a contact a bot holds begins as if the bot had spoken. */
  #lastIsBot = false;
  /** A human was asked for: from then on no bot holds the conversation. */
  #handedOver = false;
  readonly #rules: ConversationRules;
  /** Tickets: creating one is the customer's first word. */
  readonly #isTicket: boolean;
  #created = false;

  constructor(rules: ConversationRules, isTicket: boolean) {
    this.#rules = rules;
    this.#isTicket = isTicket;
  }

  get botSpoke(): boolean {
    return this.#botSpoke;
  }

  /** The conversation is closed, and no human ever answered the customer. */
  get unanswered(): Happening | undefined {
    const at = this.#closedAt;
    if (at === undefined || !this.#customerSpoke || this.firstReply !== undefined) return undefined;
    return { at, queue: this.#queue };
  }

  get #customerSpoke(): boolean {
    return this.firstCustomerAt !== undefined || (this.#isTicket && this.#created);
  }

  get #isHeldByBot(): boolean {
    return !this.#handedOver && this.#lastIsBot;
  }

  created(bot: boolean): void {
    this.#created = true;
    this.#flowedOutAt = undefined;
    if (bot) this.#lastIsBot = true;
  }

  /** The contact entered a queue for a human. */
  queued(at: number, queue: string | undefined): void {
    this.#comeBack();
    this.#queue = queue;
    if (this.#botSpoke && !this.#handedOver) this.#handOff(at);
    this.#handedOver = true;
    this.#note(at);
  }

  handedOff(at: number): void {
    this.#flowedOutAt = undefined;
    this.#handOff(at);
    this.#handedOver = true;
    this.#note(at);
  }

  message(fact: Fact): void {
    const { at, word: from } = fact;
    if ((fact.flags & FLAG.internal) !== 0) return;
    if (from !== 'system') this.#flowedOutAt = undefined;
    this.firstMessageAt ??= at;
    if (from === 'customer') this.#customerWrote(at);
    else if (from === 'agent') this.#humanReplied(at, fact.agent);
    else if (from === 'bot') this.#botReplied();
    this.#note(at);
  }

  /** An agent was connected, or the stay in the queue goes on: whoever seemed to have left is there. */
  goesOn(at: number): void {
    const seemedGone = this.#gaveUp !== undefined;
    this.#comeBack();
    if (seemedGone) this.#note(at);
  }

  /** The customer left while waiting: that closes the conversation, until it turns out that he is served after all. */
  abandoned(at: number): void {
    if (this.#closedAt !== undefined) return;
    const gaveUp = { turnAt: this.#turnAt };
    this.ended(at);
    this.#gaveUp = gaveUp;
  }

  /** It left its queue, neither answered nor by the customer's doing: where nothing follows, that was its end. */
  flowedOut(at: number): void {
    if (this.#closedAt === undefined && !this.#awaitsCallback) this.#flowedOutAt = at;
  }

  callbackRequested(): void {
    this.#awaitsCallback = true;
    this.#flowedOutAt = undefined;
  }

  /** There are no more facts: a conversation that flowed out and was never heard of again is over when that decides its contact. */
  finish(): void {
    if (this.#flowedOutAt !== undefined) this.ended(this.#flowedOutAt + NOTHING_FOLLOWED_MS);
  }

  /** The contact ended: nothing is awaited until the customer writes again. */
  ended(at: number): void {
    this.#gaveUp = undefined;
    this.#flowedOutAt = undefined;
    this.#closedAt = at;
    if (this.#turnAt !== undefined) this.unansweredTurns.push({ at, queue: this.#queue });
    this.#turnAt = undefined;
    this.#note(at);
  }

  /** Takes back that the customer had left, or that it had flowed out. */
  #comeBack(): void {
    this.#flowedOutAt = undefined;
    if (this.#gaveUp === undefined) return;
    if (this.#gaveUp.turnAt !== undefined) this.unansweredTurns.pop();
    this.#turnAt = this.#gaveUp.turnAt;
    this.#closedAt = undefined;
    this.#gaveUp = undefined;
  }

  #customerWrote(at: number): void {
    this.#gaveUp = undefined;
    this.#closedAt = undefined;
    this.firstCustomerAt ??= at;
    this.#turnAt ??= at;
  }

  #humanReplied(at: number, agent: string | undefined): void {
    this.#comeBack();
    this.agentSpoke = true;
    this.#lastIsBot = false;
    const isFirst = this.#customerSpoke && this.firstReply === undefined;
    if (isFirst) this.firstReply = { at, queue: this.#queue, agent };
    if (this.#turnAt !== undefined && (!isFirst || this.#rules.includesFirst(at, this.#queue))) {
      const ms = this.#rules.elapsed(this.#turnAt, at, this.#queue);
      this.responses.push({ at, ms, queue: this.#queue, agent });
    }
    this.#turnAt = undefined;
  }

  #botReplied(): void {
    this.#botSpoke = true;
    this.#lastIsBot = true;
    if (this.handoffAt === undefined) this.#turnAt = undefined;
  }

  #handOff(at: number): void {
    this.handoffAt ??= at;
    this.#turnAt ??= at;
  }

  #note(at: number): void {
    const quiet = this.#closedAt !== undefined || this.#isHeldByBot;
    const next: Awaiting = {
      at,
      queue: this.#queue,
      first: !quiet && this.firstCustomerAt !== undefined && this.firstReply === undefined,
      turnAt: quiet ? undefined : this.#turnAt,
    };
    const last = this.awaiting.at(-1);
    const unchanged =
      last === undefined
        ? !next.first && next.turnAt === undefined
        : last.queue === next.queue && last.first === next.first && last.turnAt === next.turnAt;
    if (!unchanged) this.awaiting.push(next);
  }
}

/** On these channels a contact is a ticket: its creation is the customer's first word. */
export function isTicket(channel: Channel): boolean {
  return channel === 'email' || channel === 'task';
}
