import type { Channel, SegmentKind } from '../events/fields.ts';

/** The calendar that is built in: open at any time. */
export const ALWAYS = 'always';

const SECOND_MS = 1000;

function channel(mode: 'live' | 'async', thresholdMs: number) {
  return {
    mode,
    serviceLevel: {
      thresholdMs,
      shortAbandonMs: 5 * SECOND_MS,
      formula: 'exclude_short_abandons',
      boundary: 'inclusive',
      includeFlowOuts: false,
      segmentKinds: ['initial', 'overflow', 'transfer', 'requeue'] as readonly SegmentKind[],
      clock: 'segment',
      answerEvent: 'agent_joined',
    },
    firstResponse: { anchor: 'customer_first_message', clock: 'elapsed', responseTimeIncludesFirst: true },
  } as const;
}

/** What holds where neither the queue nor its channel says otherwise (`docs/configuration.md`). */
export const CHANNEL_DEFAULTS = {
  voice: channel('live', 20 * SECOND_MS),
  chat: channel('live', 60 * SECOND_MS),
  email: channel('async', 3600 * SECOND_MS),
  sms: channel('live', 60 * SECOND_MS),
  social: channel('async', 3600 * SECOND_MS),
  video: channel('live', 20 * SECOND_MS),
  task: channel('live', 3600 * SECOND_MS),
} as const satisfies Record<Channel, unknown>;

export const TIME_DEFAULTS = {
  bucket: '1s',
  allowedLateness: '24h',
  futureTolerance: '60s',
  maxSegmentAge: '4h',
  maxHandlingAge: '12h',
  maxAcw: '30m',
  maxAsyncAge: '30d',
} as const;

export const CASE_DEFAULTS = { fcrWindow: '7d', fcrCountAbandons: false, fcrTransferBreaks: false } as const;
