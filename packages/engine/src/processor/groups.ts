import { ALL, OTHER_QUEUE, type Channel } from '@vigie/contracts';

/** A queue and channel under which figures are counted. */
export interface GroupName {
  readonly queue: string;
  readonly channel: string;
}

/**
 * Numbers the groups of a centre. A leaf `(queue, channel)` counts into `(_all, channel)` and `(_all, _all)` as well.
 * Queues beyond the cap count under `_other`.
 */
export class GroupTable {
  readonly #names: GroupName[] = [];
  readonly #ids = new Map<string, Map<string, number>>();
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
    if (this.#queues.size >= this.#maxQueues) {
      if (this.#overflowed.size < this.#maxQueues) this.#overflowed.add(queue);
      return this.idOf(OTHER_QUEUE, channel);
    }
    this.#queues.add(queue);
    return this.#add(queue, channel);
  };

  nameOf(id: number): GroupName {
    const name = this.#names[id];
    if (name === undefined) throw new Error(`group ${id} was never named`);
    return name;
  }

  readonly parentsOf = (id: number): readonly number[] => {
    const { queue, channel } = this.nameOf(id);
    if (queue !== ALL) return [this.idOf(ALL, channel as Channel), this.idOf(ALL, ALL)];
    return channel === ALL ? [] : [this.idOf(ALL, ALL)];
  };

  get size(): number {
    return this.#names.length;
  }

  /** The leaf groups of a queue: one a channel. */
  channelsOf(queue: string): readonly number[] {
    return [...(this.#ids.get(queue)?.values() ?? [])];
  }

  get queues(): ReadonlySet<string> {
    return this.#queues;
  }

  /** Names turned away by the cap (as many as are remembered). */
  get overflowedQueues(): number {
    return this.#overflowed.size;
  }

  #add(queue: string, channel: string): number {
    const id = this.#names.length;
    this.#names.push({ queue, channel });
    let channels = this.#ids.get(queue);
    if (channels === undefined) this.#ids.set(queue, (channels = new Map()));
    channels.set(channel, id);
    return id;
  }
}
