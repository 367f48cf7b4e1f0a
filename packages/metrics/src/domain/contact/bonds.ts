import { FLAG, type Fact } from '../fact.ts';

/** A case that a contact names. `isItself`: it is the contact, resolved or reopened without another case's name. */
export interface NamedCase {
  readonly id: string;
  readonly isItself: boolean;
}

/** What ties a contact to cases and to a customer, and what these have to know of it. Instants in ms. */
export interface Bonds {
  /** In the order in which they are first named. */
  readonly cases: readonly NamedCase[];
  /** As of now: the one named last. */
  readonly customer: string | undefined;
  /** Some fact tells of the contact itself, not only that somebody names it. */
  readonly isSeen: boolean;
  /** Its first sign of life. */
  readonly startAt: number;
  /** Humans who wrote to the customer. */
  readonly repliers: ReadonlySet<string>;
}

/** What others may say of a contact of which nothing else is known. */
const ONLY_NAMED: ReadonlySet<Fact['type']> = new Set<Fact['type']>([
  'case',
  'customer',
  'root',
  'resolved',
  'reopened',
  'ended',
  'noted',
  'survey',
  'evaluation',
  'sentiment',
  'transcribed',
  'keyword',
  'sale',
]);

/** Reads the bonds of a contact off its facts, in fold order. */
export function bondsOf(facts: readonly Fact[]): Bonds {
  const cases: NamedCase[] = [];
  const repliers = new Set<string>();
  let customer: string | undefined;
  for (const { type, word, contact, flags, agent } of facts) {
    if (type === 'case' && word !== undefined && !cases.some(({ id }) => id === word))
      cases.push({ id: word, isItself: word === contact });
    else if (type === 'customer') customer = word;
    else if (type === 'message' && word === 'agent' && agent !== undefined && (flags & FLAG.internal) === 0) {
      repliers.add(agent);
    }
  }
  return {
    cases,
    customer,
    isSeen: facts.some(({ type }) => !ONLY_NAMED.has(type)),
    startAt: facts[0]?.at ?? Number.POSITIVE_INFINITY,
    repliers,
  };
}
