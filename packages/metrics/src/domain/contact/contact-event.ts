import { EVENT_TYPES, type CanonicalEvent, type EventType } from '@vigie/contracts';

type WithContact<E> = E extends { readonly data: { readonly contact: { readonly id: string } } } ? E : never;
/** An event of a type that is about a contact. */
export type ContactEvent = WithContact<CanonicalEvent>;

/** Types whose subject is a contact; `case.*`, `agent.*` and the like may name one without being about it. */
const CONTACT_TYPES: ReadonlySet<EventType> = new Set(
  EVENT_TYPES.filter((type) => /^vigie\.(contact|wrapup|callback|message|survey|qa)\./.test(type)),
);
/** True for events that are about a contact: their facts go to the contact's journey. */
export function isContactEvent(event: CanonicalEvent): event is ContactEvent {
  return CONTACT_TYPES.has(event.type);
}
