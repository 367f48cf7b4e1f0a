import type { AgentLink, WorkLink } from '../contact/agent-links.ts';
import type { JudgeContext } from '../contact/contributions.ts';
import type { Contributions } from '../../windowing/contribution.ts';
import type { Judgement } from '../entity-kind.ts';
import type { Fact } from '../fact.ts';
import { NO_LINKS, type Link } from '../link.ts';
import { foldAsserted, NOTHING_ASSERTED, type Asserted, type AssertedHistory } from './asserted.ts';
import { judgeStretch, NO_CARRY, type Carry, type Rest, type Stretch } from './timeline.ts';

const HOUR_MS = 60 * 60_000;

/** A stretch as it was judged, following what an earlier one left. */
interface JudgedStretch extends Stretch {
  readonly after: Carry;
  readonly contributions: Contributions;
  readonly carry: Carry;
  readonly rest: Rest | undefined;
}

/**
 * What an agent comes to, in stretches of an hour or more: an agent has days of states and calls, and what comes new
 * nearly always touches the last piece of work alone. A stretch whose facts and start are the same as before is not
 * judged again, and one that is the same up to a rest is gone on with from there.
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
    previous: Judgement | undefined,
  ) {
    const before = previous instanceof AgentJudgement ? previous : undefined;
    const known = before === undefined || before.#context !== context ? [] : before.#stretches;
    this.#context = context;
    this.#history = foldAsserted(facts, before === undefined ? undefined : before.#history);
    const judged: JudgedStretch[] = [];
    let after = NO_CARRY;
    for (const stretch of stretchesOf(this.asserted, worksOf(links))) {
      const last = known[judged.length];
      const follows = last?.after === after ? last : undefined;
      if (follows !== undefined && sameStretch(follows, stretch)) judged.push(follows);
      else {
        const rest = follows?.rest;
        const from = rest !== undefined && isSameUpTo(rest.carry.at, follows!, stretch) ? rest : undefined;
        judged.push({ ...stretch, after, ...judgeStretch(agent, after, stretch, context, from) });
      }
      after = judged.at(-1)!.carry;
    }
    this.#stretches = judged;
    this.pieces = judged.map(({ contributions }) => contributions);
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
  readonly startMs: number;
  toMs: number;
  readonly changes: Asserted[];
  readonly works: WorkLink[];
}

/** Cuts an agent's time at the hours in which something begins; the last stretch has no end. */
function stretchesOf(asserted: readonly Asserted[], works: readonly WorkLink[]): readonly Stretch[] {
  const byHour = new Map<number, OpenStretch>();
  const beginning = (at: number): OpenStretch => {
    const startMs = Math.floor(at / HOUR_MS) * HOUR_MS;
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
