import { localDate } from './calendar.ts';
import type { Centre, JudgedHandling } from './centre.ts';
import { believed, foldOrder, type Fact } from './facts.ts';
import { instantMs } from './time.ts';
import type { AgentState } from './types.ts';

const MINUTE_MS = 60_000;
const PRESENT: readonly AgentState[] = ['available', 'on_contact', 'acw', 'paused'];

interface Assertion {
  readonly fromMs: number;
  readonly state: AgentState | undefined;
  /** Queues in which he is paused all the same. */
  readonly pausedIn: readonly string[];
}

interface Membership {
  readonly fromMs: number;
  readonly queues: readonly string[];
}

/** Everything known of one agent. */
export interface AgentLife {
  readonly agent: string;
  /** In order. */
  readonly asserted: readonly Assertion[];
  readonly memberships: readonly Membership[];
  readonly handlings: readonly JudgedHandling[];
  /** Instants at which anything changes. */
  readonly changes: readonly number[];
}

/** What an agent did within a span, in milliseconds. */
export interface AgentTime {
  readonly onContactMs: number;
  readonly availableMs: number;
  readonly loggedInMs: number;
  readonly handlingMs: number;
  /** Logged in, by local date. */
  readonly byDate: ReadonlyMap<string, number>;
}

/** The lives of all agents of whom anything is known, by name. */
export function agentLives(centre: Pick<Centre, 'facts' | 'handlings'>): AgentLife[] {
  const worked = new Map<string, JudgedHandling[]>();
  for (const handling of centre.handlings) {
    if (handling.agent === '') continue;
    worked.set(handling.agent, [...(worked.get(handling.agent) ?? []), handling]);
  }
  const names = new Set([...centre.facts.agents.keys(), ...worked.keys()]);
  return [...names]
    .sort()
    .map((agent) => lifeOf(agent, centre.facts.agents.get(agent) ?? [], worked.get(agent) ?? []));
}

/** One word about one agent: an event's own, or that of a snapshot. */
interface Word {
  readonly fact: Fact;
  readonly atMs: number;
  readonly data: {
    readonly state?: AgentState;
    readonly queue?: { readonly id: string };
    readonly op?: 'added' | 'removed' | 'set';
    readonly queues?: readonly string[];
  };
}

function wordsOf(agent: string, facts: readonly Fact[]): Word[] {
  const words: Word[] = [];
  for (const fact of believed(facts)) {
    const { data, timeMs } = fact;
    const sinceMs = (since: string | undefined) => (since === undefined ? timeMs : instantMs(since));
    if (fact.type === 'source.snapshot') {
      for (const { id, state, since, queues } of data.agents ?? []) {
        if (id !== agent) continue;
        words.push({ fact, atMs: sinceMs(since), data: { state } });
        if (queues !== undefined) words.push({ fact, atMs: timeMs, data: { op: 'set', queues } });
      }
    } else {
      words.push({ fact, atMs: fact.type === 'agent.state' ? sinceMs(data.since) : timeMs, data });
    }
  }
  return words.sort((a, b) => foldOrder(a.fact, b.fact));
}

/** Instants at which an agent is said to be in another state than after-contact work. */
export function leavesAcwAt(agent: string, facts: readonly Fact[]): number[] {
  const words = wordsOf(agent, facts).filter(
    ({ data }) => data.state !== undefined && data.queue === undefined,
  );
  return words
    .filter(({ data }, i) => data.state !== 'acw' && data.state !== words[i - 1]?.data.state)
    .map(({ atMs }) => atMs);
}

function lifeOf(agent: string, facts: readonly Fact[], handlings: readonly JudgedHandling[]): AgentLife {
  const words = wordsOf(agent, facts);
  const memberships = membershipsOf(words, handlings);
  const asserted: Assertion[] = [];
  for (const { atMs, data } of words) {
    if (data.state === undefined) continue;
    const before: Assertion = asserted.at(-1) ?? { fromMs: atMs, state: undefined, pausedIn: [] };
    // The later word holds, and reaches back to its own beginning, but not beyond that of the one before.
    const fromMs = Math.max(atMs, before.fromMs);
    const queue = data.queue?.id;
    if (queue === undefined) {
      asserted.push({
        fromMs,
        state: data.state,
        pausedIn: data.state === 'available' ? [] : before.pausedIn,
      });
    } else if (data.state === 'paused') {
      asserted.push({ fromMs, state: before.state, pausedIn: [...before.pausedIn, queue] });
    } else {
      // Free in one queue is free, and paused in the others if he was paused as a whole.
      const isFree = before.state === undefined || ['paused', 'unknown'].includes(before.state);
      const all = before.state === 'paused' ? (lastAt(memberships, fromMs)?.queues ?? []) : before.pausedIn;
      const pausedIn = all.filter((q) => q !== queue);
      asserted.push({ fromMs, state: isFree ? 'available' : before.state, pausedIn });
    }
  }
  const changes = [
    ...words.map(({ atMs }) => atMs),
    ...handlings.flatMap((h) => [h.startMs, h.talkEndMs, h.untilMs]),
  ];
  return {
    agent,
    asserted,
    memberships,
    handlings,
    changes: [...new Set(changes)].sort((a, b) => a - b),
  };
}

/** As told, one after the other; what he is seen working for counts until somebody tells. */
function membershipsOf(words: readonly Word[], handlings: readonly JudgedHandling[]): Membership[] {
  const toldMs = words.find(({ data }) => data.op !== undefined)?.atMs ?? Number.POSITIVE_INFINITY;
  const spoken = words.map(({ atMs, data }) => ({
    atMs,
    queues: data.queue === undefined ? [] : [data.queue.id],
  }));
  const seen = [
    ...handlings.map((h) => ({ atMs: h.startMs, queues: h.queue === undefined ? [] : [h.queue] })),
    ...spoken,
  ].filter(({ atMs, queues }) => atMs < toldMs && queues.length > 0);
  const told = words.flatMap(({ atMs, data: { op, queues = [] } }) =>
    op === undefined ? [] : [{ atMs, op, queues }],
  );
  const steps = [
    ...seen.sort((a, b) => a.atMs - b.atMs).map((step) => ({ ...step, op: 'added' as const })),
    // Of these, once somebody tells, only those remain of which somebody spoke.
    ...told.slice(0, 1).map(({ atMs }) => ({
      atMs,
      op: 'set' as const,
      queues: spoken.filter((step) => step.atMs < atMs).flatMap(({ queues }) => queues),
    })),
    ...told,
  ];
  const memberships: Membership[] = [];
  let now: readonly string[] = [];
  for (const { atMs, op, queues } of steps) {
    now = {
      set: queues,
      added: [...now, ...queues.filter((queue) => !now.includes(queue))],
      removed: now.filter((queue) => !queues.includes(queue)),
    }[op];
    memberships.push({ fromMs: atMs, queues: now });
  }
  return memberships;
}

const lastAt = <T extends { fromMs: number }>(items: readonly T[], atMs: number): T | undefined =>
  items.filter(({ fromMs }) => fromMs <= atMs).at(-1);

/** The queues an agent takes contacts from: as told; until anybody tells, those he is seen working for. */
export function queuesAt(life: AgentLife, atMs: number): readonly string[] {
  return lastAt(life.memberships, atMs)?.queues ?? [];
}

/** What was asserted, with pauses of single queues: seen from one queue, or from all of them. */
function assertedAt(life: AgentLife, atMs: number, queue: string | undefined): AgentState | undefined {
  const { state, pausedIn = [] } = lastAt(life.asserted, atMs) ?? {};
  if (state !== undefined && state !== 'available' && state !== 'unknown') return state;
  const queues = queue === undefined ? queuesAt(life, atMs) : [queue];
  return queues.length > 0 && queues.every((q) => pausedIn.includes(q)) ? 'paused' : state;
}

const covers = (fromMs: number, untilMs: number, atMs: number): boolean => fromMs <= atMs && atMs < untilMs;

/** The state shown (`sources.md` §1.5); undefined while nothing at all is known of the agent. */
export function stateAt(life: AgentLife, atMs: number, queue?: string): AgentState | undefined {
  if ((life.changes[0] ?? Number.POSITIVE_INFINITY) > atMs) return undefined;
  const asserted = assertedAt(life, atMs, queue);
  if (asserted === 'logged_out') return 'logged_out';
  if (life.handlings.some((h) => covers(h.startMs, Math.min(h.talkEndMs, h.untilMs), atMs)))
    return 'on_contact';
  if (life.handlings.some((h) => covers(h.startMs, h.untilMs, atMs))) return 'acw';
  return asserted ?? 'unknown';
}

/** Times in [fromMs, toMs); of a queue only while the agent is one of its members. */
export function agentTime(
  life: AgentLife,
  fromMs: number,
  toMs: number,
  timeZone: string,
  queue?: string,
): AgentTime {
  let onContactMs = 0;
  let availableMs = 0;
  let loggedInMs = 0;
  let handlingMs = 0;
  const byDate = new Map<string, number>();
  const cuts = [fromMs, ...life.changes.filter((ms) => fromMs < ms && ms < toMs), toMs];
  cuts.forEach((sliceMs, i) => {
    const untilMs = cuts[i + 1];
    if (untilMs === undefined || untilMs <= sliceMs) return;
    if (queue !== undefined && !queuesAt(life, sliceMs).includes(queue)) return;
    const ms = untilMs - sliceMs;
    const asserted = assertedAt(life, sliceMs, queue);
    const handled = life.handlings.filter((h) => covers(h.startMs, h.untilMs, sliceMs)).length;
    const busy = handled > 0 || asserted === 'on_contact' || asserted === 'acw';
    handlingMs += handled * ms;
    if (busy) onContactMs += ms;
    else if (asserted === 'available') availableMs += ms;
    if (!busy && (asserted === undefined || !PRESENT.includes(asserted))) return;
    loggedInMs += ms;
    for (const [date, part] of datesOf(sliceMs, untilMs, timeZone)) {
      byDate.set(date, (byDate.get(date) ?? 0) + part);
    }
  });
  return { onContactMs, availableMs, loggedInMs, handlingMs, byDate };
}

/** A span cut at local midnights. Every zone changes its date on a quarter-hour. */
function datesOf(fromMs: number, toMs: number, timeZone: string): [date: string, ms: number][] {
  const first = localDate(fromMs, timeZone);
  if (first === localDate(toMs - 1, timeZone)) return [[first, toMs - fromMs]];
  const parts: [string, number][] = [];
  for (let ms = fromMs; ms < toMs;) {
    const nextMs = Math.min(toMs, (Math.floor(ms / (15 * MINUTE_MS)) + 1) * 15 * MINUTE_MS);
    parts.push([localDate(ms, timeZone), nextMs - ms]);
    ms = nextMs;
  }
  return parts;
}

/** Dates on which an agent was logged in for at least a minute of the span. */
export const agentDays = ({ byDate }: AgentTime): number =>
  [...byDate.values()].filter((ms) => ms >= MINUTE_MS).length;
