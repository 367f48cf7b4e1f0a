import { CATALOGUE } from '@vigie/metrics';

/**
 * Figures that go on with every millisecond though nothing happens: shares of agents' time, and an age by business hours.
 * Viewers are told of them by the second, so that what a service shows may be up to a second old.
 */
export const OF_TIME: ReadonlySet<string> = new Set([
  ...CATALOGUE.filter(({ level, now }) => level === 'agent' && !now).map(({ id }) => id),
  'oldest_unanswered_age_now',
]);
