import type { SemanticConfig } from '@vigie/contracts';
import type { ConfigVersions } from '../config-versions.ts';
import type { Gathering } from '../gathering.ts';

/** Where a level is counted, and by which codes it rises and falls. */
export interface LevelCodes {
  readonly group: number;
  readonly begins: number;
  readonly ends: number;
}

/**
 * When, between two instants, something is beyond a limit that configuration sets: by the version in force at each
 * instant, so that a change may turn it on or off. `overAt` answers from when it is over by a version, if ever.
 */
export function spansOver(
  { versions }: ConfigVersions,
  from: number,
  until: number,
  overAt: (config: SemanticConfig, at: number) => number | undefined,
  { group, begins, ends }: LevelCodes,
  out: Gathering,
): void {
  let isOver = false;
  versions.forEach(({ fromMs, config }, index) => {
    const start = index === 0 ? from : Math.max(fromMs, from);
    const end = Math.min(versions[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY, until);
    if (start >= end) return;
    const limit = overAt(config, start);
    const over = limit !== undefined && limit < end ? Math.max(limit, start) : undefined;
    if (isOver && over !== start) {
      out.add(group, start, ends);
      isOver = false;
    }
    if (over !== undefined && !isOver) {
      out.add(group, over, begins);
      isOver = true;
    }
  });
  if (isOver) out.add(group, until, ends);
}
