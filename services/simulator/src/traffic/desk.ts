import type { SegmentKind } from '@vigie/contracts';
import { formatInstant } from '@vigie/contracts';

import { QUEUES, type QueueId, TEAMS } from './plan.ts';
import type { Agent, Staff } from './staff.ts';
import { type Contact, inSegment, type World } from './world.ts';

const NO_ANSWER_CHANCE = 0.03;

/** One stay of a contact in a queue. */
export interface Ticket {
  readonly contact: Contact;
  readonly queue: QueueId;
  readonly segmentId: string;
  readonly queuedAtMs: number;
  state: 'waiting' | 'ringing' | 'over';
  offer: { readonly id: string; readonly agent: Agent; readonly sinceMs: number } | undefined;
  readonly onAnswered: (agent: Agent) => void;
}

/** The queues: who waits, whom it rings at. */
export class Desk {
  readonly #world: World;
  readonly #waiting = new Map<QueueId, Ticket[]>();
  #staff: Staff | undefined;
  #offers = 0;

  constructor(world: World) {
    this.#world = world;
    for (const queue of Object.keys(QUEUES) as QueueId[]) this.#waiting.set(queue, []);
  }

  serveWith(staff: Staff): void {
    this.#staff = staff;
  }

  waitingIn(queue: QueueId): number {
    return this.#line(queue).length;
  }

  /** Opens a segment; `onAnswered` when a human agent has it. */
  enter(contact: Contact, queue: QueueId, kind: SegmentKind, onAnswered: (agent: Agent) => void): Ticket {
    contact.segments += 1;
    const ticket: Ticket = {
      contact,
      queue,
      segmentId: `${contact.id}-s${contact.segments}`,
      queuedAtMs: this.#world.nowMs,
      state: 'waiting',
      offer: undefined,
      onAnswered,
    };
    this.#world.emit('vigie.contact.queued', contact.id, {
      ...inSegment(ticket),
      kind,
      position: this.waitingIn(queue) + 1,
    });
    this.#line(queue).push(ticket);
    const agent = this.#staff?.longestIdle(QUEUES[queue].team);
    if (agent !== undefined) this.serve(agent);
    return ticket;
  }

  /** Takes a ticket out of its queue before it was answered; the caller says what became of it. */
  withdraw(ticket: Ticket): void {
    const { offer } = ticket;
    const line = this.#line(ticket.queue);
    const place = line.indexOf(ticket);
    if (place !== -1) line.splice(place, 1);
    ticket.state = 'over';
    if (offer === undefined) return;
    ticket.offer = undefined;
    this.#endOffer(ticket, offer, 'caller_gone');
    this.#staff?.release(offer.agent);
  }

  /** Gives the agent the contact that waits longest in his queues, if he can take one. */
  serve(agent: Agent): void {
    if (!agent.canTake) return;
    let oldest: Ticket | undefined;
    for (const queue of TEAMS[agent.team].queues) {
      const [first] = this.#line(queue);
      if (first !== undefined && (oldest === undefined || first.queuedAtMs < oldest.queuedAtMs))
        oldest = first;
    }
    if (oldest !== undefined) this.#offer(oldest, agent);
  }

  #offer(ticket: Ticket, agent: Agent): void {
    const { random } = this.#world;
    this.#line(ticket.queue).shift();
    this.#offers += 1;
    const offer = { id: `${ticket.segmentId}-o${this.#offers}`, agent, sinceMs: this.#world.nowMs };
    ticket.state = 'ringing';
    ticket.offer = offer;
    agent.load += 1;
    this.#world.emit('vigie.contact.offered', ticket.contact.id, {
      ...inSegment(ticket),
      agent: { id: agent.id },
      offerId: offer.id,
    });
    const isAnswered = !random.chance(NO_ANSWER_CHANCE);
    const ringMs = isAnswered ? random.between(1500, 6000) : random.between(12_000, 18_000);
    this.#world.after(ringMs, () => {
      if (ticket.offer !== offer) return;
      ticket.offer = undefined;
      if (isAnswered) this.#answer(ticket, agent);
      else this.#missed(ticket, offer);
    });
  }

  #answer(ticket: Ticket, agent: Agent): void {
    ticket.state = 'over';
    this.#world.emit('vigie.contact.answered', ticket.contact.id, {
      ...inSegment(ticket),
      agent: { id: agent.id },
      ...this.waited(ticket),
    });
    ticket.onAnswered(agent);
  }

  /** Back to the head of the queue; an agent who did not answer is taken out for a while. */
  #missed(ticket: Ticket, offer: NonNullable<Ticket['offer']>): void {
    this.#endOffer(ticket, offer, 'no_answer');
    ticket.state = 'waiting';
    this.#line(ticket.queue).unshift(ticket);
    this.#staff?.sendAway(offer.agent, { state: 'paused', reason: 'no_answer', forMs: 90_000 });
    this.#staff?.release(offer.agent);
    const other = this.#staff?.longestIdle(QUEUES[ticket.queue].team);
    if (other !== undefined) this.serve(other);
  }

  #endOffer(ticket: Ticket, offer: NonNullable<Ticket['offer']>, cause: 'no_answer' | 'caller_gone'): void {
    this.#world.emit('vigie.contact.offer_ended', ticket.contact.id, {
      ...inSegment(ticket),
      agent: { id: offer.agent.id },
      offerId: offer.id,
      cause,
      measured: { ringMs: this.#world.nowMs - offer.sinceMs },
    });
  }

  /** When it was queued and how long it waited, as an outcome repeats it. */
  waited(ticket: Ticket) {
    return {
      queuedAt: formatInstant(ticket.queuedAtMs),
      measured: { waitMs: this.#world.nowMs - ticket.queuedAtMs },
    };
  }

  #line(queue: QueueId): Ticket[] {
    return this.#waiting.get(queue) ?? [];
  }
}
