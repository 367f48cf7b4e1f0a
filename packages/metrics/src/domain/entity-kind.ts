import type { Contributions } from '../windowing/contribution.ts';
import type { JudgeContext } from './contact/contributions.ts';
import type { Fact } from './fact.ts';
import type { Link } from './link.ts';

/** What an entity comes to, by its facts and the links it has received. */
export interface Judgement {
  /** What it adds to the figures, and when. */
  readonly contributions: Contributions;
  /** The same in pieces, each the same object as before while nothing in it changed: compared one by one. */
  readonly pieces?: readonly Contributions[];
  /** What it tells other entities, all of kinds with a higher {@link EntityKind.rank}. */
  readonly links: readonly Link[];
  /** Outcomes set aside, and different outcomes told for one stay. */
  readonly held: number;
  readonly conflicts: number;
}

/** What a judgement adds to the figures: its pieces, or all of it as one. */
export function piecesOf(judgement: Judgement): readonly Contributions[] {
  // whoever has pieces joins them only when they are asked for as one
  return judgement.pieces ?? [judgement.contributions];
}

/** What changed of an entity since it was judged before; what is not told of is the same. */
export interface ChangeSince {
  /** Some facts came or went. */
  readonly facts: boolean;
  /** In their order: links as they were and as they are, `undefined` where there was, or is, none. */
  readonly links: readonly LinkMove[];
}

export interface LinkMove {
  readonly before: Link | undefined;
  readonly after: Link | undefined;
}

/** What is left of an entity once what is older than a horizon has left it. */
export interface Retained {
  readonly facts: readonly Fact[];
  readonly links: readonly Link[];
}

/**
 * A kind of entity (contact, agent, case, …): what its facts and links come to. Pure: the same facts and links in any
 * order give the same judgement.
 */
export interface EntityKind {
  /**
   * Links lead from a lower rank to a higher one, so that judging ends; and from contacts to those that stand for a stay
   * which only a snapshot told of: these tell nobody anything.
   */
  readonly rank: number;
  /**
   * `id` is the whole entity id, `facts` are in fold order. `previous`: what the entity came to before, of which parts
   * may be used again; `change`: what changed since then, as far as that is known.
   */
  judge(
    id: string,
    facts: readonly Fact[],
    links: ReadonlyMap<string, Link>,
    context: JudgeContext,
    previous?: Judgement,
    change?: ChangeSince,
  ): Judgement;
  /**
   * Of a kind that outlives its facts: what remains when what lies before the horizon is folded into a base, or
   * `undefined` when nothing needs to. Contributions dated at or after the horizon must stay the same, and of those
   * before it only what nets to nothing now, or what nobody asks for any more, may go.
   */
  readonly retire?: (retained: Retained, horizonMs: number, context: JudgeContext) => Retained | undefined;
  /** Ids of entities that ask for the facts of this one when they are judged, by the links it has received from them. */
  readonly askedBy?: (links: ReadonlyMap<string, Link>) => readonly string[];
  /** The last instant that a link it has received tells of, ms: it is kept as long as for a fact of then. */
  readonly lastOf?: (link: Link) => number;
  /** The last instant that a link told to it reaches, ms: until then whoever tells it may still take it back. */
  readonly reachOf?: (link: Link) => number;
  /** Its state lasts beyond its last instant: it may say something of any later one, and is never forgotten as a whole. */
  readonly endures?: true;
  /** It may have items that are open: until an instant that it dates, so that its last one lies ahead while it has any. */
  readonly opens?: true;
  /** How much longer than others it is kept after its last instant, ms: what is told later may still concern it. */
  readonly keepsMs?: (context: JudgeContext) => number;
}
