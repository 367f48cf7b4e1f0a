import { WALL_LANGUAGES, WALL_THEMES } from '@vigie/contracts';
import Type, { type Static } from 'typebox';

const text = (description: string) => Type.String({ description });
const closed = { additionalProperties: false } as const;
const optional = Type.Optional;
const word = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Unsafe<T[number]>(Type.String({ enum: [...values], description }));

/** Answer of `GET /v1/wall`. */
export const WallSchema = Type.Object(
  {
    centre: Type.Object(
      {
        id: text('The centre.'),
        name: text('Its name for people.'),
        timeZone: text('IANA zone of its times.'),
      },
      closed,
    ),
    build: text('Build of the pages that are served now: a page of another one loads itself afresh.'),
    rotation: Type.Number({ description: 'Seconds that a page stands where there are several.' }),
    sound: Type.Boolean({ description: 'A tone when something begins to need an act.' }),
    speech: Type.Boolean({ description: 'What is wrong is said as well.' }),
    quietHours: Type.Array(text('Hours without a sound in the zone of the screen, such as 20:00-07:30.')),
    darkHours: Type.Array(
      text('Hours in which the theme auto is dark, in the zone of the screen; none: as its system says.'),
    ),
    reloadAt: Type.Integer({ description: 'Hour of the day, in the zone of the screen, to load afresh.' }),
    pages: Type.Array(
      Type.Object(
        {
          name: text('Its name; empty of the only page where none is declared.'),
          queues: Type.Array(
            text('A queue id, or the beginning of some with * at its end; none: every queue.'),
          ),
          figures: Type.Array(text('A KPI id, the hero first; none: the usual ones.')),
          window: text('Window id.'),
          distance: optional(Type.Number({ description: 'Metres to the farthest reader.' })),
          diagonal: optional(Type.Number({ description: 'Inches of the screen.' })),
          theme: optional(word(WALL_THEMES, 'Colours.')),
          language: optional(word(WALL_LANGUAGES, 'Language.')),
          timeZone: optional(text('IANA zone of its times, where it is not that of the centre.')),
          overscan: optional(Type.Number({ description: 'Percent left empty at each edge.' })),
        },
        closed,
      ),
      { description: 'In the order that they are shown in; at least one.' },
    ),
  },
  closed,
);
export type WallDocument = Static<typeof WallSchema>;
