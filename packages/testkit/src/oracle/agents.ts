import type { Centre, JudgedHandling } from './centre.ts';
import { believed, foldOrder, type Fact } from './facts.ts';
import { configAt } from './config.ts';
import { instantMs, localDayOf } from './time.ts';
import type { AgentState, OracleConfigVersion } from './types.ts';

/** So much logged-in time of a local day makes it a day worked. */
const DAY_WORKED_MS = 60_000;
/** For so long after his last sign of life an agent who never logged out is taken to have worked. */
const LOGIN_LASTS_MS = 3 * 86_400_000;
const PRESENT: readonly AgentState[] = ['available', 'on_contact', 'acw', 'paused'];

interface Assertion {
  readonly fromMs: number;
  /** Of all of his work. */
  readonly told: AgentState;
  /** Of single queues since then. */
  readonly inQueue: ReadonlyMap<string, { readonly state: AgentState; readonly fromMs: number }>;
}

const NOTHING: Assertion = { fromMs: Number.NEGATIVE_INFINITY, told: 'unknown', inQueue: new Map() };

interface Membership {
  readonly fromMs: number;
  /** Said by somebody, not seen from what he does. */
  readonly isTold: boolean;
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
  /** What {@link daysWorked} has found, by queue: it is asked for again and again. */
  readonly days: Map<string, readonly number[]>;
}

/** What an agent did within a span, in milliseconds. */
export interface AgentTime {
  readonly onContactMs: number;
  readonly availableMs: number;
  readonly loggedInMs: number;
  readonly handlingMs: number;
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
  const words = wordsOf(agent, facts);
  const asserted = assertionsOf(words, membershipsOf(words, []));
  return asserted
    .filter(({ told }, i) => told !== 'acw' && told !== asserted[i - 1]?.told)
    .map(({ fromMs }) => fromMs);
}

/** What was said of single queues goes on beside them. */
const SAY_NOTHING_OF_QUEUES: readonly AgentState[] = ['on_contact', 'acw', 'unknown'];

/** The later word holds, and reaches back to its own beginning, but not beyond that of the one before. */
function assertionsOf(words: readonly Word[], memberships: readonly Membership[]): Assertion[] {
  const asserted: Assertion[] = [];
  for (const { atMs, fact, data } of words) {
    const { state, queue } = data;
    if (state === undefined) continue;
    const before = asserted.at(-1) ?? NOTHING;
    const isRepeated = fact.type === 'source.snapshot' || fact.data['assertion'] === true;
    if (isRepeated && asserted.length > 0) {
      const life = { asserted, memberships };
      if (assertedAt(life, Math.max(fact.timeMs, before.fromMs), queue?.id) === state) continue;
    }
    const fromMs = Math.max(atMs, before.fromMs);
    if (queue !== undefined) {
      const inQueue = new Map(before.inQueue).set(queue.id, { state, fromMs });
      asserted.push({ fromMs, told: before.told, inQueue });
    } else {
      const inQueue = SAY_NOTHING_OF_QUEUES.includes(state) ? before.inQueue : new Map();
      asserted.push({ fromMs, told: state, inQueue });
    }
  }
  return asserted;
}

function lifeOf(agent: string, facts: readonly Fact[], handlings: readonly JudgedHandling[]): AgentLife {
  const words = wordsOf(agent, facts);
  const memberships = membershipsOf(words, handlings);
  const asserted = assertionsOf(words, memberships);
  const changes = [
    // a state says itself from when on it holds, which may be later than it was said to have begun
    ...words.flatMap(({ atMs, data }) => (data.state === undefined ? atMs : [])),
    ...asserted.map(({ fromMs }) => fromMs),
    ...handlings.flatMap((h) => [h.startMs, h.talkEndMs, h.untilMs]),
  ];
  return {
    agent,
    asserted,
    memberships,
    handlings,
    changes: [...new Set(changes)].sort((a, b) => a - b),
    days: new Map(),
  };
}

/** As told, one after the other; until somebody tells, those his states name and the one he worked for last. */
function membershipsOf(words: readonly Word[], handlings: readonly JudgedHandling[]): Membership[] {
  const toldMs = words.find(({ data }) => data.op !== undefined)?.atMs ?? Number.POSITIVE_INFINITY;
  const spoken = words.map(({ atMs, data }) => ({
    atMs,
    queues: data.queue === undefined ? [] : [data.queue.id],
  }));
  const worked = handlings.flatMap(({ startMs, queue }) =>
    queue === undefined ? [] : [{ atMs: startMs, queue }],
  );
  const seen = [...worked, ...spoken.filter(({ queues }) => queues.length > 0)]
    .map(({ atMs }) => atMs)
    .filter((atMs) => atMs < toldMs)
    .map((atMs) => {
      const named = spoken.filter((step) => step.atMs <= atMs).flatMap(({ queues }) => queues);
      const last = worked
        .filter((step) => step.atMs <= atMs)
        .sort((a, b) => a.atMs - b.atMs || (a.queue < b.queue ? -1 : 1))
        .at(-1);
      return { atMs, queues: [...new Set([...named, ...(last === undefined ? [] : [last.queue])])] };
    });
  const told = words.flatMap(({ atMs, data: { op, queues = [] } }) =>
    op === undefined ? [] : [{ atMs, op, queues, isTold: true }],
  );
  const steps = [
    ...seen.sort((a, b) => a.atMs - b.atMs).map((step) => ({ ...step, op: 'set' as const, isTold: false })),
    // Of these, once somebody tells, only those remain of which somebody spoke.
    ...told.slice(0, 1).map(({ atMs }) => ({
      atMs,
      op: 'set' as const,
      isTold: false,
      queues: spoken.filter((step) => step.atMs < atMs).flatMap(({ queues }) => queues),
    })),
    ...told,
  ];
  const memberships: Membership[] = [];
  let now: readonly string[] = [];
  for (const { atMs, op, queues, isTold } of steps) {
    now = {
      set: queues,
      added: [...now, ...queues.filter((queue) => !now.includes(queue))],
      removed: now.filter((queue) => !queues.includes(queue)),
    }[op];
    memberships.push({ fromMs: atMs, isTold, queues: now });
  }
  return memberships;
}

const lastAt = <T extends { fromMs: number }>(items: readonly T[], atMs: number): T | undefined =>
  items.filter(({ fromMs }) => fromMs <= atMs).at(-1);

/** The queues an agent takes contacts from. */
export function queuesAt(life: AgentLife, atMs: number): readonly string[] {
  return lastAt(life.memberships, atMs)?.queues ?? [];
}

/** What was asserted: seen from one queue, or from all of his. A queue he left forgets what was said of it. */
function assertedAt(
  life: Pick<AgentLife, 'asserted' | 'memberships'>,
  atMs: number,
  queue: string | undefined,
): AgentState {
  const { told, inQueue } = lastAt(life.asserted, atMs) ?? NOTHING;
  if (told === 'logged_out' || told === 'on_contact' || told === 'acw') return told;
  const stateIn = (name: string): AgentState => {
    const own = inQueue.get(name);
    if (own === undefined) return told;
    const hasLeft = life.memberships.some(
      ({ isTold, fromMs, queues }) =>
        isTold && own.fromMs <= fromMs && fromMs <= atMs && !queues.includes(name),
    );
    return hasLeft ? told : own.state;
  };
  if (queue !== undefined) return stateIn(queue);
  const states = (lastAt(life.memberships, atMs)?.queues ?? []).map(stateIn);
  if (states.length > 0 && states.every((state) => state === 'paused')) return 'paused';
  return states.includes('available') ? 'available' : told;
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
  return asserted;
}

/** Times in [fromMs, toMs); of a queue only while the agent is one of its members. */
export function agentTime(life: AgentLife, fromMs: number, toMs: number, queue?: string): AgentTime {
  let onContactMs = 0;
  let availableMs = 0;
  let loggedInMs = 0;
  let handlingMs = 0;
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
    if (!busy && !PRESENT.includes(asserted)) return;
    loggedInMs += ms;
  });
  return { onContactMs, availableMs, loggedInMs, handlingMs };
}

/**
 * When each local day of the centre became one that the agent worked: at the end of its first minute of being logged in,
 * in that queue or at all, and still in that day.
 */
export function daysWorked(
  life: AgentLife,
  timeline: readonly OracleConfigVersion[],
  queue?: string,
): readonly number[] {
  const key = queue === undefined ? '' : `in ${queue}`;
  const known = life.days.get(key) ?? countDays(life, timeline, queue);
  life.days.set(key, known);
  return known;
}

function countDays(
  life: AgentLife,
  timeline: readonly OracleConfigVersion[],
  queue: string | undefined,
): readonly number[] {
  const worked: number[] = [];
  const ofDay = new Map<number, number>();
  life.changes.forEach((fromMs, i) => {
    const untilMs = life.changes[i + 1] ?? fromMs + LOGIN_LASTS_MS;
    for (let ms = fromMs; ms < untilMs;) {
      const { centre } = configAt(timeline, ms);
      const day = localDayOf(ms, centre?.timeZone ?? 'UTC', centre?.dayStart ?? '00:00');
      const endMs = Math.min(untilMs, day.endMs);
      const before = ofDay.get(day.startMs) ?? 0;
      const after = before + agentTime(life, ms, endMs, queue).loggedInMs;
      if (before < DAY_WORKED_MS && after >= DAY_WORKED_MS)
        worked.push(Math.min(ms + DAY_WORKED_MS - before, day.endMs - 1));
      ofDay.set(day.startMs, after);
      ms = endMs;
    }
  });
  return worked;
}
