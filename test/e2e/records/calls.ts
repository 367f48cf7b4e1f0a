import type { OracleEvent } from '@vigie/testkit/oracle';

/** Events of calls, dated so many seconds before `nowMs`. */
export class Calls {
  readonly events: OracleEvent[] = [];
  readonly #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** The instant so many seconds ago. */
  at(secondsAgo: number): string {
    return new Date(this.#nowMs - secondsAgo * 1000).toISOString();
  }

  queued(contact: string, secondsAgo: number, queue = 'sales'): this {
    return this.#add('queued', contact, secondsAgo, { queue: { id: queue } });
  }
  offered(contact: string, secondsAgo: number, agent = 'ann'): this {
    return this.#add('offered', contact, secondsAgo, { queue: { id: 'sales' }, agent: { id: agent } });
  }
  answered(contact: string, secondsAgo: number, agent = 'ann'): this {
    return this.#add('answered', contact, secondsAgo, { queue: { id: 'sales' }, agent: { id: agent } });
  }
  abandoned(contact: string, secondsAgo: number): this {
    return this.#add('abandoned', contact, secondsAgo, { queue: { id: 'sales' } });
  }
  ended(contact: string, secondsAgo: number, agent = 'ann'): this {
    return this.#add('ended', contact, secondsAgo, { agent: { id: agent } });
  }

  #add(type: string, contact: string, secondsAgo: number, data: object): this {
    this.events.push({
      specversion: '1.0',
      id: `${contact}-${type}`,
      source: 'test://pbx',
      type: `vigie.contact.${type}`,
      time: this.at(secondsAgo),
      data: { contact: { id: contact, segmentId: `${contact}/1`, channel: 'voice' }, ...data },
    });
    return this;
  }
}
