import type { Fact } from '../fact.ts';
import type { Segment } from './view.ts';

/** A callback that a customer asked for. Instants in ms. */
export interface Callback {
  readonly at: number;
  /** When it is wanted; as soon as asked for, unless somebody said when. */
  readonly dueAt: number;
  /** Where it was asked for. */
  readonly queue: string | undefined;
  /** When it was done with, and how; `undefined`: it is pending. */
  readonly done: CallbackEnd | undefined;
}

export interface CallbackEnd {
  readonly at: number;
  readonly how: 'answered' | 'failed' | 'cancelled';
}

interface Request {
  readonly id: string | undefined;
  readonly contact: string;
  readonly segment: string | undefined;
  readonly at: number;
  readonly dueAt: number;
  readonly queue: string | undefined;
  done: CallbackEnd | undefined;
}

const NONE: readonly Callback[] = [];

/** The callbacks that a journey's facts tell of. Fed in fold order. */
export class Callbacks {
  readonly #requests: Request[] = [];
  readonly #closings: Fact[] = [];

  request(fact: Fact, queue: string | undefined): void {
    const { ref: id, contact, segment, at } = fact;
    const dueAt = Math.max(at, fact.amount ?? at);
    this.#requests.push({ id, contact, segment, at, dueAt, queue, done: undefined });
  }

  /** Cancelled, or failed for good. */
  close(fact: Fact): void {
    this.#closings.push(fact);
  }

  /**
   * All callbacks, once the stays are decided. A stay that was left for a callback asks for one, unless an event of
   * its own told so; each answered stay of kind `callback` carries out the one that was due first.
   */
  resolve(segments: readonly Segment[]): readonly Callback[] {
    const told = this.#requests.length;
    for (const segment of segments) this.#imply(segment, told);
    if (this.#requests.length === 0) return NONE;
    this.#requests.sort((a, b) => a.at - b.at);
    for (const closing of this.#closings) this.#closeBy(closing);
    for (const segment of segments) this.#answerBy(segment);
    return this.#requests;
  }

  #imply({ outcome, contact, id, queue }: Segment, told: number): void {
    if (outcome?.kind !== 'flow_out' || outcome.cause !== 'callback') return;
    for (let i = 0; i < told; i++) {
      const { segment, contact: asker } = this.#requests[i]!;
      if (segment === undefined || (segment === id && asker === contact)) return;
    }
    const { at } = outcome;
    this.#requests.push({ id: undefined, contact, segment: id, at, dueAt: at, queue, done: undefined });
  }

  #closeBy({ ref, at, word }: Fact): void {
    const request = this.#requests.findLast(
      ({ id, at: askedAt, done }) =>
        done === undefined && (ref === undefined || id === undefined ? askedAt <= at : id === ref),
    );
    if (request !== undefined) request.done = { at, how: word === 'failed' ? 'failed' : 'cancelled' };
  }

  #answerBy({ kind, enteredAt, outcome }: Segment): void {
    if (kind !== 'callback' || enteredAt === undefined || outcome?.kind !== 'answered') return;
    let first: Request | undefined;
    for (const request of this.#requests) {
      if (request.done !== undefined || request.at > enteredAt) continue;
      if (first === undefined || request.dueAt < first.dueAt) first = request;
    }
    if (first !== undefined) first.done = { at: outcome.at, how: 'answered' };
  }
}
