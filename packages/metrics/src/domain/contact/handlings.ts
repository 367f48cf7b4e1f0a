import { SKEW_TOLERANCE_MS } from '@vigie/contracts';
import { FLAG, type Fact } from '../fact.ts';
import { both, reportedBy, REPORTS_ALL } from './reported.ts';
import type { Handling, Segment } from './view.ts';

/** The agents' pieces of work that a journey's facts tell of. Fed in fold order. */
export class Handlings {
  readonly list: Handling[] = [];
  /** Ends of talk told before their answer (clocks a little apart). */
  readonly #earlyEnds: Fact[] = [];

  /** An answer opens a handling, unless that agent is talking on that segment already. */
  answer(fact: Fact, segment: Segment | undefined): void {
    const agent = fact.agent ?? '';
    // A summary that names nobody adds no second piece of work to one that is known.
    if (fact.agent === undefined && this.list.some((h) => h.segment === segment)) return;
    const talking = this.list.some((h) => h.agent === agent && h.segment === segment && isTalking(h));
    if (talking) return;
    const handling: Handling = {
      agent,
      contact: fact.contact,
      segment,
      source: fact.source,
      startAt: fact.at,
      talkEndAt: undefined,
      wrapStartAt: undefined,
      wrapEndAt: undefined,
      wrapMs: undefined,
      holdMs: undefined,
      holds: [],
      transferred: false,
      reported: both(segment?.reported ?? REPORTS_ALL, reportedBy(fact)),
    };
    this.list.push(handling);
    const early = this.#earlyEnds.find(
      (end) =>
        (end.agent === undefined || end.agent === agent) &&
        end.contact === fact.contact &&
        fact.at - end.at <= SKEW_TOLERANCE_MS &&
        (end.segment === undefined || end.segment === segment?.id),
    );
    if (early !== undefined) endTalk(handling, early, handling.startAt);
  }

  /** Is that agent talking with the customer, on whatever segment? */
  isTalking(agent: string): boolean {
    return this.list.some((handling) => handling.agent === agent && isTalking(handling));
  }

  /** The work of an agent who keeps the customer of that contact on hold. */
  onHold(contact: string): Handling | undefined {
    return this.list.find((handling) => {
      const hold = handling.holds.at(-1);
      return (
        handling.contact === contact && isTalking(handling) && hold !== undefined && hold.to === undefined
      );
    });
  }

  get anyTalking(): boolean {
    return this.list.some(isTalking);
  }

  /** Ends the talk the fact names, or the only open one. Answers whose it was. */
  endTalk(fact: Fact): Handling | undefined {
    const handling = this.#of(fact, isTalking);
    if (handling === undefined) this.#earlyEnds.push(fact);
    else endTalk(handling, fact, fact.at);
    return handling;
  }

  /** Ends the talks with colleagues who were asked. */
  endConsults(fact: Fact): void {
    for (const handling of this.list) {
      const isConsult = handling.segment?.kind === 'consult' && handling.contact === fact.contact;
      if (isConsult && isTalking(handling)) endTalk(handling, fact, fact.at);
    }
  }

  /** Does the fact name an agent who has handed this contact on, and not taken it again? */
  hasHandedOn(fact: Fact): boolean {
    return fact.agent !== undefined && this.#of(fact, () => true)?.transferred === true;
  }

  hold(fact: Fact): void {
    const handling = this.#of(fact, isTalking);
    if (handling === undefined) return;
    const last = handling.holds.at(-1);
    if (fact.type === 'held') {
      if (last === undefined || last.to !== undefined) handling.holds.push({ from: fact.at, to: undefined });
    } else if (last !== undefined) last.to ??= fact.at;
  }

  /** A wrap-up that begins ends the talk; one that ends without having begun began with the end of the talk. */
  wrapUp(fact: Fact): void {
    const isStart = fact.type === 'wrapup_started';
    const begun = isStart
      ? undefined
      : this.#of(fact, (h) => h.wrapStartAt !== undefined && h.wrapEndAt === undefined);
    const handling = begun ?? this.#of(fact, (h) => (isStart ? h.wrapStartAt : h.wrapEndAt) === undefined);
    if (handling === undefined) return;
    if (isStart) {
      handling.wrapStartAt = fact.at;
      if (isTalking(handling)) endTalk(handling, fact, fact.at);
      return;
    }
    handling.wrapEndAt = fact.at;
    if (handling.wrapStartAt !== undefined) return;
    if (isTalking(handling)) {
      const talkEndAt = Math.max(handling.startAt, fact.at - (fact.wrapMs ?? 0));
      endTalk(handling, { ...fact, wrapMs: undefined }, talkEndAt);
    }
    handling.wrapStartAt = handling.talkEndAt;
  }

  /** The handling a fact speaks of: its agent's latest for which `test` holds, or the only one if it names no agent. */
  #of(fact: Fact, test: (handling: Handling) => boolean): Handling | undefined {
    const { agent, contact, segment } = fact;
    let latest: Handling | undefined;
    let fitting = 0;
    for (const handling of this.list) {
      if (handling.contact !== contact || (agent !== undefined && handling.agent !== agent)) continue;
      if ((segment !== undefined && handling.segment?.id !== segment) || !test(handling)) continue;
      latest = handling;
      fitting++;
    }
    return agent !== undefined || fitting === 1 ? latest : undefined;
  }
}

function isTalking(handling: Handling): boolean {
  return handling.talkEndAt === undefined;
}

function endTalk(handling: Handling, fact: Fact, at: number): void {
  handling.talkEndAt = at;
  handling.transferred = fact.type === 'transferred' || (fact.type === 'ended' && fact.word === 'transfer');
  // The authoritative summary settles how long the holds were in all.
  if (fact.holdMs !== undefined && (fact.flags & FLAG.record) !== 0) handling.holds.length = 0;
  handling.holdMs = fact.holdMs ?? handling.holdMs;
  handling.wrapMs = fact.wrapMs ?? handling.wrapMs;
  const last = handling.holds.at(-1);
  if (last !== undefined) last.to ??= at;
}
