import {
  CHANNELS,
  SERVICE_LEVEL_FORMULAS,
  type KpiValue,
  type Row,
  type SnapshotDocument,
} from '@vigie/contracts';
import { UNITS } from '@vigie/metrics';
import Type, { type Static } from 'typebox';

const text = (description: string) => Type.String({ description });
const number = (description: string) => Type.Number({ description });
const instant = (description: string) => Type.String({ format: 'date-time', description });
const nullable = <const T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const word = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Unsafe<T[number]>(Type.String({ enum: [...values], description }));
const closed = { additionalProperties: false } as const;
const optional = Type.Optional;

const State = word(
  ['live', 'stale', 'recovering', 'incomplete'] as const,
  'Can the figures be vouched for? incomplete: a gap lies in the window; stale: nothing came for too long.',
);
const Reason = word(
  ['no_data', 'closed', 'recovering', 'no_feed', 'not_reported'] as const,
  'Why there is none.',
);

export const KpiValueSchema = Type.Object(
  {
    value: nullable(number('Ratios 0 to 1, durations in seconds.')),
    n: optional(number('Sample size: the denominator, of a count its value.')),
    reason: optional(Reason),
    by: optional(
      Type.Record(Type.String(), Type.Number(), { description: 'Parts that add up to the value.' }),
    ),
    partial: optional(Type.Array(Type.String(), { description: 'Parts that a source does not report.' })),
    since: optional(instant('For an age of now: the instant it counts from.')),
    status: optional(word(['ok', 'warn', 'alert', 'none'] as const, 'Comparison with the target.')),
    target: optional(number('The target, in the unit of the value.')),
  },
  closed,
);

const key = {
  queue: text('Queue id; _all is the merged total.'),
  channel: text('Channel; _all is all of them.'),
  window: text('Window id.'),
};

export const RowKeySchema = Type.Object(key, closed);

export const RowSchema = Type.Object(
  {
    ...key,
    state: State,
    since: optional(instant('Since when it is not live.')),
    until: optional(
      instant('Of incomplete: up to when something is missing. Without since nobody knows from when on.'),
    ),
    kpis: Type.Record(Type.String(), Type.Ref('KpiValue'), {
      description: 'Figures by KPI id.',
    }),
  },
  closed,
);

/** What every document and frame says of the feed behind it. */
export const standing = {
  state: State,
  since: optional(instant('Since when it is not live.')),
  until: optional(
    instant('Of incomplete: up to when something is missing. Without since nobody knows from when on.'),
  ),
  reason: optional(Reason),
};
export const asOf = instant('The instant that the figures are of.');
export const watermark = nullable(instant('Everything up to this instant has been consumed.'));

export const SnapshotSchema = Type.Object(
  {
    centre: text('The centre.'),
    asOf,
    watermark,
    ...standing,
    configVersion: text('Version of the configuration the figures are judged by.'),
    rows: Type.Array(Type.Ref('Row')),
  },
  closed,
);

const Names = Type.Object({ en: Type.String(), fr: Type.String() }, closed);
export const KpiSchema = Type.Object(
  {
    id: text('Its name in the API.'),
    name: Names,
    abbreviation: optional(Type.Object({ en: optional(Type.String()), fr: optional(Type.String()) }, closed)),
    unit: word(UNITS, 'Unit of its values.'),
    formula: text('How it is computed, over counted facts.'),
    description: text('What it says.'),
    better: word(['higher', 'lower', 'neither'] as const, 'Which way is better.'),
    dimensions: Type.Array(Type.String()),
    metric: text('Its name in Prometheus.'),
    instant: text('The event time that what it counts belongs to.'),
    events: Type.Array(Type.String(), { description: 'Types of the events it is counted from.' }),
  },
  closed,
);
export type KpiEntry = Static<typeof KpiSchema>;
export const KpisSchema = Type.Object({ kpis: Type.Array(KpiSchema) }, closed);

const TargetSchema = Type.Object(
  {
    target: Type.Number(),
    warn: optional(Type.Number()),
    minSample: number('Fewer than these have no status.'),
    hold: number('Seconds a change must last before it shows.'),
    hysteresis: number('How far beyond the limit a state is left.'),
  },
  closed,
);
const QueueChannelSchema = Type.Object(
  {
    threshold: number('Service-level threshold in seconds.'),
    shortAbandon: nullable(number('Limit of a short abandon in seconds; null where there is no abandon.')),
    formula: word(SERVICE_LEVEL_FORMULAS, 'Variant of the service level.'),
    opensAt: optional(instant('When it opens next; only while its calendar is closed.')),
    targets: Type.Record(Type.String(), TargetSchema, { description: 'Targets by KPI id.' }),
  },
  closed,
);
const QueueSchema = Type.Object(
  {
    queue: text('Queue id.'),
    name: text('Name for people.'),
    team: nullable(Type.String()),
    site: nullable(Type.String()),
    channels: Type.Record(Type.String(), QueueChannelSchema, {
      description: `By channel: ${CHANNELS.join(', ')}.`,
    }),
  },
  closed,
);
export type QueueEntry = Static<typeof QueueSchema>;
export const QueuesSchema = Type.Object({ queues: Type.Array(QueueSchema) }, closed);

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: 'uri-reference' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: optional(text('One sentence for a reader.')),
    instance: optional(Type.String()),
  },
  { description: 'RFC 9457.' },
);

type Accepts<Wide, _Narrow extends Wide> = true;
/** The schemas say what the types of `@vigie/contracts` do: what is sent is what is documented. */
export type SchemasMatch = [
  Accepts<Omit<Static<typeof SnapshotSchema>, 'rows'>, Omit<SnapshotDocument, 'rows'>>,
  Accepts<Omit<Static<typeof RowSchema>, 'kpis'>, Omit<Row, 'kpis'>>,
  Accepts<Omit<Static<typeof KpiValueSchema>, 'partial'>, Omit<KpiValue, 'partial'>>,
];
