import { areaIndex, AREAS, levelIndex, MEASURES, Present, type Totals } from '@vigie/metrics';
import type { CountedIn, LevelsOf } from './intervals.ts';
import type { RowName } from './row-names.ts';

const LEVEL_OF_AREA = AREAS.map((name) => [areaIndex(name), levelIndex(name)] as const);

/**
 * The levels of agents' time from interval to interval: known at the instant of judgement, and led back from there to
 * the start of the first interval by the steps in between.
 */
export class AgentLevels {
  readonly #levels = new Map<number, Float64Array>();

  constructor(names: readonly RowName[], levelsOf: LevelsOf, counted: CountedIn, fromMs: number) {
    for (const { agents } of names) {
      if (agents === undefined) continue;
      const levels = levelsOf(agents);
      this.#levels.set(agents, levels === undefined ? new Present(MEASURES).levels : levels.slice());
    }
    counted(fromMs, Number.POSITIVE_INFINITY, (group, totals) => this.#move(group, totals, -1));
  }

  /** Goes on to the end of an interval that counted `totals`. */
  pass(group: number, totals: Totals): void {
    this.#move(group, totals, 1);
  }

  of(group: number): Float64Array {
    return this.#levels.get(group)!;
  }

  #move(group: number, { sums }: Totals, sign: 1 | -1): void {
    const levels = this.#levels.get(group);
    if (levels === undefined) return;
    for (const [area, level] of LEVEL_OF_AREA) levels[level]! += sign * sums[area]!;
  }
}
