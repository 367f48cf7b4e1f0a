import { parseInstant, typeRank, type ParsedEvent } from '@vigie/contracts';
import {
  agentFacts,
  AUTHORITY_RANK,
  caseFacts,
  caseNamedBy,
  figureFact,
  isCaseAction,
  periodOf,
  snapshotFacts,
  type AgentFacts,
  type Fact,
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
  const own = `${event.source}|${event.id}`;
  const { revision, authority } = event.data;
  switch (event.type) {
    case 'vigie.source.heartbeat': {
      const upTo = parseInstant(event.data.upTo ?? '') ?? timeMs;
      return { entity: `heartbeat|${event.source}`, fact: fact(parsed, 'heartbeat', { revision: upTo }) };
    }
    case 'vigie.config.changed':
      return {
        entity: 'config|',
        fact: fact(parsed, `${event.data.version}|${event.data.effectiveFrom}`, {}),
      };
    default:
      return { entity: `source|${event.source}`, fact: fact(parsed, own, {}) };
  }

  function fact(of: ParsedEvent, key: string, own: { readonly revision?: number }): Fact {
    return {
      type: 'noted',
      key: `${of.event.type}|${key}`,
      at: of.timeMs,
      sequence: of.event.sequence ?? '',
      rank: typeRank(of.event.type),
      source: of.event.source,
      id: of.event.id,
      authority: AUTHORITY_RANK[authority ?? 'primary'],
      revision: own.revision ?? revision ?? 0,
      contact: '',
      segment: undefined,
      queue: undefined,
      agent: undefined,
      channel: undefined,
      direction: undefined,
      word: undefined,
      ref: undefined,
      flags: 0,
      queuedAt: undefined,
      holdMs: undefined,
      wrapMs: undefined,
      amount: undefined,
    };
  }
}
