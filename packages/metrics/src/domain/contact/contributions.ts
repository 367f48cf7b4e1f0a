import { ALL, type Channel, type SemanticConfig, type ServiceLevelSettings } from '@vigie/contracts';
import type { Contributions } from '../../windowing/contribution.ts';
import type { ConfigVersions } from '../config-versions.ts';
import { CODE } from '../codes.ts';
import { judgeWait, overThresholdAfterMs, serviceLevelVerdict } from '../service-level.ts';
import type { Restarts } from './context.ts';
import { lostAtAge } from './segments.ts';
import type { Awaiting, ContactView, Handling, Outcome, ResponseSample, Segment } from './view.ts';
import { segmentOfWork, workOf } from './work.ts';

/** Gives a queue and channel their group; `_all` is the group of figures that belong to no queue. */
export type GroupOf = (queue: string, channel: Channel) => number;

/** What contributions are judged with. */
export interface JudgeContext {
  readonly versions: ConfigVersions;
  readonly restarts: Restarts;
  readonly groupOf: GroupOf;
}

/**
 * What a contact adds to the figures, and when. Pure; nothing depends on the present moment: what happens by the mere
 * passing of time (over the threshold, over-age) is dated in the future.
 */
export function contactContributions(view: ContactView, context: JudgeContext): Contributions {
  return new Judge(view, context).run();
}

/** Where contributions are gathered, used again for every contact; as decimals, so that it never changes its form. */
const gathered: Contributions = [0.5];

class Judge {
  readonly #view: ContactView;
  readonly #context: JudgeContext;
  #count = 0;

  constructor(view: ContactView, context: JudgeContext) {
    this.#view = view;
    this.#context = context;
  }

  run(): Contributions {
    const { inbound, segments, handlings, firstResponse, responses, awaiting } = this.#view;
    if (inbound) {
      for (const segment of segments) this.#segment(segment);
      for (const handling of handlings) this.#handling(handling);
    }
    if (firstResponse !== undefined) this.#sample(firstResponse, CODE.firstResponse);
    for (const response of responses) this.#sample(response, CODE.response);
    this.#awaiting(awaiting);
    this.#contact();
    return gathered.slice(0, this.#count);
  }

  #add(group: number, at: number, code: number, value = 0): void {
    gathered[this.#count++] = group;
    gathered[this.#count++] = at;
    gathered[this.#count++] = code;
    gathered[this.#count++] = value;
  }

  #segment(segment: Segment): void {
    const { enteredAt, queue, kind } = segment;
    if (enteredAt === undefined || queue === undefined || kind === 'consult') return;
    const group = this.#context.groupOf(queue, segment.channel);
    const outcome = this.#aged(segment, enteredAt);
    const { ring } = segment.reported;
    const waits = outcome.at > enteredAt;
    this.#add(group, enteredAt, CODE.entered(ring, this.#inPopulation(segment, enteredAt), waits), enteredAt);
    if (waits) {
      this.#add(group, outcome.at, outcome.kind === 'lost' ? CODE.lost(ring) : CODE.left(ring), enteredAt);
      this.#overThreshold(group, segment, enteredAt, outcome.at);
      this.#alerting(group, segment, enteredAt, outcome.at);
    }
    if (outcome.kind !== 'lost' && this.#inPopulation(segment, outcome.at)) {
      this.#outcome(group, segment, outcome, enteredAt);
    }
  }

  #settingsOf(segment: Segment, at: number): ServiceLevelSettings {
    return this.#context.versions.at(at).settings(segment.queue, segment.channel).serviceLevel;
  }

  #inPopulation(segment: Segment, at: number): boolean {
    return this.#settingsOf(segment, at).segmentKinds.includes(segment.kind);
  }

  /** The outcome that stands, or the loss that over-age will be unless something forestalls it. */
  #aged(segment: Segment, enteredAt: number): Outcome {
    const lostAt = lostAtAge(segment, this.#context.versions) ?? enteredAt;
    const { outcome } = segment;
    if (outcome !== undefined && (outcome.asserted || outcome.at <= lostAt)) return outcome;
    return { kind: 'lost', at: lostAt, sequence: '', authority: -1, asserted: false };
  }

  /** Over the threshold by the configuration in force at each instant: a change while waiting may turn it on or off. */
  #overThreshold(group: number, segment: Segment, enteredAt: number, untilMs: number): void {
    const { versions } = this.#context.versions;
    let openFrom: number | undefined;
    for (let index = 0; index < versions.length; index++) {
      const start = index === 0 ? enteredAt : Math.max(versions[index]!.fromMs, enteredAt);
      const end = Math.min(versions[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY, untilMs);
      if (start >= end) continue;
      const settings = this.#settingsOf(segment, start);
      const overAt = this.#clockStart(segment, enteredAt, settings) + overThresholdAfterMs(settings);
      const over = this.#inPopulation(segment, start) && overAt < end ? Math.max(overAt, start) : undefined;
      if (openFrom !== undefined && over !== start) {
        this.#add(group, start, CODE.overThresholdEnds);
        openFrom = undefined;
      }
      if (over !== undefined && openFrom === undefined) {
        this.#add(group, over, CODE.overThresholdBegins);
        openFrom = over;
      }
    }
    if (openFrom !== undefined) this.#add(group, untilMs, CODE.overThresholdEnds);
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

  /** Ringing somewhere: the union of the offers (which are in the order they began) while the segment waits. */
  #alerting(group: number, segment: Segment, enteredAt: number, untilMs: number): void {
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
    if (until > 0) this.#add(group, until, CODE.alertingEnds);
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

  /** The wait; a slightly negative one is clock skew. Of an asynchronous channel's first answer it is the FRT. */
  #waitOf(segment: Segment, outcome: Outcome, startAt: number): number {
    const { firstResponse } = this.#view;
    const isAsync =
      this.#context.versions.at(outcome.at).settings(segment.queue, segment.channel).mode === 'async';
    if (isAsync && outcome.kind === 'answered' && firstResponse?.at === outcome.at) return firstResponse.ms;
    return Math.max(0, outcome.at - startAt);
  }

  #handling(handling: Handling): void {
    if (handling.segment?.kind === 'consult') return;
    const segment = segmentOfWork(this.#view, handling);
    const group = this.#context.groupOf(segment?.queue ?? ALL, segment?.channel ?? this.#view.channel);
    const { startAt, talkEndAt, endAt, holdMs, acwMs, isCounted } = workOf(handling, this.#context);
    this.#inProgress(group, startAt, endAt);
    if (!isCounted) return;
    const { hold, acw } = handling.reported;
    this.#add(group, endAt, CODE.handled(hold, acw));
    this.#add(group, endAt, CODE.talk, talkEndAt - startAt - holdMs);
    if (holdMs > 0) this.#add(group, endAt, CODE.hold, holdMs);
    if (acwMs > 0) this.#add(group, endAt, CODE.acw, acwMs);
  }

  #inProgress(group: number, from: number, to: number): void {
    if (to <= from) return;
    this.#add(group, from, CODE.inProgressBegins);
    this.#add(group, to, CODE.inProgressEnds);
  }

  #sample({ at, ms, queue }: ResponseSample, code: number): void {
    this.#add(this.#conversationGroup(queue), at, code, ms);
  }

  #conversationGroup(queue: string | undefined): number {
    if (queue === undefined) return this.#context.groupOf(ALL, this.#view.channel);
    for (const segment of this.#view.segments)
      if (segment.queue === queue) return this.#context.groupOf(queue, segment.channel);
    return this.#context.groupOf(queue, this.#view.channel);
  }

  #awaiting(changes: readonly Awaiting[]): void {
    for (const [index, change] of changes.entries()) {
      const group = this.#conversationGroup(change.queue);
      const until = changes[index + 1]?.at ?? this.#forgottenAt(change);
      if (until <= change.at) continue;
      if (change.first) {
        this.#add(group, change.at, CODE.awaitingFirstBegins);
        this.#add(group, until, CODE.awaitingFirstEnds);
      }
      if (change.turnAt !== undefined) {
        this.#add(group, change.at, CODE.awaitingReplyBegins, change.turnAt);
        this.#add(group, until, CODE.awaitingReplyEnds, change.turnAt);
      }
    }
  }

  /** A conversation nobody closes is given up after the greatest age of asynchronous work. */
  #forgottenAt(change: Awaiting): number {
    return change.at + this.#configAt(change.at).time.maxAsyncAgeMs;
  }

  #configAt(at: number): SemanticConfig {
    return this.#context.versions.at(at);
  }

  #contact(): void {
    const { inbound, arrivedAt, decision, channel, rejectedBy } = this.#view;
    // A queue that only ever turned contacts away is known all the same: it gets its row.
    for (const queue of rejectedBy) this.#context.groupOf(queue, channel);
    if (!inbound || arrivedAt === undefined) return;
    const group = this.#context.groupOf(ALL, channel);
    this.#add(group, arrivedAt, CODE.presented);
    if (decision === undefined) return;
    this.#add(
      group,
      decision.at,
      decision.kind === 'answered' ? CODE.decidedAnswered : CODE.missed(decision.reason),
    );
  }
}
