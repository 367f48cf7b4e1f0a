import { AUTHORITY_RANK, type Fact } from '@vigie/metrics';
import type { Entity } from './entity.ts';

/** Whole seconds here, milliseconds there: entries no further apart say the same. */
const CLOCK_RESOLUTION_MS = 1000;

/** Is the entry one that a stated wait implies, and another one told; or the other way round? */
export function disputesWait({ facts }: Entity, entry: Fact): boolean {
  const isStated = isOfStatedWait(entry);
  return facts.some(
    (other) =>
      other.type === 'queued' &&
      other.key === entry.key &&
      isOfStatedWait(other) !== isStated &&
      Math.abs(other.at - entry.at) > CLOCK_RESOLUTION_MS,
  );
}

const isOfStatedWait = ({ authority, revision }: Fact): boolean =>
  authority === AUTHORITY_RANK.inferred && revision === 0;
