import {
  differenceOfPieces,
  linkDifference,
  piecesOf,
  type JudgeContext,
  type Judgement,
  type Link,
} from '@vigie/metrics';
import type { AgentRoster } from './agent-roster.ts';
import type { CentreCounts, ContributionSink } from './centre-state.ts';
import type { Entities } from './entities.ts';
import { lastInstant, type Entity } from './entity.ts';
import type { ReceivedLinks } from './received-links.ts';

/** What an entity comes to that nothing is known of yet. */
const NOTHING: Judgement = { contributions: [], links: [], held: 0, conflicts: 0 };

/** So many changed entities are judged at the latest, whether or not anybody reads: all at once. */
const MOST_PENDING = 32_768;

/**
 * What entities come to. Whoever changes one begins by {@link edit}; what has been edited is judged anew by
 * {@link settle}, what differs is told to the sink and to other entities, and these are judged in turn.
 */
export class Judging {
  /** What entities are judged with. */
  context: JudgeContext;
  /** The entity whose change the sink is told. */
  changing = '';
  readonly #entities: Entities;
  readonly #roster: AgentRoster;
  readonly #counts: CentreCounts;
  readonly #sink: ContributionSink;
  /** By rank: entities that changed and are yet to be judged anew. */
  readonly #edited: (Entity[] | undefined)[] = [];
  #pending = 0;

  constructor(
    of: { readonly entities: Entities; readonly roster: AgentRoster; readonly counts: CentreCounts },
    sink: ContributionSink,
    context: JudgeContext,
  ) {
    this.#entities = of.entities;
    this.#roster = of.roster;
    this.#counts = of.counts;
    this.#sink = sink;
    this.context = context;
  }

  /** How many entities are to be judged anew. */
  get pending(): number {
    return this.#pending;
  }

  /** What an entity came to when it was judged last; computed afresh for one that is cold. */
  of(entity: Entity): Judgement {
    if (entity.judgement !== undefined) return entity.judgement;
    return entity.isEmpty ? NOTHING : this.#judge(entity);
  }

  /** The entity, to be changed, or what it is judged with; before anything of it is. */
  edit(entity: Entity): Entity {
    if (entity.before !== undefined) return entity;
    entity.before = this.of(entity);
    (this.#edited[entity.kind.rank] ??= []).push(entity);
    this.#pending++;
    return entity;
  }

  /**
   * Judges what has been edited since the last call, or the first `most` of it; answers how many more it might have
   * judged. Whoever the sink tells may call it again meanwhile.
   */
  settle(most = Number.POSITIVE_INFINITY): number {
    let left = most;
    while (this.#pending > 0) {
      // Those first who only tell others: whom they tell is judged once, after all of them.
      for (const edited of this.#edited) {
        if (edited === undefined) continue;
        // by its length of every turn: it may grow, or be emptied by another call
        let i = 0;
        for (; i < edited.length && left > 0; left--) this.#settle(edited[i++]!);
        if (i < edited.length) {
          edited.splice(0, i);
          return 0;
        }
        edited.length = 0;
      }
    }
    return left;
  }

  /** Judges everything when too much has gathered. */
  relieve(): void {
    if (this.#pending >= MOST_PENDING) this.settle();
  }

  /** Folds what lies before the horizon into a base, of an entity that outlives its facts. No figure moves by it. */
  retire(entity: Entity, horizonMs: number): void {
    const links = [...entity.links.byKey.values()];
    const retained = entity.kind.retire?.({ facts: entity.facts, links }, horizonMs, this.context);
    if (retained === undefined) return;
    entity.retain(retained);
    entity.judgement = this.#judge(entity);
    this.#entities.touch(entity);
    this.#removeIfEmpty(entity);
  }

  #settle(entity: Entity): void {
    const { before } = entity;
    if (before === undefined) return;
    entity.before = undefined;
    this.#pending--;
    const after = this.#judge(entity);
    this.changing = entity.id;
    entity.judgement = after;
    const pieces = piecesOf(after);
    differenceOfPieces(piecesOf(before), pieces, this.#sink);
    linkDifference(before.links, after.links, this.#take, this.#give);
    const lastAt = lastInstant(entity, pieces.at(-1) ?? [], after.links);
    if (lastAt !== entity.lastAt) this.#entities.touch(entity);
    entity.lastAt = lastAt;
    this.#removeIfEmpty(entity);
  }

  readonly #take = (link: Link): void => this.#told(link)?.take(link.key);
  readonly #give = (link: Link): void => this.#told(link)?.put(link);

  /** The links of whom a link is told to; of an agent beyond the cap there are none. */
  #told({ target }: Link): ReceivedLinks | undefined {
    if (!this.#roster.admits(target)) return undefined;
    const entity = this.edit(this.#entities.getOrCreate(target));
    this.#entities.touch(entity);
    return entity.links;
  }

  #removeIfEmpty(entity: Entity): void {
    if (entity.isEmpty) this.#entities.remove(entity.id);
  }

  #judge(entity: Entity): Judgement {
    const { id, facts, links, judgement: previous } = entity;
    const change = entity.takeSince();
    const judgement = entity.kind.judge(id, facts, links.byKey, this.context, previous, change);
    const { held, conflicts } = judgement;
    this.#counts.held += held - entity.held;
    this.#counts.conflicts += conflicts - entity.conflicts;
    this.#counts.conflictsSeen += Math.max(0, conflicts - entity.conflicts);
    entity.held = held;
    entity.conflicts = conflicts;
    return judgement;
  }
}
