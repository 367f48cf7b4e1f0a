import { typeRank, type ParsedEvent } from '@vigie/contracts';
import { AUTHORITY_RANK, type Fact, type FactType } from './fact.ts';

/** What an event tells of an entity that is no contact, beside its time and origin. */
export interface FactDetails {
  readonly contact?: string | undefined;
  readonly queue?: string | undefined;
  readonly agent?: string | undefined;
  readonly channel?: string | undefined;
  readonly word?: string | undefined;
  readonly ref?: string | undefined;
  readonly queuedAt?: number | undefined;
  readonly amount?: number | undefined;
  /** In place of the one that the event states. */
  readonly revision?: number;
}

/** A fact at the instant of its event. */
export function eventFact(parsed: ParsedEvent, type: FactType, key: string, details: FactDetails): Fact {
  const { event, timeMs } = parsed;
  const { authority, revision } = event.data;
  return {
    type,
    key,
    at: timeMs,
    sequence: event.sequence ?? '',
    rank: typeRank(event.type),
    source: event.source,
    id: event.id,
    authority: AUTHORITY_RANK[authority ?? 'primary'],
    revision: details.revision ?? revision ?? 0,
    contact: details.contact ?? '',
    segment: undefined,
    queue: details.queue,
    agent: details.agent,
    channel: details.channel,
    direction: undefined,
    word: details.word,
    ref: details.ref,
    flags: 0,
    queuedAt: details.queuedAt,
    holdMs: undefined,
    wrapMs: undefined,
    amount: details.amount,
  };
}
