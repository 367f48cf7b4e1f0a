import type { ChannelSettings, FlowOutCause, ServiceLevelSettings } from '@vigie/contracts';

/** How a wait compares with the service-level threshold and the short-abandon limit (compared in whole ms). */
export interface Timing {
  readonly within: boolean;
  readonly short: boolean;
}

export function judgeWait(waitMs: number, settings: ServiceLevelSettings): Timing {
  const inclusive = settings.boundary === 'inclusive';
  const within = inclusive ? waitMs <= settings.thresholdMs : waitMs < settings.thresholdMs;
  const limit = settings.shortAbandonMs;
  const short = limit !== undefined && (inclusive ? waitMs <= limit : waitMs < limit);
  return { within, short };
}

/** From which age a waiting contact is over the threshold, ms: the first age that is no longer within it. */
export function overThresholdAfterMs(settings: ServiceLevelSettings): number {
  return settings.boundary === 'inclusive' ? settings.thresholdMs + 1 : settings.thresholdMs;
}

/** From which wait on a first response is beyond its target, ms: the boundary is that of the service level. */
export function lateAfterMs({ firstResponse, serviceLevel }: ChannelSettings): number {
  return serviceLevel.boundary === 'inclusive' ? firstResponse.targetMs + 1 : firstResponse.targetMs;
}

/** What a decided segment is to the service level: `undefined` when it is left out. */
export type Verdict = 'hit' | 'miss' | undefined;

/**
 * The seven formulas of `kpis.md` §2, one segment at a time: numerator = hits, denominator = hits + misses. Judged by
 * segment, counts of queues with different settings simply add up.
 */
export function serviceLevelVerdict(
  outcome: {
    readonly kind: 'answered' | 'abandoned' | 'flow_out';
    readonly cause?: FlowOutCause | undefined;
  },
  timing: Timing,
  settings: ServiceLevelSettings,
): Verdict {
  const { formula } = settings;
  if (outcome.kind === 'answered') {
    return timing.within ? 'hit' : 'miss';
  }
  if (outcome.kind === 'flow_out') {
    if (formula === 'removed_within_threshold') return timing.within ? 'hit' : 'miss';
    return includesFlowOut(settings, outcome.cause) ? 'miss' : undefined;
  }
  switch (formula) {
    case 'answered_over_offered':
      return 'miss';
    case 'exclude_short_abandons':
      return timing.short ? undefined : 'miss';
    case 'exclude_abandons_within_threshold':
      return timing.within ? undefined : 'miss';
    case 'abandons_within_threshold_positive':
    case 'removed_within_threshold':
      return timing.within ? 'hit' : 'miss';
    case 'short_abandons_positive':
      return timing.short ? 'hit' : 'miss';
    case 'answered_only':
      return undefined;
  }
}

function includesFlowOut(settings: ServiceLevelSettings, cause: FlowOutCause | undefined): boolean {
  const included = settings.includeFlowOuts;
  return typeof included === 'boolean' ? included : cause !== undefined && included.includes(cause);
}
