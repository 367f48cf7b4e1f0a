import { AGENT } from './agent/kind.ts';
import { CASE } from './case/kind.ts';
import { CONTACT } from './contact/kind.ts';
import { CUSTOMER } from './customer/kind.ts';
import type { EntityKind, Judgement } from './entity-kind.ts';
import { NO_LINKS } from './link.ts';
import { PERIOD } from './period/kind.ts';

const NOTHING: Judgement = { contributions: [], links: NO_LINKS, held: 0, conflicts: 0 };
/** Remembered only so that repetitions are told. */
const NOTED: EntityKind = { rank: 9, judge: () => NOTHING };

const KINDS = new Map<string, EntityKind>([
  ['contact', CONTACT],
  ['case', CASE],
  ['customer', CUSTOMER],
  ['agent', AGENT],
  ['period', PERIOD],
]);

/** The kind of an entity by its id, such as `contact|call-1`. */
export function kindOf(id: string): EntityKind {
  return KINDS.get(id.slice(0, id.indexOf('|'))) ?? NOTED;
}
