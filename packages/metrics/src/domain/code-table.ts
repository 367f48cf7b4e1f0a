import { codeEffects, type CodeEffects, type Effect } from '../windowing/measures.ts';
import type { AreaName } from './agent/measures.ts';
import {
  areaIndex,
  histIndex,
  levelIndex,
  openIndex,
  sumIndex,
  tallyIndex,
  type HISTS,
  type LEVELS,
  type OPENS,
  type SumName,
  type TALLIES,
} from './measures.ts';
import type { Verdict } from './service-level.ts';

/** What a code adds to the cumulative counters. */
export interface CodeCounters {
  /** The first counts the thing itself; others count it under a further name. */
  readonly names: readonly string[];
  /** The outcome whose waits its value belongs to, in `wait_seconds`: observed once, with the first name. */
  readonly outcome: string | undefined;
}

/** By code: what it moves, and what it adds to the cumulative counters. */
export const EFFECTS: CodeEffects[] = [];
export const CODE_COUNTERS: CodeCounters[] = [];

/** Gives a code to what one contribution does. One entry for what happens together: an event makes few of them. */
export function code(moves: readonly Effect[], names: readonly string[] = [], outcome?: string): number {
  CODE_COUNTERS.push({ names, outcome });
  return EFFECTS.push(codeEffects(moves)) - 1;
}

/** Gives a code to what becomes another one, at an earlier instant, when it is due. */
export function maturing(into: number): number {
  CODE_COUNTERS.push({ names: [], outcome: undefined });
  return EFFECTS.push(codeEffects([], into)) - 1;
}

export const one = (name: SumName): Effect => ({ kind: 'sum', index: sumIndex(name), by: 'one' });
export const value = (name: SumName): Effect => ({ kind: 'sum', index: sumIndex(name), by: 'value' });
export const hist = (name: (typeof HISTS)[number]): Effect => ({ kind: 'hist', index: histIndex(name) });
export const tally = (name: (typeof TALLIES)[number]): Effect => ({
  kind: 'tally',
  index: tallyIndex(name),
});
export const level = (name: (typeof LEVELS)[number], by: 1 | -1): Effect => ({
  kind: 'level',
  index: levelIndex(name),
  by,
});
/** A level whose time is measured; the value is the instant. */
export const timed = (name: AreaName, by: 1 | -1): readonly Effect[] => [
  level(name, by),
  { kind: 'area', index: areaIndex(name), by },
];
export const open = (name: (typeof OPENS)[number], by: 1 | -1): Effect => ({
  kind: 'open',
  index: openIndex(name),
  by,
});
export const when = (condition: boolean, ...moves: Effect[]): readonly Effect[] => (condition ? moves : []);
export const MAX: Effect = { kind: 'max' };
export const FLAGS = [false, true] as const;
export const VERDICTS = [undefined, 'miss', 'hit'] as const;

/** Position of a combination of flags and a verdict: codes are found without making a key. */
export function slot(verdict: Verdict, ...flags: readonly boolean[]): number {
  let index = verdict === undefined ? 0 : verdict === 'miss' ? 1 : 2;
  for (const flag of flags) index = index * 2 + (flag ? 1 : 0);
  return index;
}
