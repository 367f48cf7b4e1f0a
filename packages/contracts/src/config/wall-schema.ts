import Type from 'typebox';
import {
  count,
  duration,
  flag,
  listOf,
  oneOf,
  ofKind,
  optional,
  section,
  text,
  zone,
  type Leaf,
} from './kinds.ts';

export const WALL_THEMES = ['auto', 'light', 'dark'] as const;
export const WALL_LANGUAGES = ['en', 'fr'] as const;

const measure = (leaf: Leaf & { readonly minimum: number; readonly maximum: number }) =>
  Type.Number({ ...leaf });
const figure = text({
  description: 'A KPI id.',
  pattern: '^[a-z][a-z0-9_]{0,99}$',
  expected: 'a KPI id such as "waiting_now"',
});

const hours = text({
  description: 'From when to when, also over midnight.',
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
  expected: 'hours such as "20:00-07:30"',
});

/** What hangs where, and how it is dressed: of a page, or of every page that does not say otherwise. */
const looks = {
  window: optional(
    ofKind('window', {
      description: 'Window of its figures.',
      default: '30m',
      expected: 'a window such as "30m", or "today"',
    }),
  ),
  distance: optional(
    measure({
      description: 'Metres from the farthest reader to the screen.',
      default: '5, or what the screen was told',
      minimum: 0.3,
      maximum: 50,
    }),
  ),
  diagonal: optional(
    measure({
      description: 'Diagonal of the screen in inches.',
      default: '55, or what the screen was told',
      minimum: 5,
      maximum: 300,
    }),
  ),
  theme: optional(
    oneOf(WALL_THEMES, {
      description: 'Colours; auto: by `wall.darkHours`, without any as the system says.',
      default: 'auto, or what the screen was told',
    }),
  ),
  language: optional(
    oneOf(WALL_LANGUAGES, { description: 'Language of the screen.', default: "the browser's" }),
  ),
  timeZone: optional(
    zone({ description: 'Zone of its clock and of every time on it.', default: "the centre's" }),
  ),
  overscan: optional(
    measure({
      description: 'Percent of width and height that a television cuts off at each edge: left empty.',
      default: '0, or what the screen was told',
      minimum: 0,
      maximum: 10,
    }),
  ),
};

const WallPageSection = section({
  name: text({ description: 'Shown at its head; chooses it in the address (/wall?page=name).' }),
  queues: optional(
    listOf(text({ description: 'A queue id, or the beginning of some: "sales-*".' }), {
      description: 'Queues that it is about.',
      default: 'every queue',
      maxItems: 200,
    }),
  ),
  figures: optional(
    listOf(figure, {
      description: 'Its figures, most important first: what does not fit is left out from the end.',
      default: 'longest wait, waiting, service level, abandoned, answered',
      minItems: 1,
      maxItems: 12,
    }),
  ),
  hero: optional(
    text({
      description: 'The figure that is set largest.',
      default: 'the first one',
      pattern: '^[a-z][a-z0-9_]{0,99}$',
      expected: 'a KPI id such as "waiting_now"',
    }),
  ),
  ...looks,
});

/** What walls show: pages declared here appear on every screen by themselves. */
export const WallSection = section({
  pages: optional(
    listOf(WallPageSection, {
      description: 'Pages of a wall, in turn.',
      default: 'one of everything',
      maxItems: 50,
    }),
  ),
  rotation: optional(
    duration({
      description: 'How long a page stands where there are several; one in alarm stays.',
      default: '30s',
      minMs: 5_000,
      maxMs: 3_600_000,
    }),
  ),
  sound: optional(
    flag({
      description: 'A tone when something begins to need an act, every 5 minutes at most.',
      default: false,
    }),
  ),
  speech: optional(
    flag({
      description: 'After the tone it is said what is wrong, in the language of the screen. Needs `sound`.',
      default: false,
    }),
  ),
  quietHours: optional(
    listOf(hours, {
      description: "Hours without a sound, in the screen's zone.",
      default: [],
      maxItems: 20,
    }),
  ),
  darkHours: optional(
    listOf(hours, {
      description: "Hours in which the theme `auto` is dark, in the screen's zone; light in all others.",
      default: 'as the system of the screen says',
      maxItems: 20,
    }),
  ),
  reloadAt: optional(
    count({
      description: "Hour of the day, in the screen's zone, at which it loads itself afresh.",
      default: 4,
      minimum: 0,
      maximum: 23,
    }),
  ),
  ...looks,
});
