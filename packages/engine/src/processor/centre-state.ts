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
  FLAG,
  isContactEvent,
  isToldElsewhere,
  kindOf,
  listedFacts,
  movedOn,
  piecesOf,
  type Contributions,
  type Fact,
  type JudgeContext,
  type Judgement,
} from '@vigie/metrics';
import { readHead, unpackFacts, type StoredChange } from '../checkpoint/entity-record.ts';
import { withAgentIds } from './agent-names.ts';
import { AgentRoster } from './agent-roster.ts';
import { ConfigHistory, type StoredVersion } from './config-history.ts';
import { disputesWait } from './disputed-waits.ts';
import { Entities } from './entities.ts';
import { Entity } from './entity.ts';
import { GroupTable } from './groups.ts';
import { Judging } from './judging.ts';
import { Journeys } from './journeys.ts';
import { caseAssertions, otherFacts, type Assertion } from './other-facts.ts';
import { Sources, waitingListOf } from './sources.ts';
import { WordTable } from './word-table.ts';

/** Caps of one centre; each has a counter in {@link CentreCounts}. */
export interface CentreLimits {
  readonly queues: number;
  /** Absent: as many as there are. */
  readonly agents?: number;
  readonly factsPerContact: number;
  /** Of an entity that never closes (a source, an agent) the latest are kept: a repetition is told by them. */
  readonly factsPerEntity: number;
}

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
  /** Waits that a vendor states otherwise than its instants have them, by more than the coarsest clock can be off. */
  waitsDisputed: number;
  /** Stays that nobody had told of when a snapshot listed them. It never falls. */
  staysInferred: number;
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
  readonly #counts: CentreCounts = {
    held: 0,
    conflicts: 0,
    conflictsSeen: 0,
    factsDropped: 0,
    waitsDisputed: 0,
    staysInferred: 0,
  };
  readonly #journeys = new Journeys();
  readonly #roster: AgentRoster;
  readonly #aliases: SemanticConfig['agentAliases'];
  readonly #limits: CentreLimits;
  readonly #configs: ConfigHistory;
  readonly #judging: Judging;

  /** `base` holds until the first `config.changed` says since when another does. */
  constructor(name: string, base: SemanticConfig, limits: CentreLimits, sink: ContributionSink) {
    this.name = name;
    this.#configs = new ConfigHistory(base);
    this.#limits = limits;
    this.#aliases = base.agentAliases;
    this.#roster = new AgentRoster(limits.agents ?? Number.POSITIVE_INFINITY);
    this.#groups = new GroupTable(limits.queues);
    const of = { entities: this.entities, roster: this.#roster, counts: this.#counts };
    this.#judging = new Judging(of, sink, this.#contextNow());
  }

  /** The groups that anything counts into. */
  get groups(): GroupTable {
    this.settle();
    return this.#groups;
  }

  /** Agents turned away by the cap. */
  get overflowedAgents(): number {
    this.settle();
    return this.#roster.overflowed;
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
   * Adds what an event asserts. `duplicate`: what it is about was known already; that it tells it with more or less
   * beside it, such as the entry or the journey, makes no difference, so that the count does not depend on the order. Throws a `ConfigError`, and
   * changes nothing, for a `config.changed` whose body is no semantic configuration.
   */
  apply(parsed: ParsedEvent): 'applied' | 'duplicate' {
    return this.#apply(withAgentIds(parsed, this.#aliases));
  }

  #apply(parsed: ParsedEvent): 'applied' | 'duplicate' {
    const { event } = parsed;
    this.#judging.relieve();
    if (isContactEvent(event)) {
      const isNew = this.#noteContact(contactFacts(parsed));
      this.#note(caseAssertions(parsed));
      return isNew ? 'applied' : 'duplicate';
    }
    const config = event.type === 'vigie.config.changed' ? resolveSemantic(event.data.body) : undefined;
    const isNew = this.#note(otherFacts(parsed));
    this.#noteContact(contactOfCaseFacts(parsed));
    if (!isNew) return 'duplicate';
    switch (event.type) {
      case 'vigie.source.restarted':
        this.#rejudgeFrom(parsed.timeMs, () =>
          this.sources.restarted(event.source, { at: parsed.timeMs, sequence: event.sequence ?? '' }),
        );
        break;
      case 'vigie.source.snapshot': {
        const list = waitingListOf(parsed);
        if (list !== undefined)
          this.sources.listed(event.source, list, (fromMs, change) => this.#rejudgeFrom(fromMs, change));
        this.#noteListed(listedFacts(parsed, event));
        break;
      }
      case 'vigie.source.gap':
        this.sources.gapTold(parsed, event);
        break;
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

  /** How many entities have changed and are yet to be judged. */
  get unsettled(): number {
    return this.#judging.pending;
  }

  /** Judges what has changed since the last call, or `most` of those entities; answers how many more it might have. */
  settle(most?: number): number {
    return this.#judging.settle(most);
  }

  /** What an entity adds to the figures now, in pieces; computed afresh for one that is cold. */
  contributionsOf(entity: Entity): readonly Contributions[] {
    return piecesOf(this.judgementOf(entity));
  }

  /** What an entity comes to now; computed afresh for one that is cold. */
  judgementOf(entity: Entity): Judgement {
    this.settle();
    return this.#judging.of(entity);
  }

  /** The entity whose change the sink is told. */
  get changing(): string {
    return this.#judging.changing;
  }

  /** What entities are judged with now. */
  get context(): JudgeContext {
    return this.#judging.context;
  }

  /** Puts a page of entities back from a checkpoint. */
  restorePage(page: number, bytes: Uint8Array): void {
    this.entities.restorePage(page, bytes, (body, isContact, record) => {
      const { held, conflicts, linked } = readHead(body);
      this.#counts.held += held;
      this.#counts.conflicts += conflicts;
      if (isContact && !linked) return;
      const { id, body: own } = record();
      this.#roster.admits(id);
      if (linked) this.#nameJourneys(unpackFacts(id, own));
    });
  }

  /** Puts a change of an entity back that came after its page. */
  restoreChange({ id, lastAt, isWhole, facts, links, held, conflicts }: StoredChange): void {
    this.#roster.admits(id);
    let entity = this.entities.getOrCreate(id);
    this.#counts.held += held - entity.held;
    this.#counts.conflicts += conflicts - entity.conflicts;
    if (isWhole) entity = this.entities.put(new Entity(id, [...facts], links));
    else {
      for (const fact of facts) entity.unite(fact, Number.POSITIVE_INFINITY);
      entity.links.apply(links);
    }
    entity.told();
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
    this.#judging.context = this.#contextNow();
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
  readonly keepsMs = (id: string): number => kindOf(id).keepsMs?.(this.#judging.context) ?? 0;

  /** Folds what lies before the horizon into a base, of an entity that outlives its facts. No figure moves by it. */
  retire(entity: Entity, horizonMs: number): void {
    this.#judging.retire(entity, horizonMs);
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
      waitingLists: this.sources.waitingLists,
      listings: this.sources.listings,
      groupOf,
      agentGroupOf,
      agentMovedOn: (agent, afterMs) => {
        const entity = this.entities.peek(`agent|${agent}`);
        return entity === undefined ? undefined : movedOn(entity.facts, afterMs);
      },
      words: this.#words,
    };
  }

  /** Adds what is asserted of a contact. Answers whether the first of it, which the event is about, was new. */
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

  /** Adds those whom a snapshot says are waiting, and counts whom nobody else tells of. */
  #noteListed(facts: readonly Fact[]): void {
    for (const fact of facts) {
      if (!this.#noteContact([fact])) continue;
      const entity = this.entities.peek(contactId(fact.contact));
      if (entity !== undefined && !isToldElsewhere(entity.links.byKey)) this.#counts.staysInferred++;
    }
  }

  /** The entity, to be changed, and judged anew by {@link settle}. */
  #edit(id: string): Entity {
    return this.#judging.edit(this.entities.getOrCreate(id));
  }

  #unite(entity: Entity, facts: readonly Fact[]): { readonly isNew: boolean; readonly changed: boolean } {
    let isNew = false;
    let changed = false;
    const [main] = facts;
    for (const fact of facts) {
      const result = entity.unite(fact, this.#limits.factsPerContact);
      isNew ||= result.isNew && (fact === main || isOfSummary(fact));
      changed ||= result.changed;
      if (result.overflowed) this.#counts.factsDropped++;
      else if (fact.type === 'queued' && result.isNew && disputesWait(entity, fact))
        this.#counts.waitsDisputed++;
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

  /** Adds what is not about a contact. Answers whether the first of it, which the event is about, was new. */
  #note(assertions: readonly Assertion[]): boolean {
    let isNew = false;
    const main = assertions[0]?.facts[0];
    for (const { entity: id, facts } of assertions) {
      if (!this.#roster.admits(id)) {
        isNew ||= facts[0] === main;
        continue;
      }
      const entity = this.#edit(id);
      for (const asking of entity.kind.askedBy?.(entity.links.byKey) ?? [])
        if (this.entities.get(asking) !== undefined) this.#edit(asking);
      for (const fact of facts) {
        const result = entity.unite(fact, Number.POSITIVE_INFINITY);
        isNew ||= result.isNew && fact === main;
        if (result.changed) this.entities.touch(entity);
      }
      entity.keepAtMost(this.#limits.factsPerEntity);
    }
    return isNew;
  }

  #configure(toldAtMs: number, event: EventOf<'vigie.config.changed'>, config: SemanticConfig): void {
    const { version, effectiveFrom, body } = event.data;
    const fromMs = parseInstant(effectiveFrom) ?? 0;
    this.#rejudgeFrom(fromMs, () => {
      this.#configs.add({ version, fromMs, toldAtMs, body, config });
      this.#judging.context = this.#contextNow();
    });
  }

  /** Something changes how instants from `fromMs` on are judged: every entity dated there is differenced once. */
  #rejudgeFrom(fromMs: number, change: () => void): void {
    this.settle();
    for (const entity of this.entities.unpackSince(fromMs)) this.#judging.edit(entity);
    change();
    this.settle();
  }
}

/** A summary is about all that it knows. */
const isOfSummary = ({ flags, type }: Fact): boolean =>
  (flags & FLAG.record) !== 0 && type !== 'case' && type !== 'customer' && type !== 'root';
const namesRoot = ({ type }: Fact): boolean => type === 'root';

const contactId = (root: string): string => `contact|${root}`;
