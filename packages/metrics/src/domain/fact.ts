import { compareText } from '@vigie/contracts';

/** Whose word a fact is, weakest first. */
export const AUTHORITY_RANK = { inferred: 0, secondary: 1, primary: 2, record: 3 } as const;

/** What a fact says; the words are those of the event types, `root` names a contact's journey. */
export type FactType =
  | 'root'
  | 'created'
  | 'queued'
  | 'entry'
  | 'rejected'
  | 'offered'
  | 'offer_ended'
  | 'answered'
  | 'abandoned'
  | 'flow_out'
  | 'held'
  | 'unheld'
  | 'transferred'
  | 'ended'
  | 'handoff'
  | 'wrapup_started'
  | 'wrapup_ended'
  | 'callback_requested'
  | 'callback_closed'
  | 'message'
  | 'self_care'
  | 'consulted'
  | 'survey'
  | 'evaluation'
  | 'sentiment'
  | 'transcribed'
  | 'keyword'
  | 'sale'
  | 'case'
  | 'customer'
  | 'category'
  | 'opened'
  | 'resolved'
  | 'reopened'
  | 'closed'
  | 'figure'
  | 'consult_ended'
  | 'state'
  | 'state_repeated'
  | 'queues'
  | 'base'
  | 'noted';

/** Bits of {@link Fact.flags}. */
export const FLAG = {
  bot: 1,
  internal: 2,
  noHold: 4,
  noAcw: 8,
  noRing: 16,
  record: 32,
  /** Of a survey's answer: at the top of its scale, at the bottom, with words of the customer's own. */
  top: 64,
  bottom: 128,
  verbatim: 256,
} as const;

/**
 * One thing an event asserts about an entity. Facts are values: never changed once made. An element of an entity's set
 * is (key, authority, revision).
 */
export interface Fact {
  readonly type: FactType;
  /** What the fact is about, unique within the journey whatever event told it. */
  readonly key: string;
  /** Event time, ms. */
  readonly at: number;
  readonly sequence: string;
  /** Rank of its event type: the order of facts of one instant and sequence. */
  readonly rank: number;
  readonly source: string;
  readonly id: string;
  readonly authority: number;
  readonly revision: number;
  readonly contact: string;
  readonly segment: string | undefined;
  readonly queue: string | undefined;
  readonly agent: string | undefined;
  readonly channel: string | undefined;
  readonly direction: string | undefined;
  /** Segment kind, cause, who ended it, who wrote, which root: the one word that qualifies the type. */
  readonly word: string | undefined;
  /** What else it names, if anything: an offer, a callback, where a transfer goes, why a pause, an agent's queues. */
  readonly ref: string | undefined;
  readonly flags: number;
  /** Entry into the queue that the event repeats, ms; of facts that name no segment. Of a state: since when, ms. */
  readonly queuedAt: number | undefined;
  readonly holdMs: number | undefined;
  readonly wrapMs: number | undefined;
  /** The number it tells, if its type tells one: a score, hits, an instant due. */
  readonly amount: number | undefined;
}

/** The total order in which facts are folded: time, sequence, type rank, source, id, key. */
export function compareFacts(a: Fact, b: Fact): number {
  return (
    a.at - b.at ||
    compareText(a.sequence, b.sequence) ||
    a.rank - b.rank ||
    compareText(a.source, b.source) ||
    compareText(a.id, b.id) ||
    compareText(a.key, b.key)
  );
}

/** Same element of the set: the same key, at the same authority and revision. */
function sameElement(a: Fact, b: Fact): boolean {
  return a.key === b.key && a.authority === b.authority && a.revision === b.revision;
}

function findElement(facts: readonly Fact[], fact: Fact): Fact | undefined {
  for (const other of facts) if (sameElement(other, fact)) return other;
  return undefined;
}

/** Of two facts for one element: the earlier, then the one that sorts first, then the smaller content. */
function prefers(a: Fact, b: Fact): boolean {
  if (isAgain(a)) return compareFacts(a, b) > 0;
  const order = compareFacts(a, b);
  return order !== 0 ? order < 0 : JSON.stringify(a) < JSON.stringify(b);
}

/** Ends the key of an {@link again | exit told again}. */
const AGAIN = '|again';
/** What a stay that was resumed may come to a second time. */
const MAY_COME_AGAIN: ReadonlySet<FactType> = new Set<FactType>(['abandoned', 'flow_out']);

/**
 * Of the exits from one stay told at several times the earliest is its element; the latest is kept beside it, since it
 * is what counts when the stay was resumed in between. So both are functions of the set of what was told.
 */
function again(fact: Fact): Fact {
  return { ...fact, key: `${fact.key}${AGAIN}` };
}

/** Is it the latest word on a stay's exit, beside the earliest? */
export function isAgain({ key, type }: Fact): boolean {
  return MAY_COME_AGAIN.has(type) && key.endsWith(AGAIN);
}

export interface UnionResult {
  /** The element was not known: the event that told it is no duplicate. */
  readonly isNew: boolean;
  /** The set differs from before. */
  readonly changed: boolean;
  /** A fact was dropped because the set was full. */
  readonly overflowed: boolean;
}

/** The facts of a set by element, for sets too long to search. */
export type FactIndex = Map<string, Fact>;

/** An element of a set as text. */
function elementOf(fact: Fact): string {
  return `${fact.key}|${fact.authority}|${fact.revision}`;
}

export function indexFacts(facts: readonly Fact[]): FactIndex {
  return new Map(facts.map((fact) => [elementOf(fact), fact]));
}

/**
 * Adds a fact to a set kept sorted in fold order; a full set keeps the first `limit` in that order. Commutative and
 * idempotent: whatever order facts come in, and however often, the same set results. `index`, when there is one, is
 * kept in step.
 */
export function unite(facts: Fact[], fact: Fact, limit: number, index?: FactIndex): UnionResult {
  const known = index === undefined ? findElement(facts, fact) : index.get(elementOf(fact));
  if (known !== undefined) {
    const isBetter = prefers(fact, known);
    if (isBetter) {
      facts.splice(facts.indexOf(known), 1);
      insertSorted(facts, fact);
      index?.set(elementOf(fact), fact);
    }
    const [first, other] = isBetter ? [fact, known] : [known, fact];
    if (isAgain(fact) || !MAY_COME_AGAIN.has(fact.type) || other.at <= first.at)
      return { isNew: false, changed: isBetter, overflowed: false };
    const { changed, overflowed } = unite(facts, again(other), limit, index);
    return { isNew: false, changed: isBetter || changed, overflowed };
  }
  insertSorted(facts, fact);
  index?.set(elementOf(fact), fact);
  if (facts.length <= limit) return { isNew: true, changed: true, overflowed: false };
  const dropped = facts.pop()!;
  index?.delete(elementOf(dropped));
  return { isNew: true, changed: dropped !== fact, overflowed: true };
}

function insertSorted(facts: Fact[], fact: Fact): void {
  let low = 0;
  let high = facts.length;
  if (high === 0 || compareFacts(facts[high - 1]!, fact) <= 0) {
    facts.push(fact);
    return;
  }
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareFacts(facts[middle]!, fact) <= 0) low = middle + 1;
    else high = middle;
  }
  facts.splice(low, 0, fact);
}

/**
 * The facts that are believed, in fold order: for each key the one of the highest authority, then revision; of the
 * summaries of a stay (`contact.record`) only what the latest revision says.
 */
export function believed(facts: readonly Fact[]): readonly Fact[] {
  // Rivals for a key differ in authority or revision: seldom more than one fact can have any.
  let odd: Fact | undefined;
  for (const fact of facts) {
    if (isPlain(fact)) continue;
    if (odd !== undefined) return choose(facts);
    odd = fact;
  }
  if (odd === undefined) return facts;
  for (const fact of facts) {
    if (fact === odd || fact.key !== odd.key) continue;
    const loser = isStronger(odd, fact) ? fact : odd;
    return facts.filter((other) => other !== loser);
  }
  return facts;
}

function isPlain({ authority, revision }: Fact): boolean {
  return authority === AUTHORITY_RANK.primary && revision === 0;
}

function isStronger(a: Fact, b: Fact): boolean {
  return a.authority > b.authority || (a.authority === b.authority && a.revision > b.revision);
}

function choose(facts: readonly Fact[]): readonly Fact[] {
  const latest = new Map<string, number>();
  for (const fact of facts) {
    if ((fact.flags & FLAG.record) === 0) continue;
    const stay = stayOf(fact);
    latest.set(stay, Math.max(latest.get(stay) ?? fact.revision, fact.revision));
  }
  const best = new Map<string, Fact>();
  for (const fact of facts) {
    if ((fact.flags & FLAG.record) !== 0 && fact.revision < latest.get(stayOf(fact))!) continue;
    const rival = best.get(fact.key);
    if (rival === undefined || isStronger(fact, rival)) best.set(fact.key, fact);
  }
  return best.size === facts.length ? facts : facts.filter((fact) => best.get(fact.key) === fact);
}

function stayOf(fact: Fact): string {
  return `${fact.contact}|${fact.segment ?? ''}`;
}
