import { parseInstant, typeRank, type EventOf, type EventType, type ParsedEvent } from '@vigie/contracts';
import { caseNamedBy, isCaseAction } from '../case/assert.ts';
import { AUTHORITY_RANK, type Fact, type FactType } from '../fact.ts';
import type { ContactEvent } from './contact-event.ts';
import { makeFact } from './make-fact.ts';
import { amountOf, keyOf, refOf, wordOf } from './naming.ts';
import { recordFacts } from './record.ts';
import { evaluationType, sentimentMicros, surveyFlags } from './scores.ts';

/** What each event type of a contact asserts. A type not named here tells nothing that this fold reads yet. */
const FACT_TYPES: Partial<Record<EventType, FactType>> = {
  'vigie.contact.created': 'created',
  'vigie.contact.queued': 'queued',
  'vigie.contact.rejected': 'rejected',
  'vigie.contact.offered': 'offered',
  'vigie.contact.offer_ended': 'offer_ended',
  'vigie.contact.answered': 'answered',
  'vigie.contact.abandoned': 'abandoned',
  'vigie.contact.flow_out': 'flow_out',
  'vigie.contact.held': 'held',
  'vigie.contact.unheld': 'unheld',
  'vigie.contact.transferred': 'transferred',
  'vigie.contact.ended': 'ended',
  'vigie.contact.handoff': 'handoff',
  'vigie.contact.self_care': 'self_care',
  'vigie.contact.consulted': 'consulted',
  'vigie.contact.consult_ended': 'consult_ended',
  'vigie.wrapup.started': 'wrapup_started',
  'vigie.wrapup.ended': 'wrapup_ended',
  'vigie.callback.requested': 'callback_requested',
  'vigie.callback.cancelled': 'callback_closed',
  'vigie.callback.failed': 'callback_closed',
  'vigie.message.posted': 'message',
  'vigie.survey.response': 'survey',
  'vigie.contact.converted': 'sale',
  'vigie.contact.resolved': 'resolved',
  'vigie.contact.reopened': 'reopened',
};

const OUTCOMES: ReadonlySet<FactType> = new Set<FactType>(['answered', 'abandoned', 'flow_out']);
const NOTHING: readonly Fact[] = [];

/**
 * What an event asserts about a contact: at least one fact. `queuedAt`, else `measured.waitMs` of an outcome, asserts
 * the entry into the segment's queue as well, with the weakest authority (`kpis.md` §9, 2). The case and the customer it
 * names are facts of their own.
 */
export function contactFacts(parsed: ParsedEvent): readonly Fact[] {
  const event = parsed.event as ContactEvent;
  return withNames(parsed, event, factsOf(parsed, event));
}

/** What an event about a case asserts about the contact it names: that it belongs to the case, and to its customer. */
export function contactOfCaseFacts(parsed: ParsedEvent): readonly Fact[] {
  const { event } = parsed;
  const names = isCaseAction(event) && event.data.contact !== undefined;
  return names ? withNames(parsed, event as ContactEvent, []) : NOTHING;
}

/** Adds to the facts of a contact that it belongs to the case, the customer and the journey that the event names. */
function withNames(parsed: ParsedEvent, event: ContactEvent, facts: Fact[]): readonly Fact[] {
  const caseId = caseNamedBy(event);
  if (caseId !== undefined)
    facts.push(makeFact(parsed, event, 'case', { key: `case|${caseId}`, word: caseId }));
  const key = event.data.customer?.key;
  if (key !== undefined)
    facts.push(makeFact(parsed, event, 'customer', { key: `customer|${key}`, word: key }));
  const { id, rootId } = event.data.contact;
  if (rootId !== undefined && rootId !== id) {
    facts.push(makeFact(parsed, event, 'root', { key: `root|${rootId}`, word: rootId }));
  }
  return facts;
}

function factsOf(parsed: ParsedEvent, event: ContactEvent): Fact[] {
  switch (event.type) {
    case 'vigie.contact.record':
      return recordFacts(parsed, event);
    case 'vigie.contact.analysed':
      return analysisFacts(parsed, event);
    default:
      return eventFacts(parsed, event);
  }
}

/** What speech and text analytics found: each keyword is a fact of its own. */
function analysisFacts(parsed: ParsedEvent, event: EventOf<'vigie.contact.analysed'>): Fact[] {
  const { sentiment, keywords = [], transcribed = keywords.length > 0 } = event.data;
  const own = `@${event.source}|${event.id}`;
  const main = transcribed ? 'transcribed' : 'noted';
  const facts = [makeFact(parsed, event, main, { key: `${main}|${own}` })];
  if (sentiment !== undefined) {
    const amount = sentimentMicros(sentiment);
    facts.push(makeFact(parsed, event, 'sentiment', { key: `sentiment|${own}`, amount }));
  }
  for (const { id, hits } of keywords) {
    facts.push(makeFact(parsed, event, 'keyword', { key: `keyword|${own}|${id}`, word: id, amount: hits }));
  }
  return facts;
}

function eventFacts(parsed: ParsedEvent, event: ContactEvent): Fact[] {
  const type =
    event.type === 'vigie.qa.evaluated' ? evaluationType(event.data) : (FACT_TYPES[event.type] ?? 'noted');
  const queuedAt = entryRepeatedBy(event, type, parsed.timeMs);
  const main = makeFact(parsed, event, type, {
    key: keyOf(type, event, parsed.timeMs),
    word: wordOf(event),
    ref: refOf(event),
    amount: amountOf(event),
    flags: event.type === 'vigie.survey.response' ? surveyFlags(event.data) : 0,
    queuedAt: event.data.contact.segmentId === undefined ? queuedAt?.at : undefined,
  });
  if (queuedAt === undefined || type === 'queued' || event.data.contact.segmentId === undefined)
    return [main];
  return [main, inferredEntry(parsed, event, queuedAt.at, queuedAt.revision)];
}

function inferredEntry(parsed: ParsedEvent, event: ContactEvent, at: number, revision: number): Fact {
  return makeFact(parsed, event, 'queued', {
    key: `queued|${event.data.contact.segmentId ?? ''}`,
    at,
    rank: typeRank('vigie.contact.queued'),
    word: 'initial',
    authority: AUTHORITY_RANK.inferred,
    revision,
  });
}

/** The entry that a later event repeats: `queuedAt`, else for an outcome its time less the wait it states. */
function entryRepeatedBy(
  event: ContactEvent,
  type: FactType,
  timeMs: number,
): { readonly at: number; readonly revision: number } | undefined {
  const { queuedAt, measured } = event.data;
  if (queuedAt !== undefined) return { at: parseInstant(queuedAt) ?? timeMs, revision: 1 };
  if (!OUTCOMES.has(type) || measured?.waitMs === undefined) return undefined;
  return { at: timeMs - Math.round(measured.waitMs), revision: 0 };
}
