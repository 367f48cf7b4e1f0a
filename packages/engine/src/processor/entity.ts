import {
  FIELDS,
  indexFacts,
  kindOf,
  unite,
  type ChangeSince,
  type Contributions,
  type EntityKind,
  type Fact,
  type FactIndex,
  type Judgement,
  type Link,
  type Retained,
  type UnionResult,
} from '@vigie/metrics';
import { ReceivedLinks, type LinkChange } from './received-links.ts';

/** A set of facts longer than this is searched by an index rather than from end to end. */
const INDEX_FROM = 48;

/** What is no more than so many times what came since the last checkpoint is cheaply told as a whole. */
const MOSTLY_NEW = 4;
const NO_FACTS: readonly Fact[] = [];

/** What a checkpoint has to write of an entity: all of it, or only facts and links that came since the last one. */
export interface EntityChange {
  readonly isWhole: boolean;
  readonly facts: readonly Fact[];
  /** By key; `null`: it was taken out. */
  readonly links: ReadonlyMap<string, Link | null>;
}

/** One entity: its set of facts, the links it has received, and what they come to. */
export class Entity {
  /** `contact|<root>`, `agent|<id>`, `case|<id>`, … */
  readonly id: string;
  readonly kind: EntityKind;
  readonly links: ReceivedLinks;
  #facts: Fact[];
  #index: FactIndex | undefined;
  /** No checkpoint has told of it yet, or facts left it since: those that came do not tell the change. */
  #isWhole = true;
  /** Facts that came since the last checkpoint, unless all of it is to be told. */
  #fresh: Fact[] | undefined;
  #linked: boolean;
  /** Facts came or left since the last {@link takeSince}. */
  #hasMoved = true;
  /** What it comes to now; `undefined` until somebody judges it. */
  judgement: Judgement | undefined;
  /** What it came to before it was changed; `undefined` once it was judged anew. */
  before: Judgement | undefined;
  /** Outcomes held and contradictions, as its view counts them. */
  held = 0;
  conflicts = 0;
  /** The latest instant that any of its facts, links or contributions is dated at, ms. */
  lastAt = Number.NEGATIVE_INFINITY;
  /** Since when it was seen to be at rest, ms; `undefined`: it was not. */
  quietSinceMs: number | undefined;

  /** `facts`: in fold order, as a checkpoint had them; they are the entity's from now on. */
  constructor(id: string, facts: Fact[] = [], links: readonly LinkChange[] = []) {
    this.id = id;
    this.kind = kindOf(id);
    this.links = new ReceivedLinks(links);
    this.#facts = facts;
    this.#linked = namesJourney(facts);
  }

  /** The facts in fold order. */
  get facts(): readonly Fact[] {
    return this.#facts;
  }

  /** Neither a fact nor a link says anything of it. */
  get isEmpty(): boolean {
    return this.#facts.length === 0 && this.links.byKey.size === 0;
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
      if (!this.#isWhole) (this.#fresh ??= []).push(fact);
      this.#hasMoved = true;
      if (fact.type === 'root') this.#linked = true;
    }
    if (result.overflowed) this.#loses();
    return result;
  }

  /** Takes facts out of the set. */
  take(leaving: ReadonlySet<Fact>): void {
    this.#facts = this.#facts.filter((fact) => !leaving.has(fact));
    this.#index = undefined;
    this.#loses();
    this.#linked = namesJourney(this.#facts);
  }

  /** Gives up what it has beyond `limit` facts: the oldest, repetitions of what was known first. */
  keepAtMost(limit: number): void {
    const excess = this.#facts.length - limit;
    if (excess <= 0) return;
    const repetitions = this.#facts.filter(({ type }) => type === 'state_repeated');
    this.take(new Set((repetitions.length >= excess ? repetitions : this.#facts).slice(0, excess)));
  }

  /** Puts what is left of it in the place of what it had. */
  retain({ facts, links }: Retained): void {
    this.#facts = [...facts];
    this.#index = undefined;
    this.#loses();
    this.links.replace(links);
  }

  /** The same as it is now, whatever happens to this one: for reading. */
  copy(): Entity {
    const copy = new Entity(this.id, [...this.#facts], [...this.links.byKey]);
    copy.judgement = this.judgement;
    copy.lastAt = this.lastAt;
    return copy;
  }

  /** What changed since the last call, for judging; `undefined`: not known. */
  takeSince(): ChangeSince | undefined {
    const facts = this.#hasMoved;
    this.#hasMoved = false;
    const links = this.links.takeMoves();
    return links === undefined ? undefined : { facts, links };
  }

  /** Is all of it hardly more than what came since the last checkpoint? */
  get isMostlyNew(): boolean {
    if (this.#isWhole) return true;
    const fresh = (this.#fresh?.length ?? 0) + this.links.changed;
    return this.#facts.length + this.links.byKey.size <= MOSTLY_NEW * fresh;
  }

  /** What changed since the last call, for a checkpoint, or all of it. */
  takeChange(asWhole: boolean): EntityChange {
    const change =
      asWhole || this.#isWhole
        ? { isWhole: true, facts: this.#facts, links: this.links.byKey }
        : { isWhole: false, facts: this.#fresh ?? NO_FACTS, links: this.links.takeChange() };
    this.told();
    return change;
  }

  /** A checkpoint has it as it is. */
  told(): void {
    this.#isWhole = false;
    this.#fresh = undefined;
    this.links.takeChange();
  }

  #loses(): void {
    this.#hasMoved = this.#isWhole = true;
    this.#fresh = undefined;
  }
}

function namesJourney(facts: readonly Fact[]): boolean {
  return facts.some((fact) => fact.type === 'root');
}

/**
 * The latest instant that any of the facts, links or contributions is dated at, or that what it tells others reaches, ms:
 * a call that counts for its agent alone goes on as long as his work.
 */
export function lastInstant(
  { facts, links, kind }: Entity,
  contributions: Contributions,
  told: readonly Link[],
): number {
  let last = facts.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  for (let i = 1; i < contributions.length; i += FIELDS)
    if (contributions[i]! > last) last = contributions[i]!;
  if (kind.lastOf !== undefined)
    for (const link of links.byKey.values()) last = Math.max(last, kind.lastOf(link));
  for (const link of told) last = Math.max(last, kindOf(link.target).reachOf?.(link) ?? last);
  return last;
}
