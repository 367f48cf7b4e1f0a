import { ALL, type SemanticConfig, type ServiceLevelSettings } from '@vigie/contracts';
import type { Contributions } from '../../windowing/contribution.ts';
import { CODE, type WorkOfContact } from '../codes.ts';
import { judgeWait, overThresholdAfterMs, serviceLevelVerdict } from '../service-level.ts';
import { besideStays } from './beside-stays.ts';
import type { JudgeContext } from './context.ts';
import { conversed, firstResponseOverAt, waitedFor } from './conversed.ts';
import { Gathering } from '../gathering.ts';
import { openItem } from './open-item.ts';
import { heldInstants } from './outcome.ts';
import { lostAtAge } from './segments.ts';
import { spansOver } from './spans.ts';
import type { ContactView, Handling, Outcome, Segment } from './view.ts';
import { cameInHours, wholeContact } from './whole-contact.ts';
import { segmentOfWork, workOf } from './work.ts';

/**
 * What a contact adds to the figures, and when. Pure; nothing depends on the present moment: what happens by the mere
 * passing of time (over the threshold, over-age) is dated in the future.
 */
export function contactContributions(view: ContactView, context: JudgeContext): Contributions {
  return new Judge(view, context).run();
}

export type { GroupOf, JudgeContext } from './context.ts';

/** A piece of work that counts as handled. */
interface WorkDone {
  readonly handling: Handling;
  readonly group: number;
  readonly queue: string | undefined;
  readonly endAt: number;
  readonly talkMs: number;
  readonly tookTime: boolean;
}

class Judge {
  readonly #view: ContactView;
  readonly #context: JudgeContext;
  readonly #out = new Gathering();
  /** The work that ended last, which is yet to be added. */
  #lastDone: WorkDone | undefined;
  /** Was the queue of the segment at hand open when the contact arrived? */
  #inHours = true;

  constructor(view: ContactView, context: JudgeContext) {
    this.#view = view;
    this.#context = context;
  }

  run(): Contributions {
    const { inbound, segments, handlings, rejectedBy, channel } = this.#view;
    // A queue that only ever turned contacts away is known all the same: it gets its row.
    for (const queue of rejectedBy) this.#context.groupOf(queue, channel);
    if (inbound) {
      for (const segment of segments) this.#segment(segment);
      for (const handling of handlings) this.#handling(handling);
      if (this.#lastDone !== undefined) this.#handled(this.#lastDone, this.#lastWork(this.#lastDone));
    }
    conversed(this.#view, this.#context, this.#placeOf, this.#out);
    openItem(this.#view, this.#context, this.#placeOf, this.#out);
    if (inbound) {
      besideStays(this.#view, this.#context, this.#placeOf, this.#out);
      wholeContact(this.#view, this.#context, this.#placeOf, this.#out);
    }
    return this.#out.taken();
  }

  /** The group of a queue of the contact; of none, that of figures that belong to no queue. */
  readonly #placeOf = (queue: string | undefined): number => {
    const { segments, channel } = this.#view;
    if (queue === undefined) return this.#context.groupOf(ALL, channel);
    for (const segment of segments)
      if (segment.queue === queue) return this.#context.groupOf(queue, segment.channel);
    return this.#context.groupOf(queue, channel);
  };

  #add(group: number, at: number, code: number, value = 0): void {
    this.#out.add(group, at, code, value);
  }

  #segment(segment: Segment): void {
    const { enteredAt, queue, kind, channel } = segment;
    if (segment.held > 0 && kind !== 'consult') {
      for (const at of heldInstants(segment)) this.#add(this.#placeOf(queue), at, CODE.heldOutcome);
    }
    if (enteredAt === undefined || queue === undefined) return;
    // A queue that was only ever asked for advice adds to no figure, and is known all the same: it gets its row.
    const group = this.#context.groupOf(queue, channel);
    if (kind === 'consult') return;
    const outcome = this.#aged(segment, enteredAt);
    const { ring } = segment.reported;
    const waits = outcome.at > enteredAt;
    this.#inHours = cameInHours(this.#context, queue, channel, this.#view.arrivedAt ?? enteredAt);
    this.#add(group, enteredAt, CODE.entered(ring, this.#inPopulation(segment, enteredAt), waits), enteredAt);
    if (waits) {
      const bothOver = this.#overLimits(group, segment, enteredAt, outcome.at);
      const alerting = this.#alerting(group, segment, enteredAt, outcome.at);
      const ends = outcome.kind === 'lost' ? CODE.lost : CODE.left;
      this.#add(group, outcome.at, ends(ring, alerting, bothOver), enteredAt);
    } else if (outcome.kind === 'lost') this.#add(group, outcome.at, CODE.lostAtOnce);
    if (outcome.kind === 'lost') return;
    if (outcome.kind === 'abandoned' && this.#isAfterTransfer(enteredAt, outcome.at))
      this.#add(group, outcome.at, CODE.abandonedAfterTransfer);
    if (kind === 'callback' && outcome.kind === 'answered') {
      const waitMs = outcome.at - Math.max(enteredAt, this.#dueAt(outcome.at));
      this.#add(group, outcome.at, CODE.callbackAnswered, Math.max(0, waitMs));
    }
    if (this.#inPopulation(segment, outcome.at)) this.#outcome(group, segment, outcome, enteredAt);
  }

  /** When the callback that was answered then was due. */
  #dueAt(answeredAt: number): number {
    const done = this.#view.callbacks.find((c) => c.done?.how === 'answered' && c.done.at === answeredAt);
    return done?.dueAt ?? Number.NEGATIVE_INFINITY;
  }

  #settingsOf(segment: Segment, at: number): ServiceLevelSettings {
    return this.#context.versions.at(at).settings(segment.queue, segment.channel).serviceLevel;
  }

  /** Of a kind that counts, and in hours or counted all the same. */
  #inPopulation(segment: Segment, at: number): boolean {
    const { serviceLevel, includeOutOfHours } = this.#context.versions
      .at(at)
      .settings(segment.queue, segment.channel);
    return (this.#inHours || includeOutOfHours) && serviceLevel.segmentKinds.includes(segment.kind);
  }

  /** The outcome that stands, or the loss that over-age will be unless something forestalls it. */
  #aged(segment: Segment, enteredAt: number): Outcome {
    const lostAt = lostAtAge(segment, this.#context.versions) ?? enteredAt;
    const { outcome } = segment;
    if (outcome !== undefined && (outcome.asserted || outcome.at <= lostAt)) return outcome;
    return { kind: 'lost', at: lostAt, sequence: '', authority: -1, asserted: false };
  }

  /**
   * Over the threshold, and while nobody has answered a call, over the target of the first response. Answers whether it is
   * over both from one instant on, which the end of the wait has to end.
   */
  #overLimits(group: number, segment: Segment, enteredAt: number, untilMs: number): boolean {
    const { versions } = this.#context;
    const overThreshold = (config: SemanticConfig, at: number): number | undefined => {
      if (!this.#inPopulation(segment, at)) return undefined;
      const { mode, serviceLevel } = config.settings(segment.queue, segment.channel);
      const overMs = overThresholdAfterMs(serviceLevel);
      const isFirst = mode === 'async' && enteredAt < this.#firstAnswerBefore(Number.POSITIVE_INFINITY);
      // The wait of an asynchronous channel is that for the first response, by its clock.
      const over = isFirst ? waitedFor(this.#view, config, segment.queue, overMs) : undefined;
      return over ?? this.#clockStart(segment, enteredAt, serviceLevel) + overMs;
    };
    const callUntil = this.#waitsForFirst(segment, enteredAt) ? this.#firstAnswerBefore(untilMs) : enteredAt;
    const overTarget = (config: SemanticConfig): number | undefined =>
      firstResponseOverAt(this.#view, config, segment.queue);
    if (callUntil === untilMs && versions.at(enteredAt) === versions.at(untilMs)) {
      const config = versions.at(enteredAt);
      const at = overThreshold(config, enteredAt);
      if (at !== undefined && at === overTarget(config)) {
        // So it is with most calls: one contribution does for both.
        if (at >= untilMs) return false;
        this.#add(group, Math.max(at, enteredAt), CODE.bothOverBegin);
        return true;
      }
    }
    const over = { group, begins: CODE.overThresholdBegins, ends: CODE.overThresholdEnds };
    spansOver(versions, enteredAt, untilMs, overThreshold, over, this.#out);
    if (callUntil <= enteredAt) return false;
    const late = { group, begins: CODE.firstResponseOverBegins, ends: CODE.firstResponseOverEnds };
    spansOver(versions, enteredAt, callUntil, overTarget, late, this.#out);
    return false;
  }

  /** A call that waits for its first human answer; of written conversations the messages tell. */
  #waitsForFirst({ channel }: Segment, enteredAt: number): boolean {
    if (channel !== 'voice' && channel !== 'video') return false;
    return enteredAt < this.#firstAnswerBefore(Number.POSITIVE_INFINITY);
  }

  #firstAnswerBefore(untilMs: number): number {
    return Math.min(untilMs, this.#view.firstResponse?.at ?? Number.POSITIVE_INFINITY);
  }

  /** From when the wait is counted: with the clock `contact`, an overflow goes on with the contact's first entry. */
  #clockStart(segment: Segment, enteredAt: number, settings: ServiceLevelSettings): number {
    if (settings.clock !== 'contact' || segment.kind !== 'overflow') return enteredAt;
    let first = enteredAt;
    for (const other of this.#view.segments)
      if (other.kind !== 'consult' && other.enteredAt !== undefined && other.enteredAt < first)
        first = other.enteredAt;
    return first;
  }

  /**
   * Ringing somewhere: the union of the offers (which are in the order they began) while the segment waits. Answers whether
   * it rang to the end of the wait, which has to end it.
   */
  #alerting(group: number, segment: Segment, enteredAt: number, untilMs: number): boolean {
    let until = Number.NEGATIVE_INFINITY;
    for (const offer of segment.offers) {
      const from = Math.max(offer.from, enteredAt);
      const to = Math.min(offer.to ?? untilMs, untilMs);
      if (from >= to) continue;
      if (from > until) {
        if (until > 0) this.#add(group, until, CODE.alertingEnds);
        this.#add(group, from, CODE.alertingBegins);
      }
      until = Math.max(until, to);
    }
    if (until === untilMs) return true;
    if (until > 0) this.#add(group, until, CODE.alertingEnds);
    return false;
  }

  #outcome(group: number, segment: Segment, outcome: Outcome, enteredAt: number): void {
    const { kind, at, cause } = outcome;
    if (kind === 'lost') return;
    const settings = this.#settingsOf(segment, at);
    const waitMs = this.#waitOf(segment, outcome, this.#clockStart(segment, enteredAt, settings));
    const { within, short } = judgeWait(waitMs, settings);
    const verdict = serviceLevelVerdict({ kind, cause }, { within, short }, settings);
    if (kind === 'answered') this.#add(group, at, CODE.answered(within, verdict), waitMs);
    else if (kind === 'abandoned') this.#add(group, at, CODE.abandoned(within, short, verdict), waitMs);
    else {
      const counted = cause === undefined || cause === 'lost' ? 'system' : cause;
      this.#add(group, at, CODE.flowedOut(counted, within, verdict), waitMs);
    }
  }

  /** A human had answered the contact before, and a transfer led to a stay at or before that entry. */
  #isAfterTransfer(enteredAt: number, at: number): boolean {
    const { decision, segments } = this.#view;
    if (decision?.kind !== 'answered' || decision.at >= at) return false;
    return segments.some((s) => s.kind === 'transfer' && (s.enteredAt ?? at) <= enteredAt);
  }

  /** The wait; a slightly negative one is clock skew. Of an asynchronous channel's first answer it is the FRT. */
  #waitOf(segment: Segment, outcome: Outcome, startAt: number): number {
    const { firstResponse } = this.#view;
    const isAsync =
      this.#context.versions.at(outcome.at).settings(segment.queue, segment.channel).mode === 'async';
    if (isAsync && outcome.kind === 'answered' && firstResponse?.at === outcome.at)
      return firstResponse.ms ?? Math.max(0, outcome.at - startAt);
    return Math.max(0, outcome.at - startAt);
  }

  #handling(handling: Handling): void {
    if (handling.segment?.kind === 'consult') return;
    const segment = segmentOfWork(this.#view, handling);
    const group = this.#context.groupOf(segment?.queue ?? ALL, segment?.channel ?? this.#view.channel);
    const { startAt, talkEndAt, endAt, holdMs, acwMs, isCounted } = workOf(handling, this.#context);
    const tookTime = endAt > startAt;
    if (tookTime) this.#add(group, startAt, CODE.inProgressBegins);
    if (!isCounted) {
      if (tookTime) this.#add(group, endAt, CODE.inProgressEnds);
      return;
    }
    if (holdMs > 0) this.#add(group, endAt, CODE.hold, holdMs);
    if (acwMs > 0) this.#add(group, endAt, CODE.acw, acwMs);
    const talkMs = talkEndAt - startAt - holdMs;
    const done = { handling, group, queue: segment?.queue, endAt, talkMs, tookTime };
    const last = this.#lastDone;
    if (last === undefined || endAt >= last.endAt) this.#lastDone = done;
    const earlier = this.#lastDone === done ? last : done;
    if (earlier !== undefined) this.#handled(earlier, 'earlier');
  }

  /** With the work that ended last the contact was handled. */
  #lastWork({ endAt, queue }: WorkDone): WorkOfContact {
    if (!this.#context.versions.at(endAt).isSales(queue)) return 'last';
    return this.#view.feedback?.sold === undefined ? 'lastOfSales' : 'lastOfSale';
  }

  #handled({ handling, group, endAt, talkMs, tookTime }: WorkDone, work: WorkOfContact): void {
    const { reported, transferred } = handling;
    const code = CODE.handled(reported.hold, reported.acw, transferred, tookTime, work);
    this.#add(group, endAt, code, talkMs);
  }
}
