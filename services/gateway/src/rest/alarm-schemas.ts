import { ALARM_STATES, type Alarm, type AlarmState } from '@vigie/contracts';
import type { WouldFire } from '@vigie/engine';
import Type, { type Static } from 'typebox';

const text = (description: string) => Type.String({ description });
const instant = (description: string) => Type.String({ format: 'date-time', description });
const instantOrNull = (description: string) => Type.Union([instant(description), Type.Null()]);
const numberOrNull = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });
const closed = { additionalProperties: false } as const;

/** An alarm of `/v1/alarms`. */
export const AlarmSchema = Type.Object(
  {
    id: text('Rule and queue.'),
    rule: text('Name of its rule in the configuration.'),
    queue: text('Queue id; _all is the merged total.'),
    channel: text('Channel; _all is all of them.'),
    kpi: text('KPI id.'),
    window: text('Window of the figure.'),
    state: Type.Unsafe<AlarmState>(
      Type.String({
        enum: [...ALARM_STATES],
        description: 'none: nothing to judge; off: outside its hours.',
      }),
    ),
    since: instantOrNull('Since when it is in that state.'),
    value: numberOrNull('Value of the figure.'),
    n: numberOrNull('Its sample size.'),
    warning: numberOrNull('Beyond this it warns.'),
    critical: numberOrNull('Beyond this it is critical.'),
    acknowledged: Type.Union([
      Type.Object({ by: text('Name of the key.'), at: instant('When.') }, closed),
      Type.Null(),
    ]),
  },
  closed,
);
export const AlarmsSchema = Type.Object({ alarms: Type.Array(AlarmSchema) }, closed);

/** Answer of `/v1/alarms/would-fire`. */
export const WouldFireSchema = Type.Object(
  {
    kpi: text('KPI id.'),
    queue: text('Queue id.'),
    channel: text('Channel.'),
    window: text('Window id.'),
    from: instant('First instant that was judged.'),
    to: instant('Last one.'),
    step: Type.Number({ description: 'Seconds between them: a hold is rounded up to whole steps.' }),
    episodes: Type.Array(
      Type.Object(
        {
          state: Type.Unsafe<'warning' | 'critical'>(Type.String({ enum: ['warning', 'critical'] })),
          from: instant('When it would have come up.'),
          to: instantOrNull('When it would have been over, or got another state.'),
          worst: numberOrNull('The worst value meanwhile.'),
        },
        closed,
      ),
    ),
    untold: Type.Integer({ description: 'How many episodes more there were.' }),
  },
  closed,
);

type Accepts<Wide, _Narrow extends Wide> = true;
/** What is answered is what is documented. */
export type AlarmSchemasMatch = [
  Accepts<Static<typeof AlarmSchema>, Alarm>,
  Accepts<Omit<Static<typeof WouldFireSchema>, 'episodes'>, Omit<WouldFire, 'episodes'>>,
  Accepts<Static<typeof WouldFireSchema>['episodes'][number], WouldFire['episodes'][number]>,
];
