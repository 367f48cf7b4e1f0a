import { parseEvent, type ParsedEvent } from '@vigie/contracts';
import { seeded, type Random } from '@vigie/testkit/generator';

const MINUTE_MS = 60_000;
export const START_MS = Date.parse('2026-11-02T08:00:00.000Z');
export const SPAN_MS = 180 * MINUTE_MS;
const CATEGORIES = ['billing', 'delivery', undefined] as const;
const FIGURES = [
  'cost',
  'orders',
  'revenue',
  'active_customers',
  'absence_hours',
  'scheduled_hours',
] as const;

type Data = Record<string, unknown>;

/** A configuration under which cases mature within the hours that {@link caseEvents} tells of. */
export function caseConfig(seed: number): Record<string, unknown> {
  const random = seeded(seed + 77);
  const fcrWindow = random.pick(['5m', '20m', '45m', '2h']);
  return {
    cases: { fcrWindow, fcrCountAbandons: random.chance(0.5), fcrTransferBreaks: random.chance(0.5) },
    queues: { support: { channel: 'voice' }, mail: { channel: 'email' } },
  };
}

/** Random cases, customers who come back, e-mails and imported figures: events in no order of time. */
export function caseEvents(seed: number): readonly ParsedEvent[] {
  return new Script(seeded(seed)).events();
}

class Script {
  readonly #random: Random;
  readonly #events: Data[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  events(): readonly ParsedEvent[] {
    const { int } = this.#random;
    for (let n = int(4, 12); n > 0; n--) this.#contact(`c${n}`);
    for (let n = int(2, 6); n > 0; n--) this.#case(`k${n}`);
    for (let n = int(0, 6); n > 0; n--) this.#figure();
    return this.#events.map((event) => {
      const result = parseEvent(event);
      if (!result.ok) throw new Error(result.rejection.reason);
      return result.parsed;
    });
  }

  #tell(type: string, atMs: number, data: Data): void {
    const id = `e${this.#events.length}`;
    const time = new Date(START_MS + atMs).toISOString();
    this.#events.push({ specversion: '1.0', id, source: 'test://desk', type: `vigie.${type}`, time, data });
  }

  /** The case and the customer that an event happens to name. */
  #names(): Data {
    const { chance, int, pick } = this.#random;
    const category = pick([...CATEGORIES]);
    return {
      ...(chance(0.5) ? { customer: { key: pick(['X', 'Y']) } } : {}),
      ...(chance(0.5)
        ? { case: { id: `k${int(1, 4)}`, ...(category === undefined ? {} : { category }) } }
        : {}),
    };
  }

  #contact(id: string): void {
    const { chance, delay, int, pick } = this.#random;
    const isMail = chance(0.3);
    const channel = isMail ? 'email' : 'voice';
    const queue = { id: isMail ? 'mail' : 'support' };
    const startMs = int(0, SPAN_MS);
    const contact = {
      id,
      segmentId: `${id}-1`,
      channel,
      ...(chance(0.1) ? { direction: 'outbound' } : {}),
      ...(chance(0.15) ? { rootId: `c${int(1, 4)}` } : {}),
    };
    const agent = { id: pick(['ada', 'bob']) };
    if (isMail) this.#tell('contact.created', startMs, { contact: { id, channel }, ...this.#names() });
    this.#tell('contact.queued', startMs, { contact, queue, ...this.#names() });
    const answerMs = startMs + delay(MINUTE_MS);
    if (chance(0.25)) {
      this.#tell('contact.abandoned', answerMs, { contact, queue });
      this.#tell('contact.ended', answerMs, { contact: { id }, by: 'customer' });
      return;
    }
    if (isMail) this.#tell('message.posted', answerMs, { contact: { id, channel }, from: 'agent', agent });
    else this.#tell('contact.answered', answerMs, { contact, queue, agent });
    const endMs = answerMs + delay(3 * MINUTE_MS);
    if (chance(0.2)) this.#transfer(id, answerMs, endMs);
    if (chance(0.9)) this.#tell('contact.ended', endMs, { contact, agent, by: 'customer', ...this.#names() });
    if (chance(0.4))
      this.#tell('contact.resolved', endMs + delay(MINUTE_MS), { contact: { id }, by: 'agent' });
    if (chance(0.15)) this.#tell('contact.reopened', endMs + delay(20 * MINUTE_MS), { contact: { id } });
  }

  #transfer(id: string, fromMs: number, toMs: number): void {
    const atMs = fromMs + Math.round((toMs - fromMs) / 2);
    const contact = { id, segmentId: `${id}-2`, channel: 'voice' };
    this.#tell('contact.transferred', atMs, { contact: { id }, kind: 'queue' });
    this.#tell('contact.queued', atMs, { contact, queue: { id: 'support' }, kind: 'transfer' });
    this.#tell('contact.answered', atMs + 5000, { contact, queue: { id: 'support' }, agent: { id: 'cem' } });
  }

  #case(id: string): void {
    const { chance, delay, int, pick } = this.#random;
    let atMs = int(0, SPAN_MS);
    const tell = (what: string): void => {
      const { customer, case: named } = this.#names();
      const category = (named as { category?: string } | undefined)?.category;
      this.#tell(`case.${what}`, atMs, {
        case: { id, ...(category === undefined ? {} : { category }) },
        ...(customer === undefined ? {} : { customer }),
        ...(chance(0.4) ? { contact: { id: `c${int(1, 6)}` } } : {}),
        ...(chance(0.3) ? { by: 'agent', agent: { id: pick(['ada', 'bob']) } } : {}),
        ...(chance(0.2) ? { queue: { id: 'support' } } : {}),
      });
    };
    if (chance(0.9)) tell('opened');
    for (let n = int(0, 4); n > 0; n--) {
      atMs += delay(10 * MINUTE_MS);
      tell(pick(['resolved', 'resolved', 'reopened', 'closed_unresolved']));
    }
  }

  #figure(): void {
    const { chance, int, pick } = this.#random;
    const dimensions = pick([undefined, { queue: 'support' }, { country: 'FR' }]);
    this.#tell('business.figure', int(0, SPAN_MS), {
      name: pick([...FIGURES]),
      value: int(0, 10_000) / 100,
      date: chance(0.8) ? '2026-11-02' : '2026-11-01',
      ...(dimensions === undefined ? {} : { dimensions }),
      ...(chance(0.2) ? { revision: int(1, 2) } : {}),
    });
  }
}
