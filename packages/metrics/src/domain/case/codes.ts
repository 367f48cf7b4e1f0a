import { code, FLAGS, level, maturing, one, slot, tally, value, when } from '../code-table.ts';

const resolved: number[] = [];
const firstResolved: number[] = [];
const classified: number[] = [];
const fcrProvisional: number[] = [];
const fcrMatures: number[] = [];
for (const first of FLAGS) {
  const times = when(first, one('resolutionTimes'), value('resolutionMs'));
  resolved[slot(undefined, first)] = code([one('casesResolved'), ...times], ['cases_resolved']);
  for (const second of FLAGS) {
    firstResolved[slot(undefined, first, second)] = code([
      one('casesFirstResolved'),
      ...when(first, one('firstResolutionTimes'), value('firstResolutionMs')),
      ...when(second, one('oneAgentResolved')),
    ]);
  }
  const repeats = when(first, one('repeats'));
  classified[slot(undefined, first)] = code(
    [one('classified'), ...repeats],
    first ? ['repeat_contacts'] : [],
  );
  fcrProvisional[slot(undefined, first)] = code([
    one('fcrProvisionalCohort'),
    ...when(first, one('fcrProvisionalHits')),
  ]);
  fcrMatures[slot(undefined, first)] = maturing(code([one('fcrCohort'), ...when(first, one('fcrHits'))]));
}

/** Codes of what becomes of cases and customers; they are part of `CODE`. */
export const CASE_CODE = {
  /** A case or a conversation of an asynchronous channel is to be worked on. */
  itemOpens: code([level('openItems', 1)]),
  itemCloses: code([level('openItems', -1)]),
  /** Value: number of the category's word. */
  caseOpened: code([one('casesOpened'), tally('categories')], ['tickets_created']),
  /** Value: ms since the opening, where it is known. */
  caseResolved: (timed: boolean) => resolved[slot(undefined, timed)]!,
  caseFirstResolved: (timed: boolean, oneAgent: boolean) => firstResolved[slot(undefined, timed, oneAgent)]!,
  caseReopened: code([one('casesReopened')], ['cases_reopened']),
  /** The closing that stands; value: contacts of the case until then. */
  caseStandsResolved: code([one('casesStandingResolved'), value('contactsOfResolved')]),
  caseStandsUnresolved: code([one('casesStandingUnresolved')]),
  /** A bot resolved the case of a contact that no human served, and that did not end by the bot. */
  containedByCase: code([one('botContactsContained')]),
  /** A contact of a known customer arrived. */
  classified: (repeat: boolean) => classified[slot(undefined, repeat)]!,
  /** A case was first resolved; was it solved at the first contact, as far as is known? */
  fcrProvisional: (hit: boolean) => fcrProvisional[slot(undefined, hit)]!,
  /** The same once it is certain; value: the first resolution, ms since 1970. */
  fcrMatures: (hit: boolean) => fcrMatures[slot(undefined, hit)]!,
} as const;
