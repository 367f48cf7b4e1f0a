import {
  EVENT_TYPES,
  parseInstant,
  typeRank,
  type CanonicalEvent,
  type EventOf,
  type EventType,
  type ParsedEvent,
} from '@vigie/contracts';
import { AUTHORITY_RANK, FLAG, type Fact, type FactType } from '../fact.ts';

type WithContact<E> = E extends { readonly data: { readonly contact: { readonly id: string } } } ? E : never;
/** An event of a type that is about a contact. */
export type ContactEvent = WithContact<CanonicalEvent>;
type RecordEvent = EventOf<'vigie.contact.record'>;

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
  'vigie.wrapup.started': 'wrapup_started',
  'vigie.wrapup.ended': 'wrapup_ended',
  'vigie.callback.requested': 'callback_requested',
  'vigie.callback.cancelled': 'callback_closed',
  'vigie.callback.failed': 'callback_closed',
  'vigie.message.posted': 'message',
};

/** Types whose subject is a contact; `case.*`, `agent.*` and the like may name one without being about it. */
const CONTACT_TYPES: ReadonlySet<EventType> = new Set(
  EVENT_TYPES.filter((type) => /^vigie\.(contact|wrapup|callback|message|survey|qa)\./.test(type)),
);
const OUTCOMES: ReadonlySet<FactType> = new Set<FactType>(['answered', 'abandoned', 'flow_out']);
/** Facts of an agent's work: keyed by agent as well as segment. */
const OF_AGENT: ReadonlySet<FactType> = new Set<FactType>([
  'answered',
  'transferred',
  'ended',
  'wrapup_started',
  'wrapup_ended',
]);
const OF_SEGMENT: ReadonlySet<FactType> = new Set<FactType>(['queued', 'rejected', 'abandoned', 'flow_out']);

/** True for events that are about a contact: their facts go to the contact's journey. */
export function isContactEvent(event: CanonicalEvent): event is ContactEvent {
  return CONTACT_TYPES.has(event.type);
}

/**
 * What an event asserts about a contact: at least one fact. `queuedAt`, else `measured.waitMs` of an outcome, asserts
 * the entry into the segment's queue as well, with the weakest authority (`kpis.md` §9, 2).
 */
export function contactFacts(parsed: ParsedEvent): readonly Fact[] {
  const event = parsed.event as ContactEvent;
  const facts =
    event.type === 'vigie.contact.record' ? recordFacts(parsed, event) : eventFacts(parsed, event);
  const { id, rootId } = event.data.contact;
  if (rootId !== undefined && rootId !== id) {
    facts.push(make(parsed, event, 'root', { key: `root|${rootId}`, word: rootId }));
  }
  return facts;
}

function eventFacts(parsed: ParsedEvent, event: ContactEvent): Fact[] {
  const type = FACT_TYPES[event.type] ?? 'noted';
  const queuedAt = entryRepeatedBy(event, type, parsed.timeMs);
  const main = make(parsed, event, type, {
    key: keyOf(type, event, parsed.timeMs),
    word: wordOf(event),
    queuedAt: event.data.contact.segmentId === undefined ? queuedAt?.at : undefined,
  });
  if (queuedAt === undefined || type === 'queued' || event.data.contact.segmentId === undefined)
    return [main];
  return [main, inferredEntry(parsed, event, queuedAt.at, queuedAt.revision)];
}

function inferredEntry(parsed: ParsedEvent, event: ContactEvent, at: number, revision: number): Fact {
  return make(parsed, event, 'queued', {
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

function keyOf(type: FactType, event: ContactEvent, timeMs: number): string {
  const { contact, agent } = event.data;
  const segment = contact.segmentId;
  const natural = naturalKey(type, event, timeMs);
  if (natural !== undefined) return natural;
  if (segment !== undefined && OF_AGENT.has(type)) return `${type}|${segment}|${agent?.id ?? ''}`;
  if (segment !== undefined && OF_SEGMENT.has(type)) return `${type}|${segment}`;
  return `${type}|@${event.source}|${event.id}`;
}

/** Keys that do not go by segment: what has an id of its own, holds, a segment that was reopened. */
function naturalKey(type: FactType, event: ContactEvent, timeMs: number): string | undefined {
  const { contact, agent, measured } = event.data;
  switch (event.type) {
    case 'vigie.message.posted':
      return own('message', event.data.messageId);
    case 'vigie.contact.offered':
    case 'vigie.contact.offer_ended': {
      if (event.data.offerId !== undefined) return `${type}|${event.data.offerId}`;
      const startMs = type === 'offered' ? timeMs : timeMs - (measured?.ringMs ?? Number.NaN);
      return Number.isNaN(startMs) ? undefined : `${type}|${agent?.id ?? ''}|${startMs}`;
    }
    case 'vigie.survey.response':
      return own('survey', event.data.responseId);
    case 'vigie.contact.converted':
      return own('sale', event.data.saleId);
    case 'vigie.callback.requested':
    case 'vigie.callback.attempted':
    case 'vigie.callback.cancelled':
    case 'vigie.callback.failed':
      return own(event.type, event.data.callbackId);
    case 'vigie.contact.held':
    case 'vigie.contact.unheld':
      return `${type}|${agent?.id ?? ''}|${timeMs}`;
    case 'vigie.contact.queued':
      return event.data.kind === 'resume' && contact.segmentId !== undefined
        ? `resume|${contact.segmentId}|${timeMs}`
        : undefined;
    default:
      return undefined;
  }
}

function own(what: string, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${what}|${id}`;
}

function wordOf(event: ContactEvent): string | undefined {
  switch (event.type) {
    case 'vigie.contact.queued':
      return event.data.kind ?? 'initial';
    case 'vigie.contact.flow_out':
    case 'vigie.contact.rejected':
    case 'vigie.contact.offer_ended':
      return event.data.cause;
    case 'vigie.contact.ended':
      return event.data.by ?? 'unknown';
    case 'vigie.message.posted':
      return event.data.from;
    case 'vigie.callback.failed':
      return 'failed';
    case 'vigie.callback.cancelled':
      return 'cancelled';
    default:
      return undefined;
  }
}

/** A late summary asserts facts at the instants inside it, with authority `record`; its own time orders revisions. */
function recordFacts(parsed: ParsedEvent, event: RecordEvent): Fact[] {
  const { data } = event;
  const segment = data.contact.segmentId;
  const scope = segment ?? `@${data.contact.id}`;
  const agent = data.agent?.id ?? '';
  const entered = parseInstant(data.queuedAt ?? '');
  const left =
    entered === undefined || data.measured?.waitMs === undefined ? undefined : entered + data.measured.waitMs;
  const common = {
    authority: data.authority === undefined ? AUTHORITY_RANK.record : AUTHORITY_RANK[data.authority],
    revision: data.revision ?? parsed.timeMs,
  };
  const facts: Fact[] = [];
  const add = (type: FactType, of: EventType, key: string, at: number | undefined, word?: string): void => {
    if (at === undefined) return;
    const queuedAt = segment === undefined && type !== 'queued' ? entered : undefined;
    facts.push(
      make(parsed, event, type, { key, at: Math.round(at), rank: typeRank(of), word, queuedAt, ...common }),
    );
  };
  const { talkMs, holdMs = 0 } = data.measured ?? {};
  const exited = parseInstant(data.exitedAt ?? '') ?? left;
  if (segment !== undefined) add('entry', 'vigie.contact.queued', `entry|${segment}`, entered);
  const answered = parseInstant(data.answeredAt ?? '') ?? (data.outcome === 'answered' ? left : undefined);
  add('answered', 'vigie.contact.answered', `answered|${scope}|${agent}`, answered);
  const abandoned =
    parseInstant(data.abandonedAt ?? '') ?? (data.outcome === 'abandoned' ? exited : undefined);
  add('abandoned', 'vigie.contact.abandoned', `abandoned|${scope}`, abandoned);
  if (data.outcome === 'flow_out') {
    add('flow_out', 'vigie.contact.flow_out', `flow_out|${scope}`, exited, data.cause ?? 'system');
  }
  const talked = answered === undefined || talkMs === undefined ? undefined : answered + talkMs + holdMs;
  const ended = parseInstant(data.endedAt ?? '') ?? talked;
  add('ended', 'vigie.contact.ended', `ended|${scope}|${agent}`, ended, 'unknown');
  const wrapKey = `|${scope}|${agent}`;
  add(
    'wrapup_started',
    'vigie.wrapup.started',
    `wrapup_started${wrapKey}`,
    parseInstant(data.wrapupStartedAt ?? ''),
  );
  add('wrapup_ended', 'vigie.wrapup.ended', `wrapup_ended${wrapKey}`, parseInstant(data.wrapupEndedAt ?? ''));
  if (facts.length === 0) add('noted', event.type, `record|${common.revision}`, parsed.timeMs);
  return facts;
}

interface FactDetails {
  readonly key: string;
  readonly at?: number;
  readonly rank?: number;
  readonly word?: string | undefined;
  readonly queuedAt?: number | undefined;
  readonly authority?: number;
  readonly revision?: number;
}

function make(parsed: ParsedEvent, event: ContactEvent, type: FactType, details: FactDetails): Fact {
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
    ref:
      event.type === 'vigie.contact.offered' || event.type === 'vigie.contact.offer_ended'
        ? event.data.offerId
        : undefined,
    flags:
      (bot ? FLAG.bot : 0) |
      (event.type === 'vigie.contact.record' ? FLAG.record : 0) |
      (internal ? FLAG.internal : 0) |
      (reports?.hold === false ? FLAG.noHold : 0) |
      (reports?.acw === false ? FLAG.noAcw : 0) |
      (reports?.ring === false ? FLAG.noRing : 0),
    queuedAt: details.queuedAt,
    holdMs: rounded(measured?.holdMs),
    wrapMs: rounded(measured?.wrapMs),
    amount: undefined,
  };
}

/** Durations are whole milliseconds inside, so that sums of them subtract back to exactly nothing. */
function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms);
}
