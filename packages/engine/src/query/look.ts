import { foldContact, type ContactView, type Contributions } from '@vigie/metrics';
import type { CentreState } from '../processor/centre-state.ts';
import type { Entity } from '../processor/entity.ts';

/** What an entity adds to the figures, computed without being remembered or counted: of a frozen copy. */
export function lookAt(centre: CentreState, { id, kind, facts, links, judgement }: Entity): Contributions {
  return (judgement ?? kind.judge(id, facts, links.byKey, centre.context)).contributions;
}

/** The view of a contact's journey. */
export function viewOf(centre: CentreState, { facts }: Entity): ContactView {
  return foldContact(facts, centre.context);
}
