import type { EventType } from '@vigie/contracts';

/** Which events figures are counted from: a set for each thing counted. A summary (`contact.record`) may tell it too. */
type Events = readonly EventType[];

export const ENTRIES: Events = ['vigie.contact.queued', 'vigie.contact.record'];
export const ANSWERS: Events = [...ENTRIES, 'vigie.contact.answered'];
export const ABANDONMENTS: Events = [...ENTRIES, 'vigie.contact.abandoned', 'vigie.contact.ended'];
export const FLOW_OUTS: Events = [...ENTRIES, 'vigie.contact.flow_out', 'vigie.contact.ended'];
/** Whatever ends a stay in a queue. */
export const OUTCOMES: Events = [
  ...ENTRIES,
  'vigie.contact.answered',
  'vigie.contact.abandoned',
  'vigie.contact.flow_out',
  'vigie.contact.ended',
];
export const OFFERS: Events = [...OUTCOMES, 'vigie.contact.offered', 'vigie.contact.offer_ended'];
/** An agent’s work on a contact. */
export const HANDLINGS: Events = [
  'vigie.contact.answered',
  'vigie.contact.held',
  'vigie.contact.unheld',
  'vigie.contact.transferred',
  'vigie.contact.ended',
  'vigie.wrapup.started',
  'vigie.wrapup.ended',
  'vigie.contact.record',
];
/** How agents spend their time: what is told of their states and queues, and their work. */
export const AGENT_TIME: Events = [
  'vigie.agent.state',
  'vigie.agent.queues',
  'vigie.source.snapshot',
  ...HANDLINGS,
];
/** A contact that asks for a human. */
export const ARRIVALS: Events = [...ENTRIES, 'vigie.contact.rejected'];
/** How a contact as a whole came out. */
export const DECISIONS: Events = [
  ...OUTCOMES,
  'vigie.contact.rejected',
  'vigie.callback.requested',
  'vigie.callback.cancelled',
  'vigie.callback.failed',
];
export const OFFERS_ENDED: Events = ['vigie.contact.offer_ended'];
export const TRANSFERS: Events = ['vigie.contact.transferred'];
export const CONSULTS: Events = ['vigie.contact.consulted', 'vigie.contact.queued'];
export const CALLBACKS: Events = ['vigie.callback.requested', 'vigie.contact.flow_out'];
export const CALLBACK_ANSWERS: Events = ['vigie.contact.queued', 'vigie.contact.answered', ...CALLBACKS];
export const CALLBACKS_PENDING: Events = [
  ...CALLBACK_ANSWERS,
  'vigie.callback.cancelled',
  'vigie.callback.failed',
];
export const SELF_CARE: Events = ['vigie.contact.self_care', 'vigie.contact.flow_out'];
export const SURVEYS: Events = ['vigie.survey.response'];
export const EVALUATIONS: Events = ['vigie.qa.evaluated'];
export const ANALYSES: Events = ['vigie.contact.analysed'];
export const KEYWORDS: Events = [...ANALYSES, 'vigie.contact.ended'];
export const SALES: Events = ['vigie.contact.converted'];
/** A bot’s part in a contact. */
export const BOTS: Events = [
  'vigie.contact.created',
  'vigie.message.posted',
  'vigie.contact.answered',
  'vigie.contact.ended',
];
export const REPLIES: Events = [
  'vigie.contact.created',
  'vigie.contact.queued',
  'vigie.contact.answered',
  'vigie.contact.handoff',
  'vigie.message.posted',
];
export const CONVERSATIONS: Events = [...REPLIES, 'vigie.contact.ended'];
/** What becomes of a case. */
export const CASE_LIFE: Events = [
  'vigie.case.opened',
  'vigie.case.resolved',
  'vigie.case.reopened',
  'vigie.case.closed_unresolved',
  'vigie.contact.resolved',
  'vigie.contact.reopened',
];
/** The same with the contacts that name the case. */
export const CASE_CONTACTS: Events = [...CASE_LIFE, ...HANDLINGS, 'vigie.contact.queued'];
export const OPEN_ITEMS: Events = [...CASE_LIFE, ...CONVERSATIONS];
/** Contacts of known customers. */
export const CLASSIFICATION: Events = [
  ...ARRIVALS,
  'vigie.contact.answered',
  'vigie.message.posted',
  'vigie.case.opened',
];
export const FIRST_CONTACT: Events = [
  ...CASE_LIFE,
  ...ARRIVALS,
  'vigie.contact.answered',
  'vigie.contact.transferred',
  'vigie.contact.ended',
  'vigie.message.posted',
];
