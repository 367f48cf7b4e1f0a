import type { Random } from '@vigie/testkit/generator';

/** A random day of a few agents, told second by second, and a recount of it that looks at every second. */

export const QUEUES = ['q1', 'q2'] as const;
export const AGENTS = ['ada', 'bob', 'cleo'] as const;
const STATES = ['logged_out', 'available', 'available', 'on_contact', 'acw', 'paused', 'unknown'] as const;
type State = (typeof STATES)[number];

interface Work {
  readonly agent: string;
  readonly from: number;
  readonly talkTo: number;
  readonly to: number;
  readonly consult: boolean;
}

type Told =
  | { readonly at: number; readonly agent: string; readonly state: State; readonly queue?: string }
  | {
      readonly at: number;
      readonly agent: string;
      readonly op: 'added' | 'removed' | 'set';
      readonly queues: readonly string[];
    };

export interface AgentWorld {
  readonly startS: number;
  readonly endS: number;
  readonly events: readonly object[];
  readonly told: readonly Told[];
  readonly works: readonly Work[];
}

export function randomAgentWorld(random: Random, startMs: number, hours: number): AgentWorld {
  const startS = startMs / 1000;
  const endS = startS + hours * 3600;
  const events: object[] = [];
  const told: Told[] = [];
  const works: Work[] = [];
  const emit = (at: number, type: string, data: object): void => {
    const id = String(events.length);
    const time = new Date(at * 1000).toISOString();
    events.push({ specversion: '1.0', id, source: 'acd://a', type: `vigie.${type}`, time, data });
  };
  for (const agent of AGENTS) {
    emit(startS, 'agent.queues', { agent: { id: agent }, op: 'set', queues: [QUEUES[0]] });
    told.push({ at: startS, agent, op: 'set', queues: [QUEUES[0]] });
    for (let at = startS + random.int(1, 600); at < endS; at += 1 + random.delay(1200)) {
      if (random.chance(0.2)) {
        const op = random.pick(['added', 'removed', 'set'] as const);
        const queues = QUEUES.filter(() => random.chance(0.6));
        emit(at, 'agent.queues', { agent: { id: agent }, op, queues });
        told.push({ at, agent, op, queues });
      } else if (random.chance(0.4)) {
        const state = random.pick(['paused', 'paused', 'available'] as const);
        const queue = random.pick(QUEUES);
        emit(at, 'agent.state', { agent: { id: agent }, state, queue: { id: queue } });
        told.push({ at, agent, state, queue });
      } else {
        const state = random.pick(STATES);
        emit(at, 'agent.state', { agent: { id: agent }, state });
        told.push({ at, agent, state });
      }
    }
    for (let at = startS + random.int(1, 900); at < endS; at += 1 + random.delay(900)) {
      const from = at + random.delay(20);
      const talkTo = from + random.delay(400);
      const to = random.chance(0.7) ? talkTo + random.delay(90) : talkTo;
      const consult = random.chance(0.15);
      const contact = { id: `${agent}-${at}`, segmentId: `${agent}-${at}/1`, channel: 'voice' };
      const queue = { id: random.pick(QUEUES) };
      emit(at, 'contact.queued', { contact, queue, kind: consult ? 'consult' : 'initial' });
      emit(from, 'contact.answered', { contact, queue, agent: { id: agent } });
      emit(talkTo, 'contact.ended', { contact, agent: { id: agent }, by: 'customer' });
      if (to > talkTo) emit(to, 'wrapup.ended', { contact, agent: { id: agent } });
      works.push({ agent, from, talkTo, to, consult });
    }
  }
  told.sort((a, b) => a.at - b.at);
  return { startS, endS, events, told, works };
}

/** Where and as what an agent is counted during one second. */
interface Second {
  readonly overall: State;
  readonly inQueue: ReadonlyMap<string, State>;
  readonly open: number;
}

interface Counted {
  readonly by: Record<string, number>;
  onContact: number;
  available: number;
  loggedIn: number;
  handling: number;
  consultS: number;
  readonly loggedInByAgent: Map<string, number>;
}

/** An agent's seconds, one by one. */
export class Recount {
  readonly #world: AgentWorld;
  readonly #seconds = new Map<string, readonly Second[]>();

  constructor(world: AgentWorld) {
    this.#world = world;
    for (const agent of AGENTS) this.#seconds.set(agent, this.#secondsOf(agent));
  }

  /** Counts the seconds `[fromS, toS)` of a queue's members, or of everybody; `by` is what holds at `toS`. */
  count(queue: string | undefined, fromS: number, toS: number): Counted {
    const { startS, works } = this.#world;
    const loggedInByAgent = new Map<string, number>();
    const counted: Counted = {
      by: {},
      onContact: 0,
      available: 0,
      loggedIn: 0,
      handling: 0,
      consultS: 0,
      loggedInByAgent,
    };
    for (const [agent, seconds] of this.#seconds) {
      const stateAt = (second: number): State | undefined => {
        const now = seconds[second - startS];
        return queue === undefined ? now?.overall : now?.inQueue.get(queue);
      };
      const last = stateAt(toS);
      if (last !== undefined) counted.by[last] = (counted.by[last] ?? 0) + 1;
      for (let second = Math.max(fromS, startS); second < toS; second++) {
        const state = stateAt(second);
        if (state === undefined) continue;
        const { open } = seconds[second - startS]!;
        const onContact = open > 0 || state === 'on_contact' || state === 'acw';
        if (onContact) counted.onContact++;
        else if (state === 'available') counted.available++;
        if (onContact || state === 'available' || state === 'paused') {
          counted.loggedIn++;
          loggedInByAgent.set(agent, (loggedInByAgent.get(agent) ?? 0) + 1);
        }
        counted.handling += open;
      }
      for (const work of works) {
        if (work.agent !== agent || !work.consult || work.to < fromS || work.to > toS) continue;
        if (stateAt(work.to - 1) !== undefined) counted.consultS += work.to - work.from;
      }
    }
    return counted;
  }

  #secondsOf(agent: string): readonly Second[] {
    const { startS, endS } = this.#world;
    const told = this.#world.told.filter((item) => item.agent === agent);
    const works = this.#world.works.filter((work) => work.agent === agent);
    const seconds: Second[] = [];
    const queues = new Set<string>();
    const single = new Map<string, State>();
    let state: State = 'unknown';
    let next = 0;
    for (let second = startS; second <= endS; second++) {
      for (; told[next]?.at === second; next++) {
        const item = told[next]!;
        if ('op' in item) {
          if (item.op === 'set') queues.clear();
          for (const queue of item.queues) {
            if (item.op === 'removed') queues.delete(queue);
            else queues.add(queue);
          }
          for (const queue of single.keys()) if (!queues.has(queue)) single.delete(queue);
        } else if (item.queue !== undefined) single.set(item.queue, item.state);
        else {
          state = item.state;
          if (state === 'available' || state === 'paused' || state === 'logged_out') single.clear();
        }
      }
      const at = second;
      const open = works.filter(({ from, to }) => from <= at && at < to);
      const working =
        open.length === 0 ? undefined : open.some(({ talkTo }) => at < talkTo) ? 'on_contact' : 'acw';
      const effective = (own: State): State => (own === 'logged_out' ? own : (working ?? own));
      const isFixed = state === 'logged_out' || state === 'on_contact' || state === 'acw';
      const told1 = state;
      const ofQueue = (queue: string): State => (isFixed ? told1 : (single.get(queue) ?? told1));
      const each = [...queues].map(ofQueue);
      let overall: State = state;
      if (!isFixed && each.length > 0) {
        if (each.every((own) => own === 'paused')) overall = 'paused';
        else if (each.includes('available')) overall = 'available';
      }
      seconds.push({
        overall: effective(overall),
        inQueue: new Map([...queues].map((queue) => [queue, effective(ofQueue(queue))])),
        open: open.length,
      });
    }
    return seconds;
  }
}
