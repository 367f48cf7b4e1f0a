import { code, tally, value } from '../code-table.ts';
import { FIGURE_NAMES, type FigureName } from './figures.ts';

const figures = new Map(FIGURE_NAMES.map((name) => [name, code([value(`figure:${name}`)])]));

/** Codes of imported figures; they are part of `CODE`. */
export const PERIOD_CODE = {
  /** Value: in millionths. */
  figure: (name: FigureName) => figures.get(name)!,
  /** It was imported at all; value: position of its name in `FIGURE_NAMES`. */
  figureGiven: code([tally('figures')]),
} as const;
