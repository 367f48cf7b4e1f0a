import type { LiveCentre } from '@vigie/engine';
import { uniteFacts, type Lateness, type OracleEvent } from '@vigie/testkit/oracle';

/** Told by cases, not by the contacts that they name. */
const OF_CASES = 'case.';

interface Compared {
  readonly entities: number;
  readonly facts: number;
  /** Which entity knows, or does not know, which event. */
  readonly differences: readonly string[];
}

/**
 * Do contacts, agents and cases know just the events that the independent count unites for them: each of them, and no
 * other (I2)?
 */
export function differencesOfFacts(
  centre: LiveCentre,
  events: readonly OracleEvent[],
  lateness: Lateness,
): Compared {
  const { agents, cases, journeys } = uniteFacts(events, lateness);
  const counted = new Map<string, Set<string>>();
  const file = (
    kind: string,
    drawers: ReadonlyMap<string, readonly { readonly source: string; readonly id: string; type: string }[]>,
  ): void => {
    for (const [name, facts] of drawers) {
      const told = facts.filter(({ type }) => kind === 'case' || !type.startsWith(OF_CASES));
      if (told.length > 0)
        counted.set(`${kind}|${name}`, new Set(told.map(({ source, id }) => `${source} ${id}`)));
    }
  };
  file('contact', journeys);
  file('agent', agents);
  file('case', cases);
  const known = new Map<string, Set<string>>();
  for (const { id, facts } of centre.facts.entities.since(Number.NEGATIVE_INFINITY))
    known.set(id, new Set(facts.map((fact) => `${fact.source} ${fact.id}`)));
  const differences: string[] = [];
  let facts = 0;
  for (const [id, expected] of counted) {
    facts += expected.size;
    const mine = known.get(id) ?? new Set();
    for (const event of expected) if (!mine.has(event)) differences.push(`${id} does not know ${event}`);
    for (const event of mine) if (!expected.has(event)) differences.push(`${id} knows ${event}`);
  }
  for (const [id, mine] of known) {
    if (counted.has(id) || mine.size === 0 || !/^(contact|agent|case)\|/.test(id)) continue;
    differences.push(`${id} is known, and no event tells of it`);
  }
  return { entities: counted.size, facts, differences };
}
