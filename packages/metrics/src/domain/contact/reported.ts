import { FLAG, type Fact } from '../fact.ts';
import type { Reported } from './view.ts';

/** Unless a source says otherwise, it tells everything. */
export const REPORTS_ALL: Reported = { hold: true, acw: true, ring: true };

/** What the source of a fact says it reports. */
export function reportedBy(fact: Fact): Reported {
  if ((fact.flags & (FLAG.noHold | FLAG.noAcw | FLAG.noRing)) === 0) return REPORTS_ALL;
  return {
    hold: (fact.flags & FLAG.noHold) === 0,
    acw: (fact.flags & FLAG.noAcw) === 0,
    ring: (fact.flags & FLAG.noRing) === 0,
  };
}

/** A part is reported when nobody said that it is not. */
export function both(a: Reported, b: Reported): Reported {
  if (a === b || b === REPORTS_ALL) return a;
  return { hold: a.hold && b.hold, acw: a.acw && b.acw, ring: a.ring && b.ring };
}
