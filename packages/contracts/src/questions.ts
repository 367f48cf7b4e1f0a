import Type, { type Static, type TSchema } from 'typebox';
import { SERVICE_LEVEL_FORMULAS } from './config/formulas.ts';

/** Version of what gateways ask the owners of partitions; a test pins the hash of its schemas to it. */
export const QUESTIONS_VERSION = 2;

/** Where the owner of a partition is asked, by `POST`. */
export const QUESTIONS_PATH = '/internal/v1/questions';

const Name = Type.String({ minLength: 1, maxLength: 200 });
const Names = Type.Unsafe<readonly string[]>(Type.Array(Name, { maxItems: 1000 }));
const word = <const T extends readonly string[]>(words: T) =>
  Type.Unsafe<T[number]>(Type.String({ enum: [...words] }));
/** May be left out; `undefined` is the same. */
const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Unsafe<Static<T> | undefined>(schema));
const Instant = Type.Integer({ description: 'ms since 1970' });
/** Of the answer before: what follows is asked for. */
const Cursor = Type.String({ maxLength: 1000 });
const closed = { additionalProperties: false } as const;

const of = {
  /** The partition that the live feed named for the centre. */
  partition: Type.Integer({ minimum: 0 }),
  centre: Name,
  /** Patterns of the queues that whoever asks may see; absent: all, and the totals. */
  scope: maybe(Names),
};
const page = { limit: Type.Integer({ minimum: 1, maximum: 1000 }), after: maybe(Cursor) };

/** Figures of a past instant. */
export const SnapshotQuestion = Type.Object(
  {
    kind: Type.Literal('snapshot'),
    ...of,
    atMs: Instant,
    windows: maybe(Names),
    queues: maybe(Names),
    channels: maybe(Names),
    kpis: maybe(Names),
  },
  closed,
);

export const INTERVAL_NAMES = ['15m', '30m', '1h', 'day'] as const;
/** By what interval rows may be split instead of queue and channel. */
export const SPLITS = ['channel', 'team', 'site'] as const;
export const INTERVAL_FORMATS = ['json', 'csv'] as const;

/** Rows of every interval of a local day. */
export const IntervalsQuestion = Type.Object(
  {
    kind: Type.Literal('intervals'),
    ...of,
    queue: Name,
    /** Local date, `2026-11-21`; absent: the day that is on. */
    date: maybe(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' })),
    interval: word(INTERVAL_NAMES),
    by: maybe(word(SPLITS)),
    channels: maybe(Names),
    kpis: maybe(Names),
    format: word(INTERVAL_FORMATS),
  },
  closed,
);

export const CONTACT_STATES = ['waiting', 'ringing', 'talking'] as const;
export type ContactState = (typeof CONTACT_STATES)[number];

/** Contacts open in a queue now, oldest first. */
export const ContactsQuestion = Type.Object(
  {
    kind: Type.Literal('contacts'),
    ...of,
    queue: Name,
    states: maybe(Type.Unsafe<readonly ContactState[]>(Type.Array(word(CONTACT_STATES)))),
    channels: maybe(Names),
    ...page,
  },
  closed,
);

export const EFFECTS = ['for', 'against', 'excluded'] as const;

/** A figure taken apart: what counts for it, against it, and was left out. */
export const ExplainQuestion = Type.Object(
  {
    kind: Type.Literal('explain'),
    ...of,
    queue: Name,
    channel: maybe(Name),
    kpi: Name,
    window: Name,
    atMs: maybe(Instant),
    effect: maybe(word(EFFECTS)),
    ...page,
  },
  closed,
);

/** Every agent, with the figures that are his own. */
export const AgentsQuestion = Type.Object({ kind: Type.Literal('agents'), ...of, window: Name }, closed);

/** Late truth that changed figures which were shown, newest first. */
export const CorrectionsQuestion = Type.Object(
  { kind: Type.Literal('corrections'), ...of, queue: maybe(Name), ...page },
  closed,
);

/** At most so many instants of a series. */
export const MAX_SERIES_POINTS = 181;

/** One figure at instants that follow each other: how it came to be what it is. */
export const SeriesQuestion = Type.Object(
  {
    kind: Type.Literal('series'),
    ...of,
    queue: Name,
    channels: maybe(Names),
    kpi: Name,
    window: Name,
    /** The last instant; absent: now. */
    atMs: maybe(Instant),
    stepMs: Type.Integer({ minimum: 1000, maximum: 3_600_000, multipleOf: 1000 }),
    points: Type.Integer({ minimum: 1, maximum: MAX_SERIES_POINTS }),
  },
  closed,
);

/** Where the facts of a centre come from, and up to when each source vouches. */
export const SourcesQuestion = Type.Object({ kind: Type.Literal('sources'), ...of }, closed);

/** A window judged by other settings, beside the real ones; nothing is changed by it. */
export const WhatIfQuestion = Type.Object(
  {
    kind: Type.Literal('what_if'),
    ...of,
    queue: Name,
    channel: maybe(Name),
    window: Name,
    atMs: maybe(Instant),
    thresholdMs: maybe(Type.Integer({ minimum: 0, maximum: 86_400_000 })),
    shortAbandonMs: maybe(Type.Integer({ minimum: 0, maximum: 86_400_000 })),
    formula: maybe(word(SERVICE_LEVEL_FORMULAS)),
  },
  closed,
);

/** The alarms of a centre, as they stand. */
export const AlarmsQuestion = Type.Object({ kind: Type.Literal('alarms'), ...of }, closed);

/** Somebody has seen an alarm and says so. The one question that changes something. */
export const AcknowledgeQuestion = Type.Object(
  { kind: Type.Literal('acknowledge'), ...of, alarm: Type.String({ maxLength: 500 }), by: Name },
  closed,
);

const Limit = Type.Number({ minimum: -1e12, maximum: 1e12 });
/** When an alarm with these settings would have fired. */
export const WouldFireQuestion = Type.Object(
  {
    kind: Type.Literal('would_fire'),
    ...of,
    queue: Name,
    channel: maybe(Name),
    kpi: Name,
    window: Name,
    warning: maybe(Limit),
    critical: maybe(Limit),
    minSample: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    holdMs: Type.Integer({ minimum: 0, maximum: 86_400_000 }),
    hysteresis: Type.Number({ minimum: 0, maximum: 1e9 }),
    hours: maybe(Name),
    /** How far back. */
    spanMs: Type.Integer({ minimum: 60_000, maximum: 86_400_000 }),
  },
  closed,
);

/** What a gateway asks the owner of a centre's partition: whatever takes records to answer. */
export const Question = Type.Union([
  SnapshotQuestion,
  IntervalsQuestion,
  ContactsQuestion,
  ExplainQuestion,
  AgentsQuestion,
  CorrectionsQuestion,
  SeriesQuestion,
  SourcesQuestion,
  WhatIfQuestion,
  AlarmsQuestion,
  AcknowledgeQuestion,
  WouldFireQuestion,
]);
export type SnapshotQuestion = Static<typeof SnapshotQuestion>;
export type IntervalsQuestion = Static<typeof IntervalsQuestion>;
export type ContactsQuestion = Static<typeof ContactsQuestion>;
export type ExplainQuestion = Static<typeof ExplainQuestion>;
export type AgentsQuestion = Static<typeof AgentsQuestion>;
export type CorrectionsQuestion = Static<typeof CorrectionsQuestion>;
export type SeriesQuestion = Static<typeof SeriesQuestion>;
export type SourcesQuestion = Static<typeof SourcesQuestion>;
export type WhatIfQuestion = Static<typeof WhatIfQuestion>;
export type AlarmsQuestion = Static<typeof AlarmsQuestion>;
export type AcknowledgeQuestion = Static<typeof AcknowledgeQuestion>;
export type WouldFireQuestion = Static<typeof WouldFireQuestion>;
export type Question = Static<typeof Question>;
