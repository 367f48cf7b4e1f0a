import { parseInstant, typeRank, type EventOf, type EventType, type ParsedEvent } from '@vigie/contracts';
import { AUTHORITY_RANK, type Fact, type FactType } from '../fact.ts';

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
      facts: [make(parsed, event.type, agent, { type: 'queues', word: op, ref: JSON.stringify(queues) })],
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
  return { agent, facts: [make(parsed, event.type, agent, said)] };
}

/** What a snapshot of a source says of the agents it lists: each one's state, as a repetition, and his queues. */
export function snapshotFacts(
  parsed: ParsedEvent,
  event: EventOf<'vigie.source.snapshot'>,
): readonly AgentFacts[] {
  return (event.data.agents ?? []).map(({ id, state, since, queues }) => {
    const said = { type: 'state_repeated', word: state, queuedAt: sinceOf(parsed, since) } as const;
    const facts = [make(parsed, event.type, id, said)];
    if (queues !== undefined)
      facts.push(make(parsed, event.type, id, { type: 'queues', word: 'set', ref: JSON.stringify(queues) }));
    return { agent: id, facts };
  });
}

/** A state never begins after it was told. */
function sinceOf({ timeMs }: ParsedEvent, since: string | undefined): number {
  return Math.min(timeMs, parseInstant(since ?? '') ?? timeMs);
}

interface Said {
  readonly type: Extract<FactType, 'state' | 'state_repeated' | 'queues'>;
  readonly word: string;
  readonly queuedAt?: number;
  readonly ref?: string | undefined;
  readonly queue?: string | undefined;
}

function make(
  { event, timeMs }: ParsedEvent,
  rankedAs: EventType,
  agent: string,
  { type, word, queuedAt, ref, queue }: Said,
): Fact {
  const { authority, revision } = event.data;
  return {
    type,
    key: `|${type}|@${event.source}|${event.id}`,
    at: timeMs,
    sequence: event.sequence ?? '',
    rank: typeRank(rankedAs),
    source: event.source,
    id: event.id,
    authority: AUTHORITY_RANK[authority ?? 'primary'],
    revision: revision ?? 0,
    contact: '',
    segment: undefined,
    queue,
    agent,
    channel: undefined,
    direction: undefined,
    word,
    ref,
    flags: 0,
    queuedAt,
    holdMs: undefined,
    wrapMs: undefined,
    amount: undefined,
  };
}
