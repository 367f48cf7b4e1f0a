import {
  indexFacts,
  unite,
  type Contributions,
  type Fact,
  type FactIndex,
  type UnionResult,
} from '@vigie/metrics';

/** A set of facts longer than this is searched by an index rather than from end to end. */
const INDEX_FROM = 48;

/** What a checkpoint has to write of an entity: all of it, or only facts that came since the last one. */
export interface EntityChange {
  readonly isWhole: boolean;
  readonly facts: readonly Fact[];
}

/** One entity: its set of facts, and what they add to the figures. */
export class Entity {
  /** `contact|<root>`, `agent|<id>`, `case|<id>`, … */
  readonly id: string;
  #facts: Fact[];
  #index: FactIndex | undefined;
  /** Facts that came since the last checkpoint. */
  #fresh: Fact[] = [];
  /** Facts left since the last checkpoint: those that came do not tell the change. */
  #hasLost = false;
  #linked: boolean;
  /** What it adds now; `undefined` until somebody judges it. */
  contributions: Contributions | undefined;
  /** Outcomes held and contradictions, as its view counts them. */
  held = 0;
  conflicts = 0;
  /** The latest instant that any of its facts or contributions is dated at, ms. */
  lastAt = Number.NEGATIVE_INFINITY;

  /** `facts`: in fold order, as a checkpoint had them; they are the entity's from now on. */
  constructor(id: string, facts: Fact[] = []) {
    this.id = id;
    this.#facts = facts;
    this.#linked = namesJourney(facts);
  }

  /** The facts in fold order. */
  get facts(): readonly Fact[] {
    return this.#facts;
  }

  /** Do some of its facts name the journey of a contact? */
  get linked(): boolean {
    return this.#linked;
  }

  /** Adds a fact to the set; `limit` is the greatest number of facts it may have. */
  unite(fact: Fact, limit: number): UnionResult {
    if (this.#index === undefined && this.#facts.length >= INDEX_FROM) this.#index = indexFacts(this.#facts);
    const result = unite(this.#facts, fact, limit, this.#index);
    if (result.changed) {
      this.#fresh.push(fact);
      if (fact.type === 'root') this.#linked = true;
    }
    if (result.overflowed) this.#hasLost = true;
    return result;
  }

  /** Takes facts out of the set. */
  take(leaving: ReadonlySet<Fact>): void {
    this.#facts = this.#facts.filter((fact) => !leaving.has(fact));
    this.#index = undefined;
    this.#hasLost = true;
    this.#linked = namesJourney(this.#facts);
  }

  /** What changed since the last call. */
  takeChange(): EntityChange {
    const change = { isWhole: this.#hasLost, facts: this.#hasLost ? this.#facts : this.#fresh };
    this.#fresh = [];
    this.#hasLost = false;
    return change;
  }
}

function namesJourney(facts: readonly Fact[]): boolean {
  return facts.some((fact) => fact.type === 'root');
}
