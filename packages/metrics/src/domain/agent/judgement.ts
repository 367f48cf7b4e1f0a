import type { AgentLink, WorkLink } from '../contact/agent-links.ts';
import type { JudgeContext } from '../contact/contributions.ts';
import type { Contributions } from '../../windowing/contribution.ts';
import type { ChangeSince, Judgement, LinkMove } from '../entity-kind.ts';
import type { Fact } from '../fact.ts';
import { NO_LINKS, type Link } from '../link.ts';
import { foldAsserted, NOTHING_ASSERTED, type Asserted, type AssertedHistory } from './asserted.ts';
import { judgeStretch, NO_CARRY, type Carry, type Stretch, type StretchJudgement } from './timeline.ts';

const HOUR_MS = 60 * 60_000;

/** A stretch as it was judged, following what an earlier one left. */
interface JudgedStretch extends Stretch, StretchJudgement {
  readonly after: Carry;
}

/**
 * What an agent comes to, in stretches of an hour or more: an agent has days of states and calls, and what comes new
 * nearly always touches the last piece of work alone. A stretch whose facts and start are the same as before is not
 * judged again, and one that is the same up to a rest is gone on with from there. Nothing is walked but the last stretch
 * where it is known that nothing else changed.
 */
export class AgentJudgement implements Judgement {
  readonly links = NO_LINKS;
  readonly held = 0;
  readonly conflicts = 0;
  readonly #history: AssertedHistory;
  readonly #stretches: readonly JudgedStretch[];
  readonly pieces: readonly Contributions[];
  readonly #context: JudgeContext;

  constructor(
    agent: string,
    facts: readonly Fact[],
    links: ReadonlyMap<string, Link>,
    context: JudgeContext,
    previous?: Judgement,
    change?: ChangeSince,
  ) {
    const before = previous instanceof AgentJudgement ? previous : undefined;
    const hasNewFacts = before === undefined || change?.facts !== false;
    const known = before === undefined || before.#context !== context ? [] : before.#stretches;
    this.#context = context;
    const history = before === undefined ? undefined : before.#history;
    this.#history = hasNewFacts || history === undefined ? foldAsserted(facts, history) : history;
    this.#stretches =
      (hasNewFacts || change === undefined ? undefined : goneOn(agent, known, change.links, context)) ??
      judgeAll(agent, stretchesOf(this.asserted, worksOf(links)), known, context);
    this.pieces = this.#stretches.map(({ contributions }) => contributions);
  }

  /** What was told of him, rising. */
  get asserted(): readonly Asserted[] {
    return this.#history.changes;
  }

  /** What held at an instant of what was told. */
  assertedAt(at: number): Asserted {
    return this.asserted.findLast((change) => change.at <= at) ?? NOTHING_ASSERTED;
  }

  get contributions(): Contributions {
    return this.pieces.flat();
  }
}

function judgeAll(
  agent: string,
  stretches: readonly Stretch[],
  known: readonly JudgedStretch[],
  context: JudgeContext,
): readonly JudgedStretch[] {
  const judged: JudgedStretch[] = [];
  let after = NO_CARRY;
  for (const stretch of stretches) {
    const last = known[judged.length];
    const follows = last?.after === after ? last : undefined;
    if (follows !== undefined && sameStretch(follows, stretch)) judged.push(follows);
    else {
      const { rest } = follows ?? {};
      const isFrom = rest !== undefined && isSameUpTo(rest.carry.at, follows!, stretch);
      judged.push(judge(agent, after, stretch, context, isFrom ? follows : undefined));
    }
    after = judged.at(-1)!.carry;
  }
  return judged;
}

/**
 * The stretches once some links have changed, of which all work begins in the last of them; `undefined` when some begins
 * elsewhere, or is gone, so that stretches may come or go.
 */
function goneOn(
  agent: string,
  known: readonly JudgedStretch[],
  moves: readonly LinkMove[],
  context: JudgeContext,
): readonly JudgedStretch[] | undefined {
  const last = known.at(-1);
  if (last === undefined) return undefined;
  const works = [...last.works];
  let newFromMs = Number.POSITIVE_INFINITY;
  for (const { before, after } of moves) {
    const was = workIn(before);
    const is = workIn(after);
    if (was === undefined && is === undefined) continue;
    if (is === undefined || hourOf(is.startAt) !== last.startMs) return undefined;
    if (was !== undefined && hourOf(was.startAt) !== last.startMs) return undefined;
    newFromMs = Math.min(newFromMs, is.startAt, was?.startAt ?? is.startAt);
    const place = was === undefined ? works.length : works.indexOf(was);
    if (place < 0) return undefined;
    works[place] = is;
  }
  if (newFromMs === Number.POSITIVE_INFINITY) return known;
  const { after, rest, changes, startMs, toMs } = last;
  // Up to the rest all is the same when what is new begins after it.
  const isFrom = rest !== undefined && rest.carry.at < newFromMs;
  const judged = judge(agent, after, { startMs, toMs, changes, works }, context, isFrom ? last : undefined);
  return [...known.slice(0, -1), judged];
}

/** Judges a stretch; `before`: the same as it was judged before, if it may be gone on with from its rest. */
function judge(
  agent: string,
  after: Carry,
  stretch: Stretch,
  context: JudgeContext,
  before: JudgedStretch | undefined,
): JudgedStretch {
  const { startMs, toMs, changes, works } = stretch;
  const { contributions, carry, rest } = judgeStretch(agent, after, stretch, context, before);
  return { startMs, toMs, changes, works, after, contributions, carry, rest };
}

function workIn(link: Link | undefined): WorkLink | undefined {
  const told = link as AgentLink | undefined;
  return told?.about === 'work' ? told : undefined;
}

/** Start of the hour that contains an instant. */
function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}

function worksOf(links: ReadonlyMap<string, Link>): readonly WorkLink[] {
  const works: WorkLink[] = [];
  for (const link of links.values() as Iterable<AgentLink>) if (link.about === 'work') works.push(link);
  return works;
}

function sameStretch(a: Stretch, b: Stretch): boolean {
  return a.toMs === b.toMs && sameItems(a.changes, b.changes) && sameItems(a.works, b.works);
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Is everything that begins up to an instant the same in both? */
function isSameUpTo(at: number, a: Stretch, b: Stretch): boolean {
  return (
    at < b.toMs &&
    haveSame(a.changes, b.changes, (change) => change.at <= at) &&
    haveSame(a.works, b.works, ({ startAt }) => startAt <= at)
  );
}

/** Are the items that count the same in both, in their order? */
function haveSame<T>(a: readonly T[], b: readonly T[], counts: (item: T) => boolean): boolean {
  let j = 0;
  for (const item of a) {
    if (!counts(item)) continue;
    while (j < b.length && !counts(b[j]!)) j++;
    if (b[j++] !== item) return false;
  }
  while (j < b.length && !counts(b[j]!)) j++;
  return j >= b.length;
}

interface OpenStretch extends Stretch {
  toMs: number;
  readonly changes: Asserted[];
  readonly works: WorkLink[];
}

/** Cuts an agent's time at the hours in which something begins; the last stretch has no end. */
function stretchesOf(asserted: readonly Asserted[], works: readonly WorkLink[]): readonly Stretch[] {
  const byHour = new Map<number, OpenStretch>();
  const beginning = (at: number): OpenStretch => {
    const startMs = hourOf(at);
    let stretch = byHour.get(startMs);
    if (stretch === undefined) {
      stretch = { startMs, toMs: Number.POSITIVE_INFINITY, changes: [], works: [] };
      byHour.set(startMs, stretch);
    }
    return stretch;
  };
  for (const change of asserted) beginning(change.at).changes.push(change);
  for (const work of works) beginning(work.startAt).works.push(work);
  const stretches = [...byHour.values()].sort((a, b) => a.startMs - b.startMs);
  for (let i = 1; i < stretches.length; i++) stretches[i - 1]!.toMs = stretches[i]!.startMs;
  reachOver(stretches, works);
  return stretches;
}

/** Puts work that goes on beyond the stretch it begins in into those it reaches, too. */
function reachOver(stretches: readonly OpenStretch[], works: readonly WorkLink[]): void {
  if (stretches.length < 2) return;
  for (const work of works) {
    const last = stretches.at(-1)!;
    if (work.endAt < stretches[1]!.startMs || work.startAt >= last.startMs) continue;
    let i = stretches.findLastIndex(({ startMs }) => startMs <= work.startAt) + 1;
    for (; i < stretches.length && stretches[i]!.startMs <= work.endAt; i++) stretches[i]!.works.push(work);
  }
}
