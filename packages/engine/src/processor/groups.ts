import { ALL, OTHER_QUEUE, type Channel } from '@vigie/contracts';
import type { AgentScope } from '@vigie/metrics';

/** A queue and channel under which figures are counted, or a scope of agents' time. */
export interface GroupName {
  /** Of a scope the name of its queue, team or site. */
  readonly queue: string;
  /** Of a scope {@link ALL}. */
  readonly channel: string;
  readonly scope?: AgentScope;
}

const NO_GROUPS: readonly number[] = [];
/** Begins what a checkpoint writes in place of a channel for a scope of agents' time. */
const SCOPE_MARK = '~';

/**
 * Numbers the groups of a centre. A leaf `(queue, channel)` counts into `(_all, channel)` and `(_all, _all)` as well.
 * Queues beyond the cap count under `_other`. Agents' time is counted in groups of its own, which count into nothing:
 * an agent of two queues counts in both, and once in the centre.
 */
export class GroupTable {
  readonly #names: GroupName[] = [];
  readonly #ids = new Map<string, Map<string, number>>();
  /** By queue: its leaf groups. */
  readonly #channels = new Map<string, readonly number[]>();
  readonly #scopes: Record<AgentScope, Map<string, number>> = {
    centre: new Map(),
    members: new Map(),
    team: new Map(),
    site: new Map(),
  };
  readonly #queues = new Set<string>();
  readonly #maxQueues: number;
  /** How many queues were turned away by the cap, each counted once per name. */
  readonly #overflowed = new Set<string>();

  constructor(maxQueues: number) {
    this.#maxQueues = maxQueues;
  }

  /** The group of a queue and channel, made at its first use. */
  readonly idOf = (queue: string, channel: Channel | typeof ALL): number => {
    const known = this.#ids.get(queue)?.get(channel);
    if (known !== undefined) return known;
    if (queue === ALL || queue === OTHER_QUEUE || this.#queues.has(queue)) return this.#add(queue, channel);
    if (this.#isFull(queue)) return this.idOf(OTHER_QUEUE, channel);
    this.#queues.add(queue);
    return this.#add(queue, channel);
  };

  /** The group of agents' time in a scope, made at its first use. */
  readonly agentGroupOf = (scope: AgentScope, name: string): number => {
    const known = this.#scopes[scope].get(name);
    if (known !== undefined) return known;
    if (scope === 'members' && name !== OTHER_QUEUE && !this.#queues.has(name)) {
      if (this.#isFull(name)) return this.agentGroupOf(scope, OTHER_QUEUE);
      this.#queues.add(name);
    }
    const id = this.#names.push({ queue: name, channel: ALL, scope }) - 1;
    this.#scopes[scope].set(name, id);
    return id;
  };

  /** The group of agents' time in a scope, if anybody's was counted in it. */
  agentGroup(scope: AgentScope, name: string): number | undefined {
    return this.#scopes[scope].get(name);
  }

  /** The queues, teams or sites whose agents' time was counted. */
  namesOf(scope: AgentScope): readonly string[] {
    return [...this.#scopes[scope].keys()];
  }

  /** The group that has the agents' time of a row, if there is one. */
  agentsOf({ queue, channel }: { readonly queue: string; readonly channel: string }): number | undefined {
    if (queue !== ALL) return this.agentGroup('members', queue);
    return channel === ALL ? this.agentGroup('centre', '') : undefined;
  }

  /**
   * The groups whose rows show a group: itself; of agents' time the channels of the queue, or the total. Of a queue without
   * any channel the row goes by its agents' time itself.
   */
  shownBy(id: number): readonly number[] {
    const { queue, scope } = this.nameOf(id);
    if (scope === undefined) return [id];
    if (scope === 'members') {
      const channels = this.channelsOf(queue);
      return channels.length === 0 ? [id] : channels;
    }
    return scope === 'centre' ? [this.idOf(ALL, ALL)] : [];
  }

  /** The groups of agents' time. */
  get agentGroups(): readonly number[] {
    return Object.values(this.#scopes).flatMap((scope) => [...scope.values()]);
  }

  /** How a checkpoint names a group. */
  storedNameOf(id: number): { readonly queue: string; readonly channel: string } {
    const { queue, channel, scope } = this.nameOf(id);
    return { queue, channel: scope === undefined ? channel : `${SCOPE_MARK}${scope}` };
  }

  /** The group that a checkpoint names so. */
  idOfStored(queue: string, channel: string): number {
    if (!channel.startsWith(SCOPE_MARK)) return this.idOf(queue, channel as Channel);
    return this.agentGroupOf(channel.slice(SCOPE_MARK.length) as AgentScope, queue);
  }

  nameOf(id: number): GroupName {
    const name = this.#names[id];
    if (name === undefined) throw new Error(`group ${id} was never named`);
    return name;
  }

  readonly parentsOf = (id: number): readonly number[] => {
    const { queue, channel, scope } = this.nameOf(id);
    if (scope !== undefined) return [];
    if (queue !== ALL) return [this.idOf(ALL, channel as Channel), this.idOf(ALL, ALL)];
    return channel === ALL ? [] : [this.idOf(ALL, ALL)];
  };

  get size(): number {
    return this.#names.length;
  }

  /** The leaf groups of a queue: one a channel. */
  channelsOf(queue: string): readonly number[] {
    return this.#channels.get(queue) ?? NO_GROUPS;
  }

  get queues(): ReadonlySet<string> {
    return this.#queues;
  }

  /** Names turned away by the cap (as many as are remembered). */
  get overflowedQueues(): number {
    return this.#overflowed.size;
  }

  /** Is there no room for a queue not yet known? Then it is counted among those turned away. */
  #isFull(queue: string): boolean {
    if (this.#queues.size < this.#maxQueues) return false;
    if (this.#overflowed.size < this.#maxQueues) this.#overflowed.add(queue);
    return true;
  }

  #add(queue: string, channel: string): number {
    const id = this.#names.length;
    this.#names.push({ queue, channel });
    let channels = this.#ids.get(queue);
    if (channels === undefined) this.#ids.set(queue, (channels = new Map()));
    channels.set(channel, id);
    this.#channels.set(queue, [...this.channelsOf(queue), id]);
    return id;
  }
}
