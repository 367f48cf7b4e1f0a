import type { QueueId } from './plan.ts';
import type { Agent } from './staff.ts';
import { about, type Contact, type World } from './world.ts';

/** What a customer comes for, again and again until it is solved. */
export interface Problem {
  readonly caseId: string;
  readonly category: string;
  /** Unknown customers have no key. */
  readonly customer: string | undefined;
  state: 'new' | 'open' | 'closed';
}

const CATEGORIES: Readonly<Record<QueueId, readonly [string, ...string[]]>> = {
  sales: ['order', 'quote'],
  support: ['breakdown', 'setup', 'delivery'],
  billing: ['invoice', 'refund'],
  chat: ['order', 'setup'],
  email: ['invoice', 'delivery'],
};
const RETURN_CHANCE = 0.12;
const KNOWN_CHANCE = 0.9;
/** Who comes back comes back with one of the latest problems of the queue. */
const MAX_REMEMBERED = 40;
const GIVE_UP_CHANCE = 0.5;
const GIVE_UP_AFTER_MS = 20 * 60_000;

/** The problems that customers have. */
export class Problems {
  readonly #world: World;
  readonly #recent = new Map<QueueId, Problem[]>();
  #count = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** What the next contact of a queue is about: something new, or something that was not solved after all. */
  next(queue: QueueId): Problem {
    const { random } = this.#world;
    const recent = this.#recent.get(queue) ?? [];
    const [oldest, ...others] = recent;
    if (oldest !== undefined && random.chance(RETURN_CHANCE)) return random.pick([oldest, ...others]);
    this.#count += 1;
    const caseId = this.#world.newId('k', this.#count);
    const problem: Problem = {
      caseId,
      category: random.pick(CATEGORIES[queue]),
      customer: random.chance(KNOWN_CHANCE) ? this.#world.newId('customer', this.#count) : undefined,
      state: 'new',
    };
    recent.push(problem);
    if (recent.length > MAX_REMEMBERED) recent.shift();
    this.#recent.set(queue, recent);
    return problem;
  }
}

/** The customer, where he is known, as a contact's first event names him. */
export function customerOf({ customer }: Problem) {
  return customer === undefined ? {} : { customer: { key: customer } };
}

/** The agent opens the case of the contact, or opens it again. */
export function openCase(world: World, contact: Contact, agent: Agent): void {
  const { problem } = contact;
  if (problem.state === 'open') return;
  world.emit(problem.state === 'new' ? 'vigie.case.opened' : 'vigie.case.reopened', problem.caseId, {
    ...caseData(contact),
    by: 'agent',
    agent: { id: agent.id },
  });
  problem.state = 'open';
}

/** The agent resolves the case of the contact, if somebody opened it. */
export function resolveCase(world: World, contact: Contact, agent: Agent): void {
  const { problem } = contact;
  if (problem.state !== 'open') return;
  world.emit('vigie.case.resolved', problem.caseId, {
    ...caseData(contact),
    by: 'agent',
    agent: { id: agent.id },
  });
  problem.state = 'closed';
}

/** Nobody will solve it: some cases are closed all the same, a while later. */
export function giveUpCase(world: World, contact: Contact): void {
  const { problem } = contact;
  if (problem.state !== 'open' || !world.random.chance(GIVE_UP_CHANCE)) return;
  world.after(GIVE_UP_AFTER_MS, () => {
    if (problem.state !== 'open') return;
    world.emit('vigie.case.closed_unresolved', problem.caseId, { ...caseData(contact), by: 'system' });
    problem.state = 'closed';
  });
}

function caseData(contact: Contact) {
  const { problem } = contact;
  return {
    ...about(contact),
    ...customerOf(problem),
    case: { id: problem.caseId, category: problem.category },
  };
}
