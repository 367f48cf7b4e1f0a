import { CONTACT_STATES, EFFECTS, type ContactState } from '@vigie/contracts';
import type { Explanation, IntervalRow, OpenContact } from '@vigie/engine';
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

/** Answer of `/v1/queues/{queue}/contacts`. */
export const ContactsSchema = Type.Object(
  {
    contacts: Type.Array(
      Type.Object(
        {
          contact: text('Id of the contact at its source.'),
          segment: optional(text('Id of its stay in the queue.')),
          queue: text('Queue id.'),
          channel: text('Channel.'),
          state: Type.Unsafe<ContactState>(Type.String({ enum: [...CONTACT_STATES] })),
          since: instant('Start of the wait; of a contact that talks, the answer.'),
          overThreshold: Type.Boolean({
            description: 'Waits, or waited, longer than the service level allows.',
          }),
        },
        closed,
      ),
    ),
    next,
  },
  closed,
);

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

type Accepts<Wide, _Narrow extends Wide> = true;
/** What is answered is what is documented. */
export type OwnerSchemasMatch = [
  Accepts<
    Omit<Static<typeof IntervalsSchema>['rows'][number], 'kpis' | 'provisional'>,
    Omit<IntervalRow, 'kpis' | 'provisional'>
  >,
  Accepts<Static<typeof ContactsSchema>['contacts'][number], OpenContact>,
  Accepts<Omit<Static<typeof ExplanationSchema>, 'entities'>, Omit<Explanation, 'entities'>>,
  Accepts<Static<typeof ExplanationSchema>['entities'][number], Explanation['entities'][number]>,
];
