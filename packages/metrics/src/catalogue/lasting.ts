import { MEASURES } from '../domain/codes.ts';
import { SUM_LIST } from '../domain/measures.ts';
import { CATALOGUE } from './catalogue.ts';
import { partsOf } from './parts.ts';

const MATURING = new Set(
  CATALOGUE.filter(({ matures }) => matures).flatMap((kpi) => [...(partsOf(kpi)?.sums.keys() ?? [])]),
);

/** By code: it counts what is certain, or told, only after an interval is final (cases, categories, imported figures). */
export const LASTING: readonly boolean[] = MEASURES.effects.map(({ ones, values, tallies }) => {
  const isLate = (index: number): boolean => MATURING.has(index) || SUM_LIST[index]!.startsWith('figure:');
  return tallies.length > 0 || ones.some(isLate) || values.some(isLate);
});
