/** The seven formulas of the service level, as the configuration names them; a test holds them to the contract's. */
export const SERVICE_LEVEL_FORMULAS = [
  'answered_over_offered',
  'exclude_short_abandons',
  'exclude_abandons_within_threshold',
  'abandons_within_threshold_positive',
  'short_abandons_positive',
  'answered_only',
  'removed_within_threshold',
] as const;
