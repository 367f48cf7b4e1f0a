import fc from 'fast-check';
import { NOTABLE_STARTS, randomCentre, type RandomCentre } from './centre.ts';

/** Random centres for property tests: shrinks to fewer contacts; `minimise` then does the rest. */
export function arbitraryCentre({
  maxContacts = 40,
}: { maxContacts?: number } = {}): fc.Arbitrary<RandomCentre> {
  return fc
    .record({
      contacts: fc.integer({ min: 1, max: maxContacts }),
      seed: fc.noShrink(fc.nat()),
      startMs: fc.constantFrom(...Object.values(NOTABLE_STARTS)),
    })
    .map(randomCentre);
}
