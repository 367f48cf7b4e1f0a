import {
  parseInstant,
  resolveSemantic,
  type EventOf,
  type ParsedEvent,
  type SemanticConfig,
} from '@vigie/contracts';
import {
  type ConfigVersions,
  contactFacts,
  contactOfCaseFacts,
  difference,
  differenceOfPieces,
  isContactEvent,
  kindOf,
  linkDifference,
  type Contributions,
  type Fact,
  type JudgeContext,
  type Judgement,
  type Link,
} from '@vigie/metrics';
import type { StoredChange } from '../checkpoint/entity-record.ts';
import { ConfigHistory, type StoredVersion } from './config-history.ts';
import { Entities } from './entities.ts';
import { Entity, lastInstant } from './entity.ts';
import { GroupTable } from './groups.ts';
import { Journeys } from './journeys.ts';
import { caseAssertions, otherFacts, type Assertion } from './other-facts.ts';
import type { ReceivedLinks } from './received-links.ts';
import { Sources } from './sources.ts';
import { WordTable } from './word-table.ts';

/** Caps of one centre; each has a counter in {@link CentreCounts}. */
export interface CentreLimits {
  readonly queues: number;
  readonly factsPerContact: number;
  /** Of an entity that never closes (a source, an agent) the latest are kept: a repetition is told by them. */
  readonly factsPerEntity: number;
}

/** What an entity comes to that nothing is known of yet. */
const NOTHING: Judgement = { contributions: [], links: [], held: 0, conflicts: 0 };

/** So many changed entities are judged at the latest, whether or not anybody reads. */
const MAX_UNSETTLED = 4096;

/** Told every contribution that comes (sign 1) or is taken back (−1). */
export type ContributionSink = (group: number, at: number, code: number, value: number, sign: 1 | -1) => void;

export interface CentreCounts {
  /** Outcomes set aside: their entry is unknown or lies too far behind them. */
  held: number;
  /** Different outcomes told for one stay, of the entities kept. */
  conflicts: number;
  /** The same since ever: it never falls. */
  conflictsSeen: number;
  /** Facts dropped because a contact had too many. */
  factsDropped: number;
}

/**
 * What is known of one centre: a set of facts per entity, and what each entity adds to the figures. Pure: no clock, no
 * I/O; the same events in any order and repetition leave the same state. Facts are united as they come; what they come
 * to is judged by {@link settle}, once for all that came of an entity since: whoever reads does.
 */
export class CentreState {
  readonly name: string;
  readonly #groups: GroupTable;
  readonly #words = new WordTable();
  readonly entities = new Entities();
  readonly sources = new Sources();
  readonly #counts: CentreCounts = { held: 0, conflicts: 0, conflictsSeen: 0, factsDropped: 0 };
  readonly #journeys = new Journeys();
  readonly #limits: CentreLimits;
  readonly #sink: ContributionSink;
  readonly #configs: ConfigHistory;
  /** What entities are judged with. */
  #context: JudgeContext;
  /** Entities that changed and are yet to be judged anew, with what they came to before. */
  readonly #before = new Map<Entity, Judgement>();

  /** `base` holds until the first `config.changed` says since when another does. */
  constructor(name: string, base: SemanticConfig, limits: CentreLimits, sink: ContributionSink) {
    this.name = name;
    this.#configs = new ConfigHistory(base);
    this.#limits = limits;
    this.#sink = sink;
    this.#groups = new GroupTable(limits.queues);
    this.#context = this.#contextNow();
  }

  /** The groups that anything counts into. */
  get groups(): GroupTable {
    this.settle();
    return this.#groups;
  }

  /** The words that figures are broken down by. */
  get words(): WordTable {
    this.settle();
    return this.#words;
  }

  get counts(): CentreCounts {
    this.settle();
    return this.#counts;
  }

  get versions(): ConfigVersions {
    return this.#configs.versions;
  }

  /**
   * Adds what an event asserts. `duplicate`: everything it asserts was known already. Throws a `ConfigError`, and
   * changes nothing, for a `config.changed` whose body is no semantic configuration.
   */
  apply(parsed: ParsedEvent): 'applied' | 'duplicate' {
    const { event } = parsed;
    if (this.#before.size >= MAX_UNSETTLED) this.settle();
    if (isContactEvent(event)) {
      const isNew = this.#noteContact(contactFacts(parsed));
      return this.#note(caseAssertions(parsed)) || isNew ? 'applied' : 'duplicate';
    }
    const config = event.type === 'vigie.config.changed' ? resolveSemantic(event.data.body) : undefined;
    const isNew = this.#note(otherFacts(parsed));
    if (!this.#noteContact(contactOfCaseFacts(parsed)) && !isNew) return 'duplicate';
    switch (event.type) {
      case 'vigie.source.restarted':
        this.#rejudgeFrom(parsed.timeMs, () =>
          this.sources.restarted(event.source, { at: parsed.timeMs, sequence: event.sequence ?? '' }),
        );
        break;
      case 'vigie.source.gap': {
        const fromMs = parseInstant(event.data.from) ?? parsed.timeMs;
        this.sources.gap({
          source: event.source,
          fromMs,
          toMs: parseInstant(event.data.to) ?? parsed.timeMs,
        });
        break;
      }
      case 'vigie.source.heartbeat':
        this.sources.heartbeat(parsed, event);
        break;
      case 'vigie.config.changed':
        if (config !== undefined) this.#configure(parsed.timeMs, event, config);
        break;
      default:
        break;
    }
    return 'applied';
  }

  /** Judges what has changed since the last call. */
  settle(): void {
    while (this.#before.size > 0) {
      let rank = Number.POSITIVE_INFINITY;
      for (const { kind } of this.#before.keys()) rank = Math.min(rank, kind.rank);
      // Those first who only tell others: whom they tell is judged once, after all of them.
      for (const [entity, before] of this.#before) {
        if (entity.kind.rank !== rank) continue;
        this.#before.delete(entity);
        this.#settle(entity, before);
      }
    }
  }

  /** What an entity adds to the figures now; computed afresh for one that is cold. */
  contributionsOf(entity: Entity): Contributions {
    return this.judgementOf(entity).contributions;
  }

  /** What an entity comes to now; computed afresh for one that is cold. */
  judgementOf(entity: Entity): Judgement {
    this.settle();
    return this.#judgementOf(entity);
  }

  #judgementOf(entity: Entity): Judgement {
    if (entity.judgement !== undefined) return entity.judgement;
    return entity.isEmpty ? NOTHING : this.#judge(entity);
  }

  /** What entities are judged with now. */
  get context(): JudgeContext {
    return this.#context;
  }

  /** Puts a page of entities back from a checkpoint. */
  restorePage(page: number, bytes: Uint8Array): void {
    for (const { id, held, conflicts, linked } of this.entities.restorePage(page, bytes)) {
      this.#counts.held += held;
      this.#counts.conflicts += conflicts;
      if (linked) this.#nameJourneys(this.entities.get(id)!.facts);
    }
  }

  /** Puts a change of an entity back that came after its page. */
  restoreChange({ id, lastAt, isWhole, facts, links, held, conflicts }: StoredChange): void {
    let entity = this.entities.getOrCreate(id);
    this.#counts.held += held - entity.held;
    this.#counts.conflicts += conflicts - entity.conflicts;
    if (isWhole) entity = this.entities.put(new Entity(id, [...facts], links));
    else {
      for (const fact of facts) entity.unite(fact, Number.POSITIVE_INFINITY);
      entity.links.apply(links);
    }
    entity.takeChange();
    entity.lastAt = lastAt;
    entity.held = held;
    entity.conflicts = conflicts;
    this.#nameJourneys(facts);
  }

  #nameJourneys(facts: readonly Fact[]): void {
    for (const fact of facts) if (fact.type === 'root') this.#journeys.name(fact.contact, fact.word ?? '');
  }

  restoreVersions(stored: readonly StoredVersion[]): void {
    this.#configs.restore(stored);
    this.#context = this.#contextNow();
  }

  storedVersions(): readonly StoredVersion[] {
    return this.#configs.stored();
  }

  /** Forgets an entity that nothing can change or ask for any more. */
  evict(entity: Entity): void {
    if (entity.linked) this.#journeys.forget(entity.facts);
    this.drop(entity);
  }

  /** How much longer than others an entity is kept, ms. */
  readonly keepsMs = (id: string): number => kindOf(id).keepsMs?.(this.#context) ?? 0;

  /** Folds what lies before the horizon into a base, of an entity that outlives its facts. No figure moves by it. */
  retire(entity: Entity, horizonMs: number): void {
    const links = [...entity.links.byKey.values()];
    const retained = entity.kind.retire?.({ facts: entity.facts, links }, horizonMs, this.#context);
    if (retained === undefined) return;
    entity.retain(retained);
    entity.judgement = this.#judge(entity);
    this.entities.touch(entity);
    this.#removeIfEmpty(entity);
  }

  /** Takes an entity out; what its facts named of journeys stays known. */
  drop(entity: Entity): void {
    this.#counts.held -= entity.held;
    this.#counts.conflicts -= entity.conflicts;
    this.entities.remove(entity.id);
  }

  #contextNow(): JudgeContext {
    const { idOf: groupOf, agentGroupOf } = this.#groups;
    return {
      versions: this.#configs.versions,
      restarts: this.sources.restarts,
      groupOf,
      agentGroupOf,
      words: this.#words,
    };
  }

  /** Adds what is asserted of a contact. Answers whether any of it was new. */
  #noteContact(facts: readonly Fact[]): boolean {
    const [first] = facts;
    if (first === undefined) return false;
    const { contact } = first;
    if (facts.some(namesRoot)) this.#reroot(facts.filter(namesRoot), contact);
    const entity = this.#edit(contactId(this.#journeys.rootOf(contact)));
    const { isNew, changed } = this.#unite(entity, facts);
    if (changed) this.entities.touch(entity);
    return isNew;
  }

  /** The entity, to be changed, and judged anew by {@link settle}. */
  #edit(id: string): Entity {
    const entity = this.entities.getOrCreate(id);
    if (!this.#before.has(entity)) this.#before.set(entity, this.#judgementOf(entity));
    return entity;
  }

  #unite(entity: Entity, facts: readonly Fact[]): { readonly isNew: boolean; readonly changed: boolean } {
    let isNew = false;
    let changed = false;
    for (const fact of facts) {
      const result = entity.unite(fact, this.#limits.factsPerContact);
      isNew ||= result.isNew;
      changed ||= result.changed;
      if (result.overflowed) this.#counts.factsDropped++;
    }
    return { isNew, changed };
  }

  /** Contacts that turn out to belong to another journey take their facts there. */
  #reroot(named: readonly Fact[], contact: string): void {
    for (const { word: root = '' } of named) {
      const olds = new Set([this.#journeys.rootOf(contact), this.#journeys.rootOf(root)]);
      if (!this.#journeys.name(contact, root)) continue;
      for (const old of olds) {
        const holder = this.entities.get(contactId(old));
        if (holder === undefined) continue;
        const leaving = new Set(holder.facts.filter((fact) => this.#journeys.rootOf(fact.contact) !== old));
        if (leaving.size === 0) continue;
        this.#edit(holder.id).take(leaving);
        this.entities.touch(holder);
        for (const fact of leaving) {
          const target = this.#edit(contactId(this.#journeys.rootOf(fact.contact)));
          target.unite(fact, this.#limits.factsPerContact);
          this.entities.touch(target);
        }
      }
    }
  }

  /** Judges an entity anew, and tells the sink and other entities what differs. */
  #settle(entity: Entity, before: Judgement): void {
    const after = this.#judge(entity);
    entity.judgement = after;
    if (after.pieces === undefined) difference(before.contributions, after.contributions, this.#sink);
    else differenceOfPieces(before.pieces ?? [before.contributions], after.pieces, this.#sink);
    linkDifference(before.links, after.links, this.#take, this.#give);
    const lastAt = lastInstant(entity.facts, after.pieces?.at(-1) ?? after.contributions);
    if (lastAt !== entity.lastAt) this.entities.touch(entity);
    entity.lastAt = lastAt;
    this.#removeIfEmpty(entity);
  }

  readonly #take = (link: Link): void => this.#told(link).take(link.key);
  readonly #give = (link: Link): void => this.#told(link).put(link);

  #told({ target }: Link): ReceivedLinks {
    const entity = this.#edit(target);
    this.entities.touch(entity);
    return entity.links;
  }

  #removeIfEmpty(entity: Entity): void {
    if (entity.isEmpty) this.entities.remove(entity.id);
  }

  #judge(entity: Entity): Judgement {
    const { id, facts, links, judgement: previous } = entity;
    const judgement = entity.kind.judge(id, facts, links.byKey, this.#context, previous);
    const { held, conflicts } = judgement;
    this.#counts.held += held - entity.held;
    this.#counts.conflicts += conflicts - entity.conflicts;
    this.#counts.conflictsSeen += Math.max(0, conflicts - entity.conflicts);
    entity.held = held;
    entity.conflicts = conflicts;
    return judgement;
  }

  /** Adds what is not about a contact. Answers whether any of it was new. */
  #note(assertions: readonly Assertion[]): boolean {
    let isNew = false;
    for (const { entity: id, facts } of assertions) {
      const entity = this.#edit(id);
      for (const fact of facts) {
        const result = entity.unite(fact, Number.POSITIVE_INFINITY);
        isNew ||= result.isNew;
        if (result.changed) this.entities.touch(entity);
      }
      const excess = entity.facts.length - this.#limits.factsPerEntity;
      if (excess > 0) entity.take(new Set(entity.facts.slice(0, excess)));
    }
    return isNew;
  }

  #configure(toldAtMs: number, event: EventOf<'vigie.config.changed'>, config: SemanticConfig): void {
    const { version, effectiveFrom, body } = event.data;
    const fromMs = parseInstant(effectiveFrom) ?? 0;
    this.#rejudgeFrom(fromMs, () => {
      this.#configs.add({ version, fromMs, toldAtMs, body, config });
      this.#context = this.#contextNow();
    });
  }

  /** Something changes how instants from `fromMs` on are judged: every entity dated there is differenced once. */
  #rejudgeFrom(fromMs: number, change: () => void): void {
    this.settle();
    for (const entity of this.entities.unpackSince(fromMs))
      this.#before.set(entity, this.#judgementOf(entity));
    change();
    this.settle();
  }
}

const namesRoot = ({ type }: Fact): boolean => type === 'root';

function contactId(root: string): string {
  return `contact|${root}`;
}
