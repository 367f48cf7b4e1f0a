import { CHANNELS, type Channel } from '@vigie/contracts';
import { code, FLAGS, hist, level, one, tally, value, when } from '../code-table.ts';
import {
  ANCHORS,
  SURVEY_KINDS,
  TRANSFER_KINDS,
  TREATMENTS,
  type Anchor,
  type SurveyKind,
} from './measures.ts';

/** Gives each word its code. */
const each = <T extends string>(words: readonly T[], make: (word: T) => number): ((word: T) => number) => {
  const codes = new Map(words.map((word) => [word, make(word)]));
  return (word) => codes.get(word)!;
};

const presented = FLAGS.map((redirected) =>
  each(CHANNELS, (channel) =>
    code(
      [one('presented'), one(`arrived:${channel}`), ...when(!redirected, one('presentedOrSelfCare'))],
      ['presented', 'contacts_by_channel'],
    ),
  ),
);

/** By a bit set of {@link ANCHORS}: from there the time is the same as the one that is configured. */
const firstResponse = FLAGS.map((within) =>
  Array.from({ length: 1 << ANCHORS.length }, (_, anchors) =>
    code([
      one('firstResponses'),
      value('firstResponseMs'),
      hist('firstResponse'),
      ...when(within, one('firstResponsesWithin')),
      ...ANCHORS.filter((_anchor, index) => (anchors & (1 << index)) !== 0).flatMap((anchor) => [
        one(`firstResponses:${anchor}`),
        value(`firstResponseMs:${anchor}`),
      ]),
    ]),
  ),
);

/** Where an answer stands on its scale: among the boxes at the top, at the bottom, or neither. */
export type Box = 'bottom' | 'middle' | 'top';
const BOXES: readonly Box[] = ['bottom', 'middle', 'top'];

function surveyMoves(kind: SurveyKind, box: Box) {
  const isTop = box === 'top';
  switch (kind) {
    case 'csat':
      return [one('csat'), one('csatScored'), value('csatMicros'), ...when(isTop, one('csatTop'))];
    case 'thumbs':
      return [one('csat'), ...when(isTop, one('csatTop'))];
    case 'ces':
      return [one('ces'), value('cesMicros'), ...when(isTop, one('cesEasy'))];
    case 'nps':
      return [
        one('nps'),
        ...when(isTop, one('npsPromoters')),
        ...when(box === 'bottom', one('npsDetractors')),
      ];
    case 'stars':
      return [one('stars'), value('starsMicros')];
  }
}

const survey = FLAGS.map((verbatim) =>
  BOXES.map((box) =>
    each(SURVEY_KINDS, (kind) =>
      code(
        [
          one('surveys'),
          one(`surveys:${kind}`),
          ...when(verbatim, one('verbatims')),
          ...surveyMoves(kind, box),
        ],
        verbatim ? ['survey_responses', 'verbatim_count'] : ['survey_responses'],
      ),
    ),
  ),
);

const contained = FLAGS.map((isContained) =>
  code([one('botContacts'), ...when(isContained, one('botContactsContained'))]),
);

/** Codes of what happens on a contact beside its stays in queues; they are part of `CODE`. */
export const CONTACT_CODE = {
  agentNoAnswer: code([one('agentNoAnswer')], ['agent_no_answer']),
  transferOut: each(TRANSFER_KINDS, (kind) =>
    code([one('transfersOut'), one(`transfersOut:${kind}`)], ['transfers_out']),
  ),
  transferIn: each(TRANSFER_KINDS, (kind) =>
    code([one('transfersIn'), one(`transfersIn:${kind}`)], ['transfers_in']),
  ),
  consult: code([one('consults')], ['consults']),
  holdDisconnect: code([one('holdDisconnects')], ['hold_disconnects']),
  abandonedAfterTransfer: code([one('abandonedAfterTransfer')], ['abandoned_after_transfer']),
  callbackRequested: code([one('callbacksRequested')], ['callbacks_requested']),
  /** Value: wait since it was due and queued, ms. */
  callbackAnswered: code([one('callbacksAnswered'), value('callbackWaitMs')], ['callbacks_answered']),
  callbackScheduledBegins: code([level('callbacksScheduled', 1)]),
  callbackScheduledEnds: code([level('callbacksScheduled', -1)]),
  callbackDueBegins: code([level('callbacksDue', 1)]),
  callbackDueEnds: code([level('callbacksDue', -1)]),
  heldOutcome: code([one('heldOutcomes')], ['held_outcomes']),
  inHours: code([one('inHours')], ['contacts_in_hours']),
  /** Out of hours and treated like any other. */
  outOfHours: code([one('outOfHours')], ['contacts_out_of_hours']),
  outOfHoursTreated: each(TREATMENTS, (treatment) =>
    code([one('outOfHours'), one(`outOfHours:${treatment}`)], ['contacts_out_of_hours']),
  ),
  /** A contact asked for a human; `redirected`: it was sent to self-care at some time, and counts as such. */
  presented: (redirected: boolean, channel: Channel) => presented[Number(redirected)]!(channel),
  botOnly: each(CHANNELS, (channel) => code([one(`arrived:${channel}`)], ['contacts_by_channel'])),
  selfCare: code([one('selfCare'), one('presentedOrSelfCare')], ['self_care_transfers']),
  conversion: code([one('conversions')], ['conversions']),
  /** Value: from arrival to end, ms. */
  contactEnded: code([one('contactsEnded'), value('contactDurationMs')]),
  botContact: (isContained: boolean) => contained[Number(isContained)]!,
  /** Value: ms. `anchors`: a bit set, see {@link ANCHORS}. */
  firstResponse: (within: boolean, anchors: number) => firstResponse[Number(within)]![anchors]!,
  /** Value: ms. Counted from an anchor that is not the one configured, or gives another time. */
  firstResponseFrom: each(ANCHORS, (anchor: Anchor) =>
    code([one(`firstResponses:${anchor}`), value(`firstResponseMs:${anchor}`)]),
  ),
  firstResponseOverBegins: code([level('firstResponseOver', 1)]),
  firstResponseOverEnds: code([level('firstResponseOver', -1)]),
  /** Over the threshold and over the target of the first response, both at once: so it is with most calls, until the wait ends. */
  bothOverBegin: code([level('overThreshold', 1), level('firstResponseOver', 1)]),
  unansweredConversation: code([one('unansweredConversations')], ['unanswered_conversations']),
  unansweredTurn: code([one('unansweredTurns')], ['unanswered_turns']),
  /** Value: score × 10⁶. */
  survey: (kind: SurveyKind, box: Box, verbatim: boolean) =>
    survey[Number(verbatim)]![BOXES.indexOf(box)]!(kind),
  /** Value: share of the greatest score, × 10⁶. */
  evaluation: code([one('evaluations'), value('evaluationMicros')]),
  /** Value: −10⁶ to 10⁶. */
  sentiment: code([one('analysed'), value('sentimentMicros')]),
  transcribed: code([one('transcribed')]),
  /** Any keyword was found in the contact. */
  keywordContact: code([one('keywordContacts')]),
  /** Value: number of the keyword's word. */
  keyword: code([one('keywordsFound'), tally('keywords')], ['keyword_contacts']),
  /** Value: hits of a keyword. */
  keywordHits: code([value('keywordHits')]),
  /** Value: number of a word that says how many hits of which keyword, see {@link hitsWord}. */
  keywordHitsOf: code([tally('keywordHits')]),
} as const;
