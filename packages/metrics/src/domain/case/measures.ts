/** What cases and customers are counted by. Durations are ms. */
export const CASE_SUMS = [
  'casesOpened',
  'casesResolved',
  'casesReopened',
  'resolutionTimes',
  'resolutionMs',
  'casesFirstResolved',
  'oneAgentResolved',
  'firstResolutionTimes',
  'firstResolutionMs',
  'casesStandingResolved',
  'contactsOfResolved',
  'casesStandingUnresolved',
  'fcrCohort',
  'fcrHits',
  'fcrProvisionalCohort',
  'fcrProvisionalHits',
  'classified',
  'repeats',
] as const;
export type CaseSum = (typeof CASE_SUMS)[number];
