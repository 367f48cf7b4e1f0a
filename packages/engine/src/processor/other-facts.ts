import { parseInstant, type ParsedEvent } from '@vigie/contracts';
import {
  agentFacts,
  caseFacts,
  caseNamedBy,
  eventFact,
  figureFact,
  isCaseAction,
  periodOf,
  snapshotFacts,
  type AgentFacts,
  type Fact,
  type FactDetails,
} from '@vigie/metrics';

/** Facts that an event asserts of one entity. */
export interface Assertion {
  readonly entity: string;
  readonly facts: readonly Fact[];
}

/**
 * What events assert that are not about a contact: of agents, cases, imported figures, and of a source by itself. At
 * least one fact, so that repetitions are told.
 */
export function otherFacts(parsed: ParsedEvent): readonly Assertion[] {
  const { event } = parsed;
  if (isCaseAction(event)) return caseAssertions(parsed);
  if (event.type === 'vigie.business.figure')
    return [{ entity: periodOf(event), facts: [figureFact(parsed)] }];
  if (event.type === 'vigie.agent.state' || event.type === 'vigie.agent.queues')
    return [ofAgent(agentFacts(parsed, event))];
  const { entity, fact } = otherFact(parsed);
  const own = [{ entity, facts: [fact] }];
  if (event.type !== 'vigie.source.snapshot') return own;
  return [...own, ...snapshotFacts(parsed, event).map(ofAgent)];
}

function ofAgent({ agent, facts }: AgentFacts): Assertion {
  return { entity: `agent|${agent}`, facts };
}

const NO_ASSERTIONS: readonly Assertion[] = [];

/** What any event asserts of the case it names; mostly nothing. */
export function caseAssertions(parsed: ParsedEvent): readonly Assertion[] {
  const id = caseNamedBy(parsed.event);
  if (id === undefined) return NO_ASSERTIONS;
  const facts = caseFacts(parsed);
  return facts.length === 0 ? NO_ASSERTIONS : [{ entity: `case|${id}`, facts }];
}

function otherFact(parsed: ParsedEvent): { readonly entity: string; readonly fact: Fact } {
  const { event, timeMs } = parsed;
  const noted = (key: string, details: FactDetails = {}): Fact =>
    eventFact(parsed, 'noted', `${event.type}|${key}`, details);
  switch (event.type) {
    case 'vigie.source.heartbeat': {
      const upTo = parseInstant(event.data.upTo ?? '') ?? timeMs;
      return { entity: `heartbeat|${event.source}`, fact: noted('heartbeat', { revision: upTo }) };
    }
    case 'vigie.config.changed':
      return { entity: 'config|', fact: noted(`${event.data.version}|${event.data.effectiveFrom}`) };
    default:
      return { entity: `source|${event.source}`, fact: noted(`${event.source}|${event.id}`) };
  }
}
