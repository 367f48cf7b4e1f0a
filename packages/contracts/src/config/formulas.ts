/** The seven formulas of the service level, in the order in which they are listed to people. */
export const SERVICE_LEVEL_FORMULAS = [
  'answered_over_offered',
  'exclude_short_abandons',
  'exclude_abandons_within_threshold',
  'abandons_within_threshold_positive',
  'short_abandons_positive',
  'answered_only',
  'removed_within_threshold',
] as const;
export type ServiceLevelFormula = (typeof SERVICE_LEVEL_FORMULAS)[number];
