import { PAGES } from '../processor/entities.ts';
import { CheckpointFormatError } from './envelope.ts';

/**
 * Throws {@link CheckpointFormatError} unless all is there that recovery up to commit `seq` needs: commits count from 1,
 * each wrote its delta and the page of its number modulo {@link PAGES}, so which ones there must be follows from `seq`.
 * A store that lost one of them (evicted, deleted, restored in part) would else give figures that are quietly wrong.
 */
export function assertWhole(
  seq: number,
  pageSeqs: ReadonlyMap<number, number>,
  deltaSeqs: readonly number[],
): void {
  for (let written = Math.max(1, seq - PAGES + 1); written <= seq; written++) {
    const index = written % PAGES;
    const found = pageSeqs.get(index);
    if (found !== written) {
      const instead = found === undefined ? 'is missing' : `is of commit ${found}`;
      throw new CheckpointFormatError(`page ${index} ${instead}, expected that of commit ${written}`);
    }
  }
  const deltas = new Set(deltaSeqs);
  // The oldest page has what its own delta and all before it tell.
  for (let needed = Math.max(1, seq - PAGES + 2); needed <= seq; needed++) {
    if (!deltas.has(needed)) throw new CheckpointFormatError(`the delta of commit ${needed} is missing`);
  }
}
