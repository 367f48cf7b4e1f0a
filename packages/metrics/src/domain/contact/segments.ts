import type { Channel, ChannelSettings, FlowOutCause, SegmentKind } from '@vigie/contracts';
import { compareFacts, type Fact } from '../fact.ts';
import { isAfter, isSurelyAfter, type FoldContext, type WaitingList } from './context.ts';
import { decideOutcome, isUndecided, isWaiting } from './outcome.ts';
import { both, reportedBy, REPORTS_ALL } from './reported.ts';
import type { Handling, Outcome, Segment } from './view.ts';

/** A timeout followed by a new segment this soon is shown as overflow (`sources.md` §1.6). */
const OVERFLOW_WITHIN_MS = 10_000;

const IN_A_SEGMENT: ReadonlySet<string> = new Set([
  'answered',
  'abandoned',
  'flow_out',
  'offered',
  'offer_ended',
]);

/** The stays in queues that a journey's facts tell of. */
export class Segments {
  readonly list: Segment[] = [];
  readonly #facts: readonly Fact[];
  readonly #context: FoldContext;
  readonly #contactChannel: Channel;

  /** Opens every segment first: an outcome may stand before its entry when clocks are a little apart. */
  constructor(facts: readonly Fact[], context: FoldContext, contactChannel: Channel) {
    this.#facts = facts;
    this.#context = context;
    this.#contactChannel = contactChannel;
    for (const fact of facts) {
      if (fact.type === 'queued') this.#declare(fact);
      else if (fact.type === 'entry') this.#enter(fact);
      else if (fact.segment !== undefined && IN_A_SEGMENT.has(fact.type)) {
        const segment = this.named(fact);
        segment.queue ??= fact.queue;
      }
    }
  }

  /** The segment that a fact names, known or new. */
  named(fact: Fact): Segment {
    for (const segment of this.list)
      if (segment.id === fact.segment && segment.contact === fact.contact) return segment;
    return this.#create(fact);
  }

  /** The segment a fact is about: the one it names, else the latest undecided one of this contact in that queue. */
  attach(fact: Fact): Segment | undefined {
    if (fact.segment !== undefined) return this.named(fact);
    return this.latestOf(fact, isUndecided) ?? this.#thatEntered(fact);
  }

  /** The stay that began when the fact says its own began, decided or not: a source may repeat the entry. */
  #thatEntered({ contact, queue, queuedAt }: Fact): Segment | undefined {
    if (queuedAt === undefined) return undefined;
    return this.list.findLast(
      (segment) =>
        segment.contact === contact &&
        (queue === undefined || segment.queue === queue) &&
        segment.enteredAt !== undefined &&
        Math.abs(segment.enteredAt - queuedAt) <= SAME_ENTRY_MS,
    );
  }

  /**
   * The scan has come to the entry of a stay: from here on facts without a segment id may belong to it. Answers which;
   * none, when another fact tells when it began.
   */
  enter(fact: Fact): Segment | undefined {
    let entered: Segment | undefined;
    for (const segment of this.list) {
      if (segment.openedBy !== fact) continue;
      segment.isOpen = true;
      entered = segment;
    }
    return entered;
  }

  /** The latest open segment of the fact's contact, in the queue it names if any, for which `test` holds. */
  latestOf(fact: Fact, test: (segment: Segment) => boolean): Segment | undefined {
    let latest: Segment | undefined;
    for (const segment of this.list) {
      const { enteredAt, contact, queue } = segment;
      if (enteredAt === undefined || !segment.isOpen || contact !== fact.contact) continue;
      if ((fact.queue !== undefined && queue !== fact.queue) || !test(segment)) continue;
      if (latest === undefined || enteredAt >= (latest.enteredAt ?? 0)) latest = segment;
    }
    return latest;
  }

  /** Where an outcome belongs; one without a known entry gets its own segment, at the entry it repeats if any. */
  ofOutcome(fact: Fact): Segment {
    const known = this.attach(fact);
    if (known !== undefined) return known;
    const segment = this.#create(fact);
    segment.enteredAt = fact.queuedAt;
    segment.isOpen = fact.queuedAt !== undefined;
    return segment;
  }

  /** By another agent on an answered segment an answer is a further handling there. */
  ofAnswer(fact: Fact): Segment | undefined {
    const waiting = this.attach(fact);
    if (waiting !== undefined) return waiting;
    if (fact.queuedAt === undefined) {
      const answered = this.latestOf(fact, (s) => s.candidates.some((c) => c.kind === 'answered'));
      if (answered !== undefined) return answered;
      if (fact.queue === undefined && this.list.length > 0) return undefined;
    }
    return this.ofOutcome(fact);
  }

  /** Reopens the latest stay in that queue: that the customer or the ACD had left it is taken back. */
  resume(fact: Fact): void {
    const segment = fact.segment === undefined ? this.latestOf(fact, () => true) : this.named(fact);
    if (segment === undefined) return;
    const kept = segment.candidates.filter((c) => c.at > fact.at || c.kind === 'answered');
    segment.candidates.splice(0, segment.candidates.length, ...kept);
    segment.isResumed = true;
  }

  /** An offer begins or ends. Answers the stay it belongs to. */
  offer(fact: Fact): Segment | undefined {
    const segment = this.attach(fact);
    if (segment === undefined) return undefined;
    const { ref: id, agent, at } = fact;
    if (fact.type === 'offered') {
      segment.offers.push({ id, agent, from: at, to: undefined });
      return segment;
    }
    const open = segment.offers.findLast(
      (offer) => offer.to === undefined && (id === undefined ? offer.agent === agent : offer.id === id),
    );
    if (open !== undefined) open.to = at;
    return segment;
  }

  /** The latest stay entered no later than that one, consultations apart. */
  before({ enteredAt: until = 0 }: Segment): Segment | undefined {
    let place: Segment | undefined;
    for (const segment of this.list) {
      const { enteredAt, kind } = segment;
      if (kind === 'consult' || enteredAt === undefined || enteredAt > until) continue;
      if (place === undefined || enteredAt >= place.enteredAt!) place = segment;
    }
    return place;
  }

  /**
   * The stay that a fact about the contact as a whole counts for: the one it names, else the latest one entered. While
   * the scan goes on, of those whose entry it has passed.
   */
  placeOf(fact: Fact): Segment | undefined {
    let place: Segment | undefined;
    for (const segment of this.list) {
      const { enteredAt, kind, contact, id } = segment;
      if (kind === 'consult' || enteredAt === undefined) continue;
      if (!segment.isOpen || enteredAt > fact.at || isBeforeEntry(fact, segment)) continue;
      if (fact.segment !== undefined && fact.segment === id && fact.contact === contact) return segment;
      if (place === undefined || enteredAt >= place.enteredAt!) place = segment;
    }
    return place;
  }

  /** What the end of the contact makes of its stays still waiting; nothing, when the end was only that of a talk. */
  close(fact: Fact, endedTalk: Handling | undefined): void {
    for (const segment of this.list) {
      if (segment.contact !== fact.contact || !isWaiting(segment, fact.at)) continue;
      if (fact.segment !== undefined && segment.id !== fact.segment) continue;
      const inferred = { at: fact.at, sequence: fact.sequence, authority: -1, asserted: false };
      if (this.isAsync(segment, fact.at)) {
        segment.candidates.push({ ...inferred, kind: 'flow_out', cause: 'closed' });
      } else if (fact.word === 'customer') {
        segment.candidates.push({ ...inferred, kind: 'abandoned' });
      } else if (endedTalk === undefined || endedTalk.segment === segment) {
        segment.candidates.push({ ...inferred, kind: 'flow_out', cause: 'system' });
      }
    }
  }

  isAsync(segment: Segment, at: number): boolean {
    return this.#settings(segment, at).mode === 'async';
  }

  /** Is the answer of this segment a message rather than the agent's joining? */
  answersByMessage(segment: Segment, at: number): boolean {
    const settings = this.#settings(segment, at);
    return settings.mode === 'async' || settings.serviceLevel.answerEvent === 'first_agent_message';
  }

  /** Had the stay been lost to its age before that (inferred) outcome? */
  isLostBefore(segment: Segment, at: number): boolean {
    const lostAt = lostAtAge(segment, this.#context.versions);
    return lostAt !== undefined && at > lostAt;
  }

  /** Chooses the outcome of every segment, once all facts are read. */
  decide(): void {
    for (const segment of this.list) {
      this.#loseAtRestart(segment);
      this.#loseUnlisted(segment);
      decideOutcome(segment);
    }
    for (const segment of this.list) this.#showTimeoutAsOverflow(segment);
  }

  #settings(segment: Segment, at: number): ChannelSettings {
    return this.#context.versions.at(at).settings(segment.queue, segment.channel);
  }

  #declare(fact: Fact): void {
    if (fact.word === 'resume') return;
    const segment = fact.segment === undefined ? this.#create(fact) : this.named(fact);
    if (segment.openedBy?.type !== 'entry') this.#enterAt(segment, fact);
    segment.queue = fact.queue ?? segment.queue;
    segment.kind = (fact.word ?? 'initial') as SegmentKind;
    segment.source = fact.source;
    segment.channel = (fact.channel as Channel | undefined) ?? segment.channel;
    segment.reported = both(segment.reported, reportedBy(fact));
  }

  /** A summary's word on when the stay began; of what kind it was, others tell. */
  #enter(fact: Fact): void {
    const segment = this.named(fact);
    segment.queue ??= fact.queue;
    this.#enterAt(segment, fact);
  }

  #enterAt(segment: Segment, fact: Fact): void {
    segment.enteredAt = fact.at;
    segment.openedBy = fact;
  }

  #create(fact: Fact): Segment {
    const told = fact.channel ?? this.#facts.find((other) => other.channel !== undefined)?.channel;
    const segment: Segment = {
      id: fact.segment,
      contact: fact.contact,
      queue: fact.queue,
      kind: 'initial',
      channel: (told as Channel | undefined) ?? this.#channelOf(fact) ?? this.#contactChannel,
      source: fact.source,
      enteredAt: undefined,
      openedBy: undefined,
      isOpen: false,
      isResumed: false,
      candidates: [],
      outcome: undefined,
      held: 0,
      conflicts: 0,
      offers: [],
      reported: REPORTS_ALL,
    };
    this.list.push(segment);
    return segment;
  }

  #channelOf({ queue, at }: Fact): Channel | undefined {
    return queue === undefined ? undefined : this.#context.versions.at(at).queueChannels.get(queue)?.[0];
  }

  /** Whatever was open at a source when it restarted is lost: nobody can know how it went on. */
  #loseAtRestart(segment: Segment): void {
    const entered = segment.enteredAt;
    if (entered === undefined) return;
    const opened = segment.openedBy?.sequence ?? '';
    const restart = this.#context.restarts.get(segment.source)?.find((r) => isAfter(r, entered, opened));
    if (restart === undefined) return;
    loseAt(segment, restart.at);
  }

  /** Who is not among those waiting when the source is asked has left while nobody heard: how, nobody can know. */
  #loseUnlisted(segment: Segment): void {
    const { enteredAt, queue, source } = segment;
    const lists = this.#context.waitingLists.get(source);
    if (lists === undefined || enteredAt === undefined || queue === undefined) return;
    const opened = segment.openedBy?.sequence ?? '';
    const missed = lists.find((list) => isSurelyAfter(list, enteredAt, opened) && isMissing(segment, list));
    if (missed !== undefined) loseAt(segment, missed.at);
  }

  /** A timeout that led to a new segment was an overflow, whatever the ACD calls it. */
  #showTimeoutAsOverflow(segment: Segment): void {
    const { outcome } = segment;
    if (outcome?.kind !== 'flow_out' || outcome.cause !== 'timeout') return;
    const followed = this.list.some(
      (next) =>
        next !== segment &&
        next.enteredAt !== undefined &&
        next.enteredAt >= outcome.at &&
        next.enteredAt <= outcome.at + OVERFLOW_WITHIN_MS,
    );
    if (followed) segment.outcome = { ...outcome, cause: 'overflow' };
  }
}

/** Whoever still waited then is lost: what became of him is inferred, not told. */
function loseAt(segment: Segment, at: number): void {
  if (!isWaiting(segment, at)) return;
  segment.candidates.push({ kind: 'lost', at, sequence: '', authority: -1, asserted: false });
}

/** Does the list vouch for the queue of a stay, and not name the stay? One without a name is known by its entry. */
function isMissing({ id, queue, enteredAt }: Segment, { queues }: WaitingList): boolean {
  const listed = queues.get(queue ?? '');
  if (listed === undefined) return false;
  return !listed.some(([stay, at]) =>
    id === undefined ? Math.abs(at - (enteredAt ?? 0)) <= SAME_ENTRY_MS : stay === id,
  );
}

/** Of one instant, does the fact come before the entry? */
function isBeforeEntry(fact: Fact, { openedBy }: Segment): boolean {
  return openedBy !== undefined && compareFacts(fact, openedBy) < 0;
}

/** When a stay nobody ends is lost to its age, by the configuration in force at its entry; ms. */
export function lostAtAge(segment: Segment, versions: FoldContext['versions']): number | undefined {
  const { enteredAt, queue, channel } = segment;
  if (enteredAt === undefined) return undefined;
  const config = versions.at(enteredAt);
  const isAsync = config.settings(queue, channel).mode === 'async';
  return enteredAt + (isAsync ? config.time.maxAsyncAgeMs : config.time.maxSegmentAgeMs);
}

/** Entries this near are one: vendors tell them in seconds here and milliseconds there. */
export const SAME_ENTRY_MS = 1000;

/** An outcome that a fact tells. */
export function told(fact: Fact, kind: Outcome['kind'], cause?: FlowOutCause): Outcome {
  const { at, sequence, authority, agent } = fact;
  return { kind, at, sequence, authority, asserted: true, agent, ...(cause === undefined ? {} : { cause }) };
}
