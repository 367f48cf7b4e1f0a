import { contactContributions, viewContact, type ContactView, type Contributions } from '@vigie/metrics';
import type { CentreState } from '../processor/centre-state.ts';
import type { Entity } from '../processor/entity.ts';

/** Is it a contact, by its id? */
export function isContact(id: string): boolean {
  return id.startsWith('contact|');
}

/** What an entity adds to the figures, computed without being remembered or counted: of a frozen copy. */
export function lookAt(centre: CentreState, entity: Entity): Contributions {
  const { id, kind, facts, links, judgement } = entity;
  // without the links that a contact tells others, which are not asked for
  if (judgement === undefined && isContact(id))
    return contactContributions(viewOf(centre, entity), centre.context);
  return (judgement ?? kind.judge(id, facts, links.byKey, centre.context)).contributions;
}

/** The view of a contact's journey. */
export function viewOf(centre: CentreState, { facts, links }: Entity): ContactView {
  return viewContact(facts, links.byKey, centre.context);
}
