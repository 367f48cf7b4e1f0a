import type { AgentLink, WorkLink } from '../contact/agent-links.ts';
import type { JudgeContext } from '../contact/contributions.ts';
import type { Contributions } from '../../windowing/contribution.ts';
import type { Judgement } from '../entity-kind.ts';
import type { Fact } from '../fact.ts';
import { NO_LINKS, type Link } from '../link.ts';
import { foldAsserted, NOTHING_ASSERTED, type Asserted } from './asserted.ts';
import { judgeStretch, NO_CARRY, type Carry, type Stretch } from './timeline.ts';

const HOUR_MS = 60 * 60_000;

/** A stretch as it was judged, following what an earlier one left. */
interface JudgedStretch extends Stretch {
  readonly after: Carry;
  readonly contributions: Contributions;
  readonly carry: Carry;
}

/**
 * What an agent comes to, in stretches of an hour or more: an agent has days of states and calls, and what comes new
 * nearly always touches the last hour alone. A stretch whose facts and start are the same as before is not judged again.
 */
export class AgentJudgement implements Judgement {
  readonly links = NO_LINKS;
  readonly held = 0;
  readonly conflicts = 0;
  /** What was told of him, rising. */
  readonly asserted: readonly Asserted[];
  readonly #facts: readonly Fact[];
  readonly #stretches: readonly JudgedStretch[];
  readonly #context: JudgeContext;

  constructor(
    agent: string,
    facts: readonly Fact[],
    links: ReadonlyMap<string, Link>,
    context: JudgeContext,
    previous: Judgement | undefined,
  ) {
    const before = previous instanceof AgentJudgement ? previous : undefined;
    const isSame = before !== undefined && sameItems(before.#facts, facts);
    const known = before === undefined || before.#context !== context ? [] : before.#stretches;
    this.#context = context;
    this.#facts = isSame ? before.#facts : [...facts];
    this.asserted = isSame ? before.asserted : foldAsserted(facts);
    const judged: JudgedStretch[] = [];
    let after = NO_CARRY;
    for (const stretch of stretchesOf(this.asserted, worksOf(links))) {
      const last = known[judged.length];
      if (last !== undefined && last.after === after && sameStretch(last, stretch)) judged.push(last);
      else judged.push({ ...stretch, after, ...judgeStretch(agent, after, stretch, context) });
      after = judged.at(-1)!.carry;
    }
    this.#stretches = judged;
  }

  /** What held at an instant of what was told. */
  assertedAt(at: number): Asserted {
    return this.asserted.findLast((change) => change.at <= at) ?? NOTHING_ASSERTED;
  }

  get contributions(): Contributions {
    return this.pieces.flat();
  }

  get pieces(): readonly Contributions[] {
    return this.#stretches.map(({ contributions }) => contributions);
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
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** Cuts an agent's time at the hours in which something begins; the last stretch has no end. */
function stretchesOf(asserted: readonly Asserted[], works: readonly WorkLink[]): readonly Stretch[] {
  const hours = new Set<number>();
  for (const { at } of asserted) hours.add(hourOf(at));
  for (const { startAt } of works) hours.add(hourOf(startAt));
  const starts = [...hours].sort((a, b) => a - b);
  const stretches = starts.map((startMs, index) => {
    const toMs = starts[index + 1] ?? Number.POSITIVE_INFINITY;
    return { startMs, toMs, changes: [] as Asserted[], works: [] as WorkLink[] };
  });
  const indexes = new Map(starts.map((start, index) => [start, index]));
  for (const change of asserted) stretches[indexes.get(hourOf(change.at))!]!.changes.push(change);
  for (const work of works) {
    for (let i = indexes.get(hourOf(work.startAt))!; stretches[i] !== undefined; i++) {
      if (i > 0 && stretches[i]!.startMs > work.endAt) break;
      stretches[i]!.works.push(work);
    }
  }
  return stretches;
}

function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}
