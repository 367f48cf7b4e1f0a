import { parseInstant, type EventOf, type ParsedEvent } from '@vigie/contracts';
import { eventFact, type FactDetails } from '../event-fact.ts';
import type { Fact, FactType } from '../fact.ts';

/** An event that tells something of one agent. */
export type AgentEvent = EventOf<'vigie.agent.state'> | EventOf<'vigie.agent.queues'>;

/** Facts of one agent, by his id. */
export interface AgentFacts {
  readonly agent: string;
  readonly facts: readonly Fact[];
}

/** What an event about an agent asserts. */
export function agentFacts(parsed: ParsedEvent, event: AgentEvent): AgentFacts {
  const agent = event.data.agent.id;
  if (event.type === 'vigie.agent.queues') {
    const { op, queues } = event.data;
    return {
      agent,
      facts: [make(parsed, agent, { type: 'queues', word: op, ref: JSON.stringify(queues) })],
    };
  }
  const { state, since, reason, queue, assertion = false } = event.data;
  const type = assertion ? 'state_repeated' : 'state';
  const said = {
    type,
    word: state,
    queuedAt: sinceOf(parsed, since),
    ref: reason,
    queue: queue?.id,
  } as const;
  return { agent, facts: [make(parsed, agent, said)] };
}

/** What a snapshot of a source says of the agents it lists: each one's state, as a repetition, and his queues. */
export function snapshotFacts(
  parsed: ParsedEvent,
  event: EventOf<'vigie.source.snapshot'>,
): readonly AgentFacts[] {
  return (event.data.agents ?? []).map(({ id, state, since, queues }) => {
    const said = { type: 'state_repeated', word: state, queuedAt: sinceOf(parsed, since) } as const;
    const facts = [make(parsed, id, said)];
    if (queues !== undefined)
      facts.push(make(parsed, id, { type: 'queues', word: 'set', ref: JSON.stringify(queues) }));
    return { agent: id, facts };
  });
}

/** A state never begins after it was told. */
function sinceOf({ timeMs }: ParsedEvent, since: string | undefined): number {
  return Math.min(timeMs, parseInstant(since ?? '') ?? timeMs);
}

type Said = Pick<FactDetails, 'word' | 'queuedAt' | 'ref' | 'queue'> & {
  readonly type: Extract<FactType, 'state' | 'state_repeated' | 'queues'>;
};

function make(parsed: ParsedEvent, agent: string, { type, ...said }: Said): Fact {
  const { source, id } = parsed.event;
  return eventFact(parsed, type, `|${type}|@${source}|${id}`, { agent, ...said });
}
