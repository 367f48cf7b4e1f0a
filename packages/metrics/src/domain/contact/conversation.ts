import { FLAG, type Fact } from '../fact.ts';
import type { Awaiting, ResponseSample } from './view.ts';

/**
 * The turns of a conversation (`kpis.md` §5): a turn opens at the oldest customer message not yet answered and closes at
 * the next public message of a human. Fed with facts in fold order; the queue is that of the latest segment entered.
 */
export class Conversation {
  readonly awaiting: Awaiting[] = [];
  readonly responses: ResponseSample[] = [];
  /** First customer message, ms. */
  firstCustomerAt: number | undefined;
  /** First public human message after it. */
  firstReply: { readonly at: number; readonly queue: string | undefined } | undefined;
  handoffAt: number | undefined;

  #queue: string | undefined;
  #turnAt: number | undefined;
  #closed = false;
  #botSpoke = false;
  /** Who wrote last, customers and systems apart; a contact a bot holds begins as if the bot had spoken. */
  #lastIsBot = false;
  /** A human was asked for: from then on no bot holds the conversation. */
  #handedOver = false;
  readonly #includeFirst: (at: number, queue: string | undefined) => boolean;
  /** Tickets: creating one is the customer's first word. */
  readonly #isTicket: boolean;
  #created = false;

  /** `includeFirst`: does the first response count as a response time, by the configuration at that instant? */
  constructor(includeFirst: (at: number, queue: string | undefined) => boolean, isTicket: boolean) {
    this.#includeFirst = includeFirst;
    this.#isTicket = isTicket;
  }

  created(bot: boolean): void {
    this.#created = true;
    if (bot) this.#lastIsBot = true;
  }

  /** The contact entered a queue for a human. */
  queued(at: number, queue: string | undefined): void {
    this.#queue = queue;
    if (this.#botSpoke && !this.#handedOver) this.#handOff(at);
    this.#handedOver = true;
    this.#note(at);
  }

  handedOff(at: number): void {
    this.#handOff(at);
    this.#handedOver = true;
    this.#note(at);
  }

  message(fact: Fact): void {
    const { at, word: from } = fact;
    if ((fact.flags & FLAG.internal) !== 0) return;
    if (from === 'customer') this.#customerWrote(at);
    else if (from === 'agent') this.#humanReplied(at);
    else if (from === 'bot') this.#botReplied();
    this.#note(at);
  }

  /** The contact ended: nothing is awaited until the customer writes again. */
  ended(at: number): void {
    this.#closed = true;
    this.#turnAt = undefined;
    this.#note(at);
  }

  #customerWrote(at: number): void {
    this.#closed = false;
    this.firstCustomerAt ??= at;
    this.#turnAt ??= at;
  }

  #humanReplied(at: number): void {
    this.#lastIsBot = false;
    const customerSpoke = this.firstCustomerAt !== undefined || (this.#isTicket && this.#created);
    const isFirst = customerSpoke && this.firstReply === undefined;
    if (isFirst) this.firstReply = { at, queue: this.#queue };
    if (this.#turnAt !== undefined && (!isFirst || this.#includeFirst(at, this.#queue))) {
      this.responses.push({ at, ms: at - this.#turnAt, queue: this.#queue });
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
    const heldByBot = !this.#handedOver && this.#lastIsBot;
    const quiet = this.#closed || heldByBot;
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
