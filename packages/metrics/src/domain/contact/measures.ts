import { CHANNELS } from '@vigie/contracts';

/** How a contact was handed on, by its event’s `kind`. */
export const TRANSFER_KINDS = ['blind', 'attended', 'queue', 'external'] as const;
export type TransferKind = (typeof TRANSFER_KINDS)[number];
/** What became of a contact that came while the queue was closed. */
export const TREATMENTS = ['deterrence', 'voicemail', 'bot'] as const;
export type Treatment = (typeof TREATMENTS)[number];
export const SURVEY_KINDS = ['csat', 'nps', 'ces', 'thumbs', 'stars'] as const;
export type SurveyKind = (typeof SURVEY_KINDS)[number];
/** From where a first response time can be counted. */
export const ANCHORS = ['firstMessage', 'queueEntry', 'assignment', 'handoff'] as const;
export type Anchor = (typeof ANCHORS)[number];
/** The same in the words of the configuration. */
export const ANCHOR_SETTINGS = [
  'customer_first_message',
  'queue_entry',
  'agent_assignment',
  'bot_handoff',
] as const;
export type AnchorSetting = (typeof ANCHOR_SETTINGS)[number];

/** Sums of what happens on a contact beside its stays in queues. Durations in ms, scores × 10⁶. */
export const CONTACT_SUMS = [
  'agentNoAnswer',
  'transfersOut',
  ...TRANSFER_KINDS.map((kind) => `transfersOut:${kind}` as const),
  'transfersIn',
  ...TRANSFER_KINDS.map((kind) => `transfersIn:${kind}` as const),
  'handledTransferred',
  'handledWithHold',
  'consults',
  'holdDisconnects',
  'abandonedAfterTransfer',
  'callbacksRequested',
  'callbacksAnswered',
  'callbackWaitMs',
  'heldOutcomes',
  'inHours',
  'outOfHours',
  ...TREATMENTS.map((treatment) => `outOfHours:${treatment}` as const),
  ...CHANNELS.map((channel) => `arrived:${channel}` as const),
  'selfCare',
  'presentedOrSelfCare',
  'decidedWithin',
  'handledContacts',
  'handledContactsSales',
  'handledContactsConverted',
  'conversions',
  'contactsEnded',
  'contactDurationMs',
  'botContacts',
  'botContactsContained',
  'firstResponsesWithin',
  ...ANCHORS.flatMap((anchor) => [`firstResponses:${anchor}`, `firstResponseMs:${anchor}`] as const),
  'unansweredConversations',
  'unansweredTurns',
  'surveys',
  ...SURVEY_KINDS.map((kind) => `surveys:${kind}` as const),
  'verbatims',
  'csat',
  'csatTop',
  'csatScored',
  'csatMicros',
  'ces',
  'cesEasy',
  'cesMicros',
  'nps',
  'npsPromoters',
  'npsDetractors',
  'stars',
  'starsMicros',
  'evaluations',
  'evaluationMicros',
  'analysed',
  'sentimentMicros',
  'transcribed',
  'keywordContacts',
  'keywordsFound',
  'keywordHits',
] as const;
export type ContactSum = (typeof CONTACT_SUMS)[number];
