import { SERVICE_LEVEL_FORMULAS } from '@vigie/contracts';
import type { CentreSources, Series, WhatIf } from '@vigie/engine';
import Type, { type Static } from 'typebox';

const text = (description: string) => Type.String({ description });
const instant = (description: string) => Type.String({ format: 'date-time', description });
const number = (description: string) => Type.Number({ description });
const closed = { additionalProperties: false } as const;
const optional = Type.Optional;
const numberOrNull = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });

/** Answer of `/v1/queues/{queue}/series`. */
export const SeriesSchema = Type.Object(
  {
    kpi: text('KPI id.'),
    window: text('Window id.'),
    at: Type.Array(instant('An instant of the series; they rise.')),
    rows: Type.Array(
      Type.Object(
        {
          queue: text('Queue id; _all is the merged total.'),
          channel: text('Channel; _all is all of them.'),
          values: Type.Array(numberOrNull('Its value at each of the instants.')),
        },
        closed,
      ),
    ),
  },
  closed,
);

/** Answer of `/v1/sources`. */
export const SourcesSchema = Type.Object(
  {
    asOf: instant('The instant this is of.'),
    watermark: Type.Union([instant('Everything up to this instant has been consumed.'), Type.Null()]),
    sources: Type.Array(
      Type.Object(
        {
          source: text('The source of events.'),
          upTo: optional(instant('Up to when it vouches; absent: it never did, and is not watched.')),
          silent: Type.Boolean({ description: 'Watched, and silent for longer than a healthy source is.' }),
          restarts: Type.Array(instant('When it restarted.')),
        },
        closed,
      ),
    ),
    gaps: Type.Array(
      Type.Object(
        {
          source: text('Whose events are missing.'),
          from: instant('Since when.'),
          to: instant('Until when.'),
        },
        closed,
      ),
      {
        description: 'Stretches for which events are missing: figures of windows they lie in are incomplete.',
      },
    ),
    accounts: Type.Object(
      {
        applied: number('Events that changed what is known.'),
        duplicate: number('Events of which all was known.'),
        late: number('Events that came too late.'),
        future: number('Events from too far ahead.'),
        rejected: number('Events that were not understood.'),
      },
      { ...closed, description: 'What became of the events read with those of this centre.' },
    ),
  },
  closed,
);

const compared = Type.Object(
  { value: numberOrNull('Ratios 0 to 1.'), n: optional(number('Sample size.')) },
  closed,
);
const judged = Type.Object(
  {
    threshold: numberOrNull('Seconds; null where the queues of the row differ.'),
    shortAbandon: numberOrNull('Seconds; null where there is none, or the queues of the row differ.'),
    formula: Type.Union([
      Type.Unsafe<string>(Type.String({ enum: [...SERVICE_LEVEL_FORMULAS] })),
      Type.Null(),
    ]),
  },
  closed,
);

/** Answer of `/v1/queues/{queue}/what-if`. */
export const WhatIfSchema = Type.Object(
  {
    queue: text('Queue id; _all is the merged total.'),
    channel: text('Channel; _all is all of them.'),
    asOf: instant('The instant that the figures are of.'),
    window: Type.Object(
      { name: text('Window id.'), from: instant('First instant.'), to: instant('Last instant.') },
      closed,
    ),
    configVersion: text('Version of the configuration that the real figures are judged by.'),
    settings: Type.Object({ real: judged, hypothesis: judged }, closed),
    kpis: Type.Record(Type.String(), Type.Object({ real: compared, hypothesis: compared }, closed), {
      description: 'By KPI id: what it is, and what it would be.',
    }),
  },
  closed,
);

type Accepts<Wide, _Narrow extends Wide> = true;
/** What is answered is what is documented. */
export type DeskSchemasMatch = [
  Accepts<Static<typeof SeriesSchema>['rows'][number]['queue'], Series['rows'][number]['queue']>,
  Accepts<Static<typeof SourcesSchema>['accounts'], CentreSources['accounts']>,
  Accepts<Static<typeof WhatIfSchema>['settings'], WhatIf['settings']>,
];
