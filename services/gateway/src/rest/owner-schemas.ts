import {
  CONTACT_STATES,
  CORRECTION_REASONS,
  EFFECTS,
  type ContactState,
  type Correction,
  type CorrectionReason,
} from '@vigie/contracts';
import type { AgentRow, Explanation, IntervalRow, OpenContact } from '@vigie/engine';
import Type, { type Static } from 'typebox';

const text = (description: string) => Type.String({ description });
const instant = (description: string) => Type.String({ format: 'date-time', description });
const closed = { additionalProperties: false } as const;
const optional = Type.Optional;
const next = optional(text('Give it as "after" to go on; absent when nothing follows.'));

/** Answer of `/v1/queues/{queue}/intervals`. */
export const IntervalsSchema = Type.Object(
  {
    rows: Type.Array(
      Type.Object(
        {
          queue: text('Queue id; _all is the merged total.'),
          channel: text('Channel; _all is all of them.'),
          team: optional(text('The team whose queues the row adds up.')),
          site: optional(text('The site whose queues the row adds up.')),
          start: instant('First instant.'),
          end: instant('First instant of the next interval.'),
          label: text('Local start with its offset.'),
          final: Type.Boolean({ description: 'It never changes again, but for what is provisional.' }),
          provisional: Type.Array(Type.String(), { description: 'KPIs that mature later.' }),
          kpis: Type.Record(Type.String(), Type.Ref('KpiValue'), { description: 'Figures by KPI id.' }),
        },
        closed,
      ),
    ),
  },
  closed,
);

/** A contact of `/v1/queues/{queue}/contacts`. */
export const OpenContactSchema = Type.Object(
  {
    contact: text('Id of the contact at its source.'),
    segment: optional(text('Id of its stay in the queue.')),
    queue: text('Queue id.'),
    channel: text('Channel.'),
    state: Type.Unsafe<ContactState>(Type.String({ enum: [...CONTACT_STATES] })),
    since: instant('Start of the wait; of a contact that talks, the answer.'),
    overThreshold: Type.Boolean({ description: 'Waits, or waited, longer than the service level allows.' }),
  },
  closed,
);
export const ContactsSchema = Type.Object({ contacts: Type.Array(OpenContactSchema), next }, closed);

const number = (description: string) => Type.Number({ description });
const valueOrNull = Type.Union([Type.Number(), Type.Null()], {
  description: 'Ratios 0 to 1, durations in seconds.',
});
const effect = Type.Unsafe<(typeof EFFECTS)[number]>(Type.String({ enum: [...EFFECTS] }));

/** Answer of `/v1/queues/{queue}/explain`. */
export const ExplanationSchema = Type.Object(
  {
    kpi: text('KPI id.'),
    queue: text('Queue id; _all is the merged total.'),
    channel: text('Channel; _all is all of them.'),
    value: valueOrNull,
    n: optional(number('Sample size.')),
    asOf: instant('The instant that the figure is of.'),
    window: Type.Object(
      { name: text('Window id.'), from: instant('First instant.'), to: instant('Last instant.') },
      closed,
    ),
    formula: text('How it is computed.'),
    numbers: Type.Record(Type.String(), Type.Number(), {
      description: 'What the formula reads, by its names in it; durations in ms.',
    }),
    variants: optional(
      Type.Record(Type.String(), Type.Object({ value: valueOrNull, n: number('Sample size.') }, closed), {
        description: 'The service level by each formula, from the same contacts.',
      }),
    ),
    configVersion: text('Version of the configuration it is judged by.'),
    counts: Type.Object(
      {
        for: number('Things that count for it.'),
        against: number('Things that count against it.'),
        excluded: number('Things that were left out.'),
      },
      closed,
    ),
    entities: Type.Array(
      Type.Object(
        {
          contact: optional(text('Id of the contact at its source.')),
          segment: optional(text('Id of its stay in the queue.')),
          agent: optional(text('Id of the agent.')),
          case: optional(text('Id of the case.')),
          at: instant('The instant it is counted at.'),
          effect,
          reason: text('Why, in words.'),
          waitSeconds: optional(number('How long it waited.')),
        },
        closed,
      ),
    ),
    next,
  },
  closed,
);

/** An agent of `/v1/agents`. */
export const AgentSchema = Type.Object(
  {
    agent: text('Id of the agent.'),
    name: text('Name for people.'),
    state: text('logged_out, available, on_contact, acw, paused or unknown.'),
    reason: Type.Union([Type.String(), Type.Null()], {
      description: 'Why he is paused, if the source says.',
    }),
    since: instant('Since when he has been in that state.'),
    queues: Type.Array(Type.String()),
    kpis: Type.Record(Type.String(), Type.Ref('KpiValue'), { description: 'His own figures by KPI id.' }),
  },
  closed,
);
export const AgentsSchema = Type.Object({ agents: Type.Array(AgentSchema) }, closed);

const plainValue = Type.Object({ value: valueOrNull, n: optional(number('Sample size.')) }, closed);
/** An entry of `/v1/corrections`. */
export const CorrectionSchema = Type.Object(
  {
    id: Type.Integer({ description: 'Rises with each.' }),
    at: instant('When it was told.'),
    queue: text('Queue id.'),
    channel: text('Channel.'),
    start: instant('First instant of the quarter hour whose figures have changed.'),
    end: instant('First instant of the next one.'),
    reason: Type.Unsafe<CorrectionReason>(Type.String({ enum: [...CORRECTION_REASONS] })),
    contacts: Type.Array(Type.String(), { description: 'Some of the contacts that it was about.' }),
    kpis: Type.Record(Type.String(), Type.Object({ from: plainValue, to: plainValue }, closed), {
      description: 'By KPI id: what it had been, and what it is.',
    }),
  },
  closed,
);
export const CorrectionsSchema = Type.Object({ corrections: Type.Array(CorrectionSchema), next }, closed);

type Accepts<Wide, _Narrow extends Wide> = true;
/** What is answered is what is documented. */
export type OwnerSchemasMatch = [
  Accepts<
    Omit<Static<typeof IntervalsSchema>['rows'][number], 'kpis' | 'provisional'>,
    Omit<IntervalRow, 'kpis' | 'provisional'>
  >,
  Accepts<Static<typeof ContactsSchema>['contacts'][number], OpenContact>,
  Accepts<Omit<Static<typeof AgentSchema>, 'queues' | 'kpis'>, Omit<AgentRow, 'queues' | 'kpis'>>,
  Accepts<Omit<Static<typeof CorrectionSchema>, 'contacts'>, Omit<Correction, 'contacts'>>,
  Accepts<Omit<Static<typeof ExplanationSchema>, 'entities'>, Omit<Explanation, 'entities'>>,
  Accepts<Static<typeof ExplanationSchema>['entities'][number], Explanation['entities'][number]>,
];
