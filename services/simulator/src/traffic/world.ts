import { type CanonicalEvent, type EventData, type EventType, formatInstant } from '@vigie/contracts';

import type { QueueId } from './plan.ts';
import type { Problem } from './problems.ts';
import type { Random } from './random.ts';
import type { Timetable } from './timetable.ts';

/** `source` of all simulated events. */
export const SIMULATOR_SOURCE = 'vigie://simulator';

/** Time, chance, and the events that came of them: what every actor of the simulation works with. */
export class World {
  readonly random: Random;
  readonly #timetable: Timetable;
  readonly #prefix: string;
  readonly #centre: string | undefined;
  #count = 0;
  #contacts = 0;
  #emitted: CanonicalEvent[] = [];

  constructor(options: {
    random: Random;
    timetable: Timetable;
    prefix: string;
    centre?: string | undefined;
  }) {
    this.random = options.random;
    this.#timetable = options.timetable;
    this.#prefix = options.prefix;
    this.#centre = options.centre;
  }

  get nowMs(): number {
    return this.#timetable.nowMs;
  }

  after(delayMs: number, action: () => void): void {
    this.#timetable.after(delayMs, action);
  }

  /** An event of now. Its `sequence` keeps the order of what happens within a millisecond. */
  emit<T extends EventType>(type: T, subject: string, data: EventData<T>): void {
    const number = this.#count++;
    this.#emitted.push({
      specversion: '1.0',
      id: `${this.#prefix}-e${number}`,
      source: SIMULATOR_SOURCE,
      type,
      time: formatInstant(this.nowMs),
      sequence: String(number).padStart(12, '0'),
      subject,
      ...(this.#centre === undefined ? {} : { centre: this.#centre }),
      data,
    } as CanonicalEvent);
  }

  newContactId(): string {
    this.#contacts += 1;
    return this.newId('c', this.#contacts);
  }

  /** An id that only this simulation gives. */
  newId(kind: string, number: number): string {
    return `${this.#prefix}-${kind}${number}`;
  }

  /** Takes what was emitted since it was asked last. */
  drain(): readonly CanonicalEvent[] {
    const events = this.#emitted;
    if (events.length > 0) this.#emitted = [];
    return events;
  }
}

/** A customer's journey. */
export interface Contact {
  readonly id: string;
  readonly channel: 'voice' | 'chat' | 'email';
  /** What it is about. */
  readonly problem: Problem;
  /** Stays in queues so far. */
  segments: number;
}

/** The `data` that every event of a contact repeats. */
export function about({ id, channel }: Contact) {
  return { contact: { id, channel, direction: 'inbound' as const } };
}

/** The `data` that every event of a stay in a queue repeats. */
export function inSegment(ticket: {
  readonly contact: Contact;
  readonly segmentId: string;
  readonly queue: QueueId;
}) {
  const { contact } = about(ticket.contact);
  return { contact: { ...contact, segmentId: ticket.segmentId }, queue: { id: ticket.queue } };
}
