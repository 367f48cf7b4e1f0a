import { randomBytes } from 'node:crypto';
import { digestOf } from './key.ts';
import { ACCESS_LIMITS } from './limits.ts';

/**
 * Where tickets are between their making and their use. Only their digests are kept: who reads the store cannot use
 * them. A ticket is taken out once, whoever asks.
 */
export interface TicketStore {
  /** `false` when there is no room. */
  put(digest: string, holder: string, lifeMs: number): Promise<boolean>;
  /** Whose ticket it is; `undefined` when there is none (any more). */
  take(digest: string): Promise<string | undefined>;
}

/** Tickets of one process, in its memory. */
export class MemoryTickets implements TicketStore {
  readonly #clock: () => number;
  readonly #tickets = new Map<string, { readonly holder: string; readonly untilMs: number }>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#tickets.size;
  }

  async put(digest: string, holder: string, lifeMs: number): Promise<boolean> {
    this.#forget();
    if (this.#tickets.size >= ACCESS_LIMITS.tickets) return false;
    this.#tickets.set(digest, { holder, untilMs: this.#clock() + lifeMs });
    return true;
  }

  async take(digest: string): Promise<string | undefined> {
    const ticket = this.#tickets.get(digest);
    this.#tickets.delete(digest);
    return ticket !== undefined && this.#clock() < ticket.untilMs ? ticket.holder : undefined;
  }

  /** All live equally long: the oldest stand first. */
  #forget(): void {
    for (const [digest, { untilMs }] of this.#tickets) {
      if (untilMs > this.#clock()) return;
      this.#tickets.delete(digest);
    }
  }
}

/** A new ticket, and what a store keeps of it. */
export function makeTicket(): { readonly ticket: string; readonly digest: string } {
  const ticket = randomBytes(32).toString('base64url');
  return { ticket, digest: ticketDigest(ticket) };
}

export function ticketDigest(ticket: string): string {
  return digestOf(ticket).toString('hex');
}
