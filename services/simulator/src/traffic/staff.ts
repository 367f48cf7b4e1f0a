import { dayShape, PEAK, type PlannedAgent, TEAMS, type TeamId } from './plan.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const BREAK_EVERY_MS = 110 * MINUTE_MS;
/** A quarter of an hour in which much of a team is missing. */
const BAD_QUARTER_CHANCE = 0.15;
const BAD_QUARTER_MISSING = 0.4;

type Away = { readonly state: 'paused' | 'logged_out'; readonly reason?: string; readonly forMs?: number };

export class Agent {
  readonly id: string;
  readonly team: TeamId;
  readonly capacity: number;
  /** Contacts that ring, talk or wrap up. */
  load = 0;
  state: 'available' | 'paused' | 'logged_out' = 'logged_out';
  /** Where he goes as soon as his last contact is done. */
  leaving: Away | undefined;
  idleSinceMs = 0;

  constructor({ id, team }: PlannedAgent) {
    this.id = id;
    this.team = team;
    this.capacity = TEAMS[team].capacity;
  }

  get canTake(): boolean {
    return this.state === 'available' && this.leaving === undefined && this.load < this.capacity;
  }
}

/** The agents: who is there, who has a break, who is missing. */
export class Staff {
  readonly #world: World;
  readonly #teams = new Map<TeamId, Agent[]>();
  readonly #onFree: (agent: Agent) => void;

  constructor(world: World, plan: readonly PlannedAgent[], onFree: (agent: Agent) => void) {
    this.#world = world;
    this.#onFree = onFree;
    for (const planned of plan) {
      this.#teams.set(planned.team, [...this.team(planned.team), new Agent(planned)]);
    }
  }

  team(team: TeamId): readonly Agent[] {
    return this.#teams.get(team) ?? [];
  }

  /** The first ones log in, of the others it is said that they are not there; from then on shifts follow the day. */
  open(): void {
    for (const agents of this.#teams.values()) {
      for (const agent of agents) this.#planBreak(agent);
    }
    this.#adjustShifts();
    for (const agent of [...this.#teams.values()].flat()) {
      if (agent.state === 'logged_out') this.#tell(agent);
    }
    const untilQuarterMs = QUARTER_MS - (this.#world.nowMs % QUARTER_MS);
    this.#world.after(untilQuarterMs, () => this.#quarter());
  }

  /** The agent whom a new contact goes to: the one idle for longest. */
  longestIdle(team: TeamId): Agent | undefined {
    let best: Agent | undefined;
    for (const agent of this.team(team)) {
      if (!agent.canTake) continue;
      const isBetter = best === undefined || agent.load < best.load;
      if (isBetter || (agent.load === best?.load && agent.idleSinceMs < best.idleSinceMs)) best = agent;
    }
    return best;
  }

  /** One contact of the agent is done. */
  release(agent: Agent): void {
    agent.load -= 1;
    agent.idleSinceMs = this.#world.nowMs;
    if (agent.load === 0 && agent.leaving !== undefined) this.#leave(agent, agent.leaving);
    else this.#onFree(agent);
  }

  /** Sends an agent away: now, or after the contacts he has. One who is away or leaving already stays so. */
  sendAway(agent: Agent, away: Away): void {
    if (agent.state !== 'available' || agent.leaving !== undefined) return;
    if (agent.load > 0) agent.leaving = away;
    else this.#leave(agent, away);
  }

  #leave(agent: Agent, away: Away): void {
    agent.leaving = undefined;
    agent.state = away.state;
    this.#tell(agent, away.reason);
    if (away.forMs !== undefined) {
      this.#world.after(away.forMs, () => {
        if (agent.state === 'paused') this.#arrive(agent);
      });
    }
  }

  #arrive(agent: Agent): void {
    const comesIn = agent.state === 'logged_out';
    agent.state = 'available';
    agent.idleSinceMs = this.#world.nowMs;
    if (comesIn) {
      const queues = [...TEAMS[agent.team].queues];
      this.#world.emit('vigie.agent.queues', agent.id, { agent: { id: agent.id }, op: 'set', queues });
    }
    this.#tell(agent);
    this.#onFree(agent);
  }

  #tell(agent: Agent, reason?: string): void {
    this.#world.emit('vigie.agent.state', agent.id, {
      agent: { id: agent.id },
      state: agent.state,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  #planBreak(agent: Agent): void {
    const { random } = this.#world;
    this.#world.after(random.exponential(BREAK_EVERY_MS), () => {
      const reason = random.pick(['break', 'coaching', 'meeting']);
      this.sendAway(agent, { state: 'paused', reason, forMs: random.between(5, 14) * MINUTE_MS });
      this.#planBreak(agent);
    });
  }

  #quarter(): void {
    this.#adjustShifts();
    const { random } = this.#world;
    if (random.chance(BAD_QUARTER_CHANCE)) {
      const team = random.pick<TeamId>(['sales', 'care', 'care', 'chat']);
      for (const agent of this.team(team)) {
        if (!random.chance(BAD_QUARTER_MISSING)) continue;
        this.sendAway(agent, { state: 'paused', reason: 'system', forMs: random.between(8, 13) * MINUTE_MS });
      }
    }
    this.#world.after(QUARTER_MS, () => this.#quarter());
  }

  /** As many as the hour asks for: the first ones of a team are there all day. */
  #adjustShifts(): void {
    const part = dayShape(this.#world.nowMs + QUARTER_MS / 2) / PEAK;
    for (const agents of this.#teams.values()) {
      const wanted = Math.max(2, Math.ceil(agents.length * part));
      for (const [rank, agent] of agents.entries()) {
        if (rank >= wanted) this.sendAway(agent, { state: 'logged_out' });
        else if (agent.state === 'logged_out') this.#arrive(agent);
        else if (agent.leaving?.state === 'logged_out') agent.leaving = undefined;
      }
    }
  }
}
