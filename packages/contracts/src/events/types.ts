import Type, { type Static, type TObject, type TProperties } from 'typebox';
import * as f from './fields.ts';

/** The fields of `B` with those of `P` in place of theirs: what a spread does, said in types. */
type With<B extends TProperties, P extends TProperties> = Omit<B, keyof P> & P;
type Common = typeof f.commonFields;

function data<P extends TProperties>(fields: P): TObject<With<Common, P>> {
  return Type.Object({ ...f.commonFields, ...fields }) as unknown as TObject<With<Common, P>>;
}
const ofContact = <P extends TProperties>(fields: P) => data({ ...fields, contact: f.Contact });
const inQueue = <P extends TProperties>(fields: P) => ofContact({ ...fields, queue: f.Queue });
const byAgent = <P extends TProperties>(fields: P) => ofContact({ ...fields, agent: f.Agent });
const optional = Type.Optional;

const TransferTarget = Type.Object({
  queue: optional(Type.Union([f.Id, f.Queue])),
  agent: optional(Type.Union([f.Id, f.Agent])),
  external: optional(Type.Boolean()),
});
const OfferCause = f.words(
  'no_answer',
  'rejected',
  'busy',
  'unreachable',
  'lost_race',
  'caller_gone',
  'error',
);
const Party = f.words('agent', 'bot', 'customer', 'system');
const Score = Type.Number({ minimum: -1e9, maximum: 1e9 });
const AgentState = f.words('logged_out', 'available', 'on_contact', 'acw', 'paused', 'unknown');

/**
 * Every accepted type with the schema of its `data`, in the order of `type rank`: facts of one instant and sequence
 * are folded in this order, so a type may only ever be appended to its family, never moved.
 */
export const EVENT_DATA = {
  'vigie.contact.created': ofContact({ entry: optional(f.ShortText), bot: optional(Type.Boolean()) }),
  'vigie.contact.queued': inQueue({
    position: optional(f.Count),
    priority: optional(Type.Number()),
    kind: optional(f.words(...f.SEGMENT_KINDS)),
  }),
  'vigie.contact.rejected': inQueue({
    cause: optional(f.words('full', 'closed', 'empty', 'deterrence', 'other')),
  }),
  'vigie.contact.offered': ofContact({ offerId: optional(f.Id) }),
  'vigie.contact.offer_ended': ofContact({ offerId: optional(f.Id), cause: optional(OfferCause) }),
  'vigie.contact.answered': byAgent({}),
  'vigie.contact.abandoned': ofContact({}),
  'vigie.contact.flow_out': inQueue({ cause: f.words(...f.FLOW_OUT_CAUSES) }),
  'vigie.contact.held': byAgent({}),
  'vigie.contact.unheld': byAgent({}),
  'vigie.contact.transferred': ofContact({
    kind: optional(f.words('blind', 'attended', 'queue', 'external')),
    to: optional(TransferTarget),
  }),
  'vigie.contact.consulted': ofContact({ to: optional(TransferTarget) }),
  'vigie.contact.consult_ended': ofContact({}),
  'vigie.contact.ended': ofContact({
    by: optional(f.words('customer', 'agent', 'bot', 'transfer', 'system', 'unknown')),
  }),
  'vigie.contact.handoff': ofContact({ from: optional(f.words('bot')), to: optional(TransferTarget) }),
  'vigie.contact.self_care': ofContact({ to: optional(f.words('faq', 'portal', 'forum', 'bot', 'other')) }),
  'vigie.wrapup.started': byAgent({ code: optional(f.ShortText) }),
  'vigie.wrapup.ended': byAgent({ code: optional(f.ShortText) }),
  'vigie.callback.requested': ofContact({ callbackId: optional(f.Id), dueAt: optional(f.InstantText) }),
  'vigie.callback.attempted': ofContact({ callbackId: optional(f.Id) }),
  'vigie.callback.cancelled': ofContact({ callbackId: optional(f.Id) }),
  'vigie.callback.failed': ofContact({ callbackId: optional(f.Id) }),
  'vigie.message.posted': ofContact({
    from: Party,
    messageId: optional(f.Id),
    visibility: optional(f.words('public', 'internal')),
  }),
  'vigie.case.opened': data({ case: f.Case, by: optional(Party) }),
  'vigie.case.resolved': data({ case: f.Case, by: optional(Party) }),
  'vigie.case.reopened': data({ case: f.Case, by: optional(Party) }),
  'vigie.case.closed_unresolved': data({ case: f.Case, by: optional(Party) }),
  'vigie.contact.resolved': ofContact({ by: optional(Party) }),
  'vigie.contact.reopened': ofContact({ by: optional(Party) }),
  'vigie.contact.converted': ofContact({
    saleId: optional(f.Id),
    amount: optional(Type.Number()),
    currency: optional(f.ShortText),
    code: optional(f.ShortText),
  }),
  'vigie.contact.record': ofContact({
    outcome: optional(f.words('answered', 'abandoned', 'flow_out')),
    cause: optional(f.words(...f.FLOW_OUT_CAUSES)),
    answeredAt: optional(f.InstantText),
    abandonedAt: optional(f.InstantText),
    exitedAt: optional(f.InstantText),
    endedAt: optional(f.InstantText),
    wrapupStartedAt: optional(f.InstantText),
    wrapupEndedAt: optional(f.InstantText),
  }),
  'vigie.agent.state': data({
    agent: f.Agent,
    state: AgentState,
    reason: optional(f.ShortText),
    since: optional(f.InstantText),
    assertion: optional(Type.Boolean()),
  }),
  'vigie.agent.queues': data({
    agent: f.Agent,
    op: f.words('added', 'removed', 'set'),
    queues: Type.Array(f.Id, { maxItems: 10_000 }),
    penalty: optional(Type.Number()),
  }),
  'vigie.survey.response': ofContact({
    responseId: optional(f.Id),
    kind: f.words('csat', 'nps', 'ces', 'thumbs', 'stars'),
    score: Score,
    min: optional(Score),
    max: optional(Score),
    polarity: optional(f.words('ease', 'effort')),
    verbatim: optional(Type.Boolean()),
  }),
  'vigie.qa.evaluated': ofContact({
    formId: f.Id,
    score: Score,
    max: Score,
    automatic: optional(Type.Boolean()),
    calibration: optional(Type.Boolean()),
  }),
  'vigie.contact.analysed': ofContact({
    sentiment: optional(Type.Object({ score: Score, min: Score, max: Score })),
    keywords: optional(Type.Array(Type.Object({ id: f.Id, hits: f.Count }), { maxItems: 1000 })),
    transcribed: optional(Type.Boolean()),
  }),
  'vigie.business.figure': data({
    name: f.Id,
    value: Type.Number(),
    unit: optional(f.ShortText),
    date: Type.String({ minLength: 10, maxLength: 10 }),
    dimensions: optional(Type.Record(Type.String(), Type.String())),
  }),
  'vigie.source.gap': data({
    from: f.InstantText,
    to: f.InstantText,
    cause: optional(f.words('disconnected', 'rotated', 'throttled')),
  }),
  'vigie.source.restarted': data({}),
  'vigie.source.heartbeat': data({
    upTo: optional(f.InstantText),
    sources: optional(Type.Array(Type.Object({ source: f.Id, upTo: f.InstantText }), { maxItems: 1000 })),
  }),
  'vigie.source.snapshot': data({
    queues: optional(
      Type.Array(
        Type.Object({
          id: f.Id,
          waiting: Type.Array(Type.Object({ segmentId: f.Id, queuedAt: f.InstantText }), {
            maxItems: 100_000,
          }),
        }),
        { maxItems: 10_000 },
      ),
    ),
    agents: optional(
      Type.Array(
        Type.Object({
          id: f.Id,
          state: AgentState,
          since: optional(f.InstantText),
          queues: optional(Type.Array(f.Id, { maxItems: 10_000 })),
        }),
        { maxItems: 100_000 },
      ),
    ),
  }),
  'vigie.config.changed': data({
    version: f.Id,
    effectiveFrom: f.InstantText,
    body: Type.Record(Type.String(), Type.Unknown()),
  }),
} as const satisfies Record<string, TObject>;

export type EventType = keyof typeof EVENT_DATA;
export const EVENT_TYPES = Object.keys(EVENT_DATA) as readonly EventType[];
export type EventData<T extends EventType> = Static<(typeof EVENT_DATA)[T]>;

/** The envelope of an event of type `T`: CloudEvents 1.0 in JSON (`sources.md` §1.1). */
export interface EventOf<T extends EventType> {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: T;
  readonly time: string;
  readonly sequence?: string;
  readonly subject?: string;
  readonly centre?: string;
  readonly ingestedtime?: string;
  readonly dataschema?: string;
  readonly datacontenttype?: string;
  readonly data: EventData<T>;
}

/** Any canonical event, told apart by `type`. */
export type CanonicalEvent = { [T in EventType]: EventOf<T> }[EventType];

const ranks = new Map<string, number>(EVENT_TYPES.map((type, rank) => [type, rank]));

/** Position of a type in the table: breaks ties between facts of the same instant and sequence. */
export function typeRank(type: EventType): number {
  return ranks.get(type) ?? EVENT_TYPES.length;
}

/** Types that Vigie itself appends to the log; from a client without the `import` right they are refused. */
export const SYSTEM_TYPES: ReadonlySet<EventType> = new Set<EventType>(['vigie.config.changed']);

/** `source` of what Vigie itself appends to the log: counted apart from everybody's events. */
export const SYSTEM_SOURCE = 'vigie://ingest';
