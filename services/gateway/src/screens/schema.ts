import Type, { type Static } from 'typebox';
import { SCREEN_STATES, type ScreenEntry, type ScreenState } from './screens.ts';

const closed = { additionalProperties: false } as const;
const orNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

/** Answer of `GET /v1/screens`. */
export const ScreensSchema = Type.Object(
  {
    screens: Type.Array(
      Type.Object(
        {
          screen: Type.String({ description: 'Its name.' }),
          state: Type.Unsafe<ScreenState>(
            Type.String({
              enum: [...SCREEN_STATES],
              description: 'frozen: connected, but its page has said nothing for 12 s.',
            }),
          ),
          since: orNull('Since when it is connected, silent, or gone.'),
          keyed: Type.Boolean({ description: 'Has it a key of its own?' }),
          connections: Type.Integer({ minimum: 0 }),
          reportedAt: orNull('When it last reported.'),
          version: orNull('Build of its page.'),
          page: orNull('What it shows.'),
          lag: Type.Union([Type.Number(), Type.Null()], { description: 'Age of its figures, seconds.' }),
        },
        closed,
      ),
    ),
  },
  closed,
);

type Accepts<Wide, _Narrow extends Wide> = true;
/** What is answered is what is documented. */
export type ScreensSchemaMatches = Accepts<Static<typeof ScreensSchema>['screens'][number], ScreenEntry>;
