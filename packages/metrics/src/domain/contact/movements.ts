import { SKEW_TOLERANCE_MS } from '@vigie/contracts';
import type { Fact } from '../fact.ts';
import type { TransferKind } from './measures.ts';
import type { Happening, Segment } from './view.ts';

/** An agent handed the contact on. */
export interface Transfer extends Happening {
  readonly kind: TransferKind;
  /** Where it went: a queue, or whoever works on for the queue it came from; `undefined`: out of the centre. */
  readonly to: { readonly queue: string | undefined } | undefined;
}

/** An agent was asked by a colleague, without a stay in a queue. */
export interface Asked {
  readonly agent: string;
  readonly asker: string | undefined;
  readonly contact: string;
  readonly from: number;
  to: number | undefined;
}

const NO_FAILURE: ReadonlySet<string> = new Set(['lost_race', 'caller_gone']);
const QUEUE = 'queue|';
const AGENT = 'agent|';

/** What moves a contact about beside its stays: transfers, consultations, refused offers, self-care. Fed in fold order. */
export class Movements {
  readonly transfers: Transfer[] = [];
  readonly consults: Happening[] = [];
  /** Consultations that agents gave who were asked themselves. */
  readonly asked: Asked[] = [];
  /** Offers that the agent did not take. */
  readonly noAnswers: Happening[] = [];
  /** The customer hung up while on hold. */
  readonly holdDisconnects: Happening[] = [];
  /** First redirection to self-care. */
  selfCareAt: number | undefined;

  offerEnded(fact: Fact, queue: string | undefined): void {
    if (fact.word === undefined || !NO_FAILURE.has(fact.word)) this.noAnswers.push({ at: fact.at, queue });
  }

  transferred({ at, word, ref }: Fact, queue: string | undefined, segments: readonly Segment[]): void {
    const kind = (word ?? 'blind') as TransferKind;
    if (kind === 'external' || ref === 'external') {
      this.transfers.push({ at, queue, kind, to: undefined });
      return;
    }
    const named = ref?.startsWith(QUEUE) === true ? ref.slice(QUEUE.length) : undefined;
    const entered = ref === undefined ? transferStay(segments, at)?.queue : undefined;
    this.transfers.push({ at, queue, kind, to: { queue: named ?? entered ?? queue } });
  }

  consulted({ at, contact, agent: asker, ref }: Fact, queue: string | undefined): void {
    this.consults.push({ at, queue });
    if (ref?.startsWith(AGENT) !== true) return;
    this.asked.push({ agent: ref.slice(AGENT.length), asker, contact, from: at, to: undefined });
  }

  /** The consultations end that the agent asked for whom the fact names; if it names none, all. */
  consultEnded({ at, contact, agent }: Fact): void {
    for (const consult of this.asked) {
      if (consult.contact === contact && (agent === undefined || agent === consult.asker)) consult.to ??= at;
    }
  }

  /** A stay to consult somebody that no event of its own announced is a consultation too. */
  consultedIn(segments: readonly Segment[], queueOf: (stay: Segment) => string | undefined): void {
    let announced = 0;
    const told = this.consults.length;
    for (const segment of segments) {
      const { kind, enteredAt } = segment;
      if (kind !== 'consult' || enteredAt === undefined) continue;
      if (announced < told && this.consults[announced]!.at <= enteredAt + SKEW_TOLERANCE_MS) announced++;
      else this.consults.push({ at: enteredAt, queue: queueOf(segment) });
    }
  }

  redirected(at: number): void {
    if (this.selfCareAt === undefined || at < this.selfCareAt) this.selfCareAt = at;
  }
}

/** The stay that a transfer without a destination led to. */
function transferStay(segments: readonly Segment[], at: number): Segment | undefined {
  return segments.find(
    ({ kind, enteredAt }) =>
      kind === 'transfer' && enteredAt !== undefined && enteredAt >= at - SKEW_TOLERANCE_MS,
  );
}
