import { typeRank, type ParsedEvent } from '@vigie/contracts';
import { AUTHORITY_RANK, FLAG, type Fact, type FactType } from '../fact.ts';
import type { ContactEvent } from './contact-event.ts';

/** What a fact says that does not follow from its event alone. */
export interface FactDetails {
  readonly key: string;
  readonly at?: number;
  readonly rank?: number;
  readonly word?: string | undefined;
  readonly ref?: string | undefined;
  readonly amount?: number | undefined;
  readonly flags?: number;
  readonly queuedAt?: number | undefined;
  readonly authority?: number;
  readonly revision?: number;
}

/** A fact that the event asserts. */
export function makeFact(
  parsed: ParsedEvent,
  event: ContactEvent,
  type: FactType,
  details: FactDetails,
): Fact {
  const { contact, queue, agent, measured, reports, authority, revision } = event.data;
  const bot = event.type === 'vigie.contact.created' && event.data.bot === true;
  const internal = event.type === 'vigie.message.posted' && event.data.visibility === 'internal';
  return {
    type,
    key: `${contact.id}|${details.key}`,
    at: details.at ?? parsed.timeMs,
    sequence: event.sequence ?? '',
    rank: details.rank ?? typeRank(event.type),
    source: event.source,
    id: event.id,
    authority: details.authority ?? AUTHORITY_RANK[authority ?? 'primary'],
    revision: details.revision ?? revision ?? 0,
    contact: contact.id,
    segment: contact.segmentId,
    queue: queue?.id,
    agent: agent?.id,
    channel: contact.channel,
    direction: contact.direction,
    word: details.word,
    ref: details.ref,
    flags:
      (details.flags ?? 0) |
      (bot ? FLAG.bot : 0) |
      (event.type === 'vigie.contact.record' ? FLAG.record : 0) |
      (internal ? FLAG.internal : 0) |
      (reports?.hold === false ? FLAG.noHold : 0) |
      (reports?.acw === false ? FLAG.noAcw : 0) |
      (reports?.ring === false ? FLAG.noRing : 0),
    queuedAt: details.queuedAt,
    holdMs: rounded(measured?.holdMs),
    wrapMs: rounded(measured?.wrapMs),
    amount: details.amount,
  };
}

/** Durations are whole milliseconds inside, so that sums of them subtract back to exactly nothing. */
function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms);
}
