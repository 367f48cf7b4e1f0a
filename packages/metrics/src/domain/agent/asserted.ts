import { believed, type Fact } from '../fact.ts';

export const AGENT_STATES = ['logged_out', 'available', 'on_contact', 'acw', 'paused', 'unknown'] as const;
export type AgentState = (typeof AGENT_STATES)[number];

/** What was told of an agent, from an instant until the next change. */
export interface Asserted {
  readonly at: number;
  /** As told for all of his work. */
  readonly told: AgentState;
  /** As told for single queues since then. */
  readonly inQueue: ReadonlyMap<string, AgentState>;
  /** Why, of a pause. */
  readonly reason: string | undefined;
  /** The queues he was told to serve; until anything is told of that, those his states name: see {@link queuesOf}. */
  readonly queues: ReadonlySet<string>;
  /** Was anything told of his queues? */
  readonly isMember: boolean;
  /** Of what held when earlier facts were left out: the queue he had worked for last. */
  readonly workedFor?: string | undefined;
}

/** Of an agent of whom nothing was told. */
export const NOTHING_ASSERTED: Asserted = {
  at: Number.NEGATIVE_INFINITY,
  told: 'unknown',
  inQueue: new Map(),
  reason: undefined,
  queues: new Set(),
  isMember: false,
};

/**
 * The queues he counts in. Until anything is told of them, those that his states name and the one he worked for last: all
 * that he ever worked for would be too many where calls go anywhere.
 */
export function queuesOf({ queues, isMember }: Asserted, workedFor: string | undefined): ReadonlySet<string> {
  return isMember || workedFor === undefined || queues.has(workedFor)
    ? queues
    : new Set(queues).add(workedFor);
}

/** His state over all of his queues: paused iff paused in each of them. */
export function stateOverall({ told, inQueue }: Asserted, queues: ReadonlySet<string>): AgentState {
  if (inQueue.size === 0 || told === 'logged_out' || told === 'on_contact' || told === 'acw') return told;
  let paused = queues.size > 0;
  let available = false;
  for (const queue of queues) {
    const state = inQueue.get(queue) ?? told;
    if (state !== 'paused') paused = false;
    if (state === 'available') available = true;
  }
  if (paused) return 'paused';
  return available ? 'available' : told;
}

/** His state for one of his queues. */
export function stateIn({ told, inQueue }: Asserted, queue: string): AgentState {
  if (told === 'logged_out' || told === 'on_contact' || told === 'acw') return told;
  return inQueue.get(queue) ?? told;
}

/** What was told of an agent, folded: see {@link foldAsserted}. */
export interface AssertedHistory {
  readonly facts: readonly Fact[];
  /** What held when, rising. */
  readonly changes: readonly Asserted[];
  /** The instant of the state told last. */
  readonly stateAt: number;
}

const NOTHING_FOLDED: AssertedHistory = { facts: [], changes: [], stateAt: Number.NEGATIVE_INFINITY };

/**
 * Folds what was told of an agent into what held when. What is told of a state holds from `since` on, yet never from
 * before the state told last; a repetition of the known state changes nothing. `before`: of some of these facts, which
 * is gone on with when they are the first of them; what held then is the same objects.
 */
export function foldAsserted(facts: readonly Fact[], before = NOTHING_FOLDED): AssertedHistory {
  const plain = believed(facts);
  const goesOn =
    plain === facts && isBeginning(before.facts, facts) && believed(before.facts) === before.facts;
  if (goesOn && facts.length === before.facts.length) return before;
  const fold = new AssertedFold(goesOn ? before : NOTHING_FOLDED);
  for (let i = goesOn ? before.facts.length : 0; i < plain.length; i++) fold.step(plain[i]!);
  return { facts: [...facts], changes: fold.changes, stateAt: fold.stateAt };
}

function isBeginning(some: readonly Fact[], all: readonly Fact[]): boolean {
  return some.length <= all.length && some.every((fact, index) => fact === all[index]);
}

/** When the agent of these facts went on to another state than wrap-up, first after an instant. */
export function movedOn(facts: readonly Fact[], afterMs: number): number | undefined {
  let told: AgentState | undefined;
  for (const change of foldAsserted(facts).changes) {
    if (change.at > afterMs && change.told !== 'acw' && change.told !== told) return change.at;
    told = change.told;
  }
  return undefined;
}

/** What a fact of type `base` tells beside the state: what held when earlier facts were left out. */
export interface StoredAsserted {
  readonly inQueue: readonly (readonly [queue: string, state: AgentState])[];
  readonly reason?: string;
  readonly queues: readonly string[];
  readonly isMember: boolean;
  readonly workedFor?: string;
}

class AssertedFold {
  readonly changes: Asserted[];
  stateAt: number;

  constructor({ changes, stateAt }: AssertedHistory) {
    this.changes = [...changes];
    this.stateAt = stateAt;
  }

  step(fact: Fact): void {
    if (fact.type === 'base') this.#begin(fact);
    else if (fact.type === 'queues')
      this.#put({ ...this.#last, ...queuesAfter(this.#last, fact), at: fact.at });
    else if (fact.type === 'state') this.#tell(fact);
    else if (fact.type === 'state_repeated' && !isKnown(this.#last, fact)) this.#tell(fact);
  }

  #begin({ at, word, ref }: Fact): void {
    const stored = JSON.parse(ref ?? '{}') as StoredAsserted;
    const { inQueue, reason, queues, isMember, workedFor } = stored;
    this.stateAt = at;
    const told = word as AgentState;
    this.#put({ at, told, inQueue: new Map(inQueue), reason, queues: new Set(queues), isMember, workedFor });
  }

  get #last(): Asserted {
    return this.changes.at(-1) ?? NOTHING_ASSERTED;
  }

  /** Queues told since the state began hold beside it. */
  #tell(fact: Fact): void {
    const at = Math.max(fact.queuedAt ?? fact.at, this.stateAt);
    this.stateAt = at;
    const state = stateAfter(this.#last, fact);
    const later: Asserted[] = [];
    while (this.#last.at > at) later.unshift(this.changes.pop()!);
    const { queues, isMember } = this.#last;
    const named = isMember || fact.queue === undefined ? queues : new Set(queues).add(fact.queue);
    this.#put({ ...state, at, queues: named, isMember });
    for (const { at: laterAt, queues: toldLater } of later)
      this.#put({
        ...state,
        at: laterAt,
        queues: toldLater,
        isMember: true,
        inQueue: only(state.inQueue, toldLater),
      });
  }

  #put(change: Asserted): void {
    if (this.#last.at === change.at) this.changes.pop();
    this.changes.push(change);
  }
}

function isKnown(now: Asserted, { queue, word }: Fact): boolean {
  if (now.at === Number.NEGATIVE_INFINITY) return false;
  return word === (queue === undefined ? stateOverall(now, now.queues) : stateIn(now, queue));
}

function stateAfter(
  now: Asserted,
  { queue, word, ref }: Fact,
): Pick<Asserted, 'told' | 'inQueue' | 'reason'> {
  const state = word as AgentState;
  const reason = state === 'paused' ? ref : undefined;
  if (queue !== undefined) {
    return { told: now.told, inQueue: new Map(now.inQueue).set(queue, state), reason: reason ?? now.reason };
  }
  // Working does not say in which queues he is paused; being there, away or paused altogether does.
  const keeps = state === 'on_contact' || state === 'acw' || state === 'unknown';
  return { told: state, reason, inQueue: keeps ? now.inQueue : new Map() };
}

function queuesAfter(now: Asserted, { word, ref }: Fact): Partial<Asserted> {
  const named = JSON.parse(ref ?? '[]') as readonly string[];
  const queues = new Set(word === 'set' ? named : now.queues);
  if (word === 'added') for (const queue of named) queues.add(queue);
  if (word === 'removed') for (const queue of named) queues.delete(queue);
  return { queues, inQueue: only(now.inQueue, queues), isMember: true };
}

function only(states: Asserted['inQueue'], queues: ReadonlySet<string>): Asserted['inQueue'] {
  return states.size === 0 ? states : new Map([...states].filter(([queue]) => queues.has(queue)));
}
