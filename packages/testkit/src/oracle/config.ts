import { instantMs } from './time.ts';
import type {
  ChannelConfig,
  FirstResponseConfig,
  Formula,
  OracleConfig,
  OracleConfigVersion,
  OracleEvent,
} from './types.ts';

/** The settings one segment of one queue and channel is judged with, everything filled in. */
export interface Settings {
  readonly mode: 'live' | 'async';
  readonly thresholdMs: number;
  /** Never above the threshold (clamped where inherited). */
  readonly shortAbandonMs: number;
  readonly formula: Formula;
  readonly inclusive: boolean;
  readonly includeFlowOuts: boolean | readonly string[];
  readonly segmentKinds: readonly string[];
  readonly clock: 'segment' | 'contact';
  readonly answerEvent: 'agent_joined' | 'first_agent_message';
  readonly anchor: NonNullable<FirstResponseConfig['anchor']>;
  readonly responseTimeIncludesFirst: boolean;
  /** A first response within it is in time. */
  readonly targetMs: number;
  readonly businessClock: boolean;
  readonly includeOutOfHours: boolean;
  readonly calendar: string;
}

const DEFAULT_THRESHOLD: Readonly<Record<string, string>> = {
  voice: '20s',
  video: '20s',
  chat: '60s',
  sms: '60s',
  email: '3600s',
  social: '3600s',
  task: '3600s',
};
const ASYNC_CHANNELS = ['email', 'social'];
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a duration such as `20s`, `15m`, `4h`, `30d`. Throws on anything else. */
export function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const unit = match?.[2] === undefined ? undefined : UNIT_MS[match[2]];
  if (match?.[1] === undefined || unit === undefined) {
    throw new Error(`duration is ${JSON.stringify(text)}: expected a number and ms, s, m, h or d`);
  }
  return Math.round(Number(match[1]) * unit);
}

/** What a queue says about a channel goes before what the channel says, and that before the defaults. */
export function settingsOf(config: OracleConfig, queue: string | undefined, channel: string): Settings {
  const ofQueue = queue === undefined ? undefined : config.queues?.[queue];
  const layers: readonly (ChannelConfig | undefined)[] = [
    ofQueue?.channels?.[channel],
    ofQueue,
    config.channels?.[channel],
  ];
  const serviceLevel = Object.assign({}, ...layers.map((layer) => layer?.serviceLevel).reverse());
  const firstResponse = Object.assign({}, ...layers.map((layer) => layer?.firstResponse).reverse());
  const mode =
    layers.find((layer) => layer?.mode !== undefined)?.mode ??
    (ASYNC_CHANNELS.includes(channel) ? 'async' : 'live');
  const defaultThreshold = DEFAULT_THRESHOLD[channel] ?? '20s';
  const channelThreshold = config.channels?.[channel]?.serviceLevel?.threshold ?? defaultThreshold;
  const thresholdMs = durationMs(serviceLevel.threshold ?? defaultThreshold);
  return {
    mode,
    thresholdMs,
    shortAbandonMs: Math.min(durationMs(serviceLevel.shortAbandon ?? '5s'), thresholdMs),
    formula: serviceLevel.formula ?? 'exclude_short_abandons',
    inclusive: (serviceLevel.boundary ?? 'inclusive') === 'inclusive',
    includeFlowOuts: serviceLevel.includeFlowOuts ?? false,
    segmentKinds: serviceLevel.segmentKinds ?? ['initial', 'overflow', 'transfer', 'requeue'],
    clock: serviceLevel.clock ?? 'segment',
    answerEvent: serviceLevel.answerEvent ?? 'agent_joined',
    anchor: firstResponse.anchor ?? 'customer_first_message',
    responseTimeIncludesFirst: firstResponse.responseTimeIncludesFirst ?? true,
    targetMs: durationMs(firstResponse.target ?? channelThreshold),
    businessClock: firstResponse.clock === 'business',
    includeOutOfHours: layers.find((l) => l?.includeOutOfHours !== undefined)?.includeOutOfHours ?? false,
    calendar: layers.find((layer) => layer?.calendar !== undefined)?.calendar ?? 'always',
  };
}

/** The four ages after which the open is closed, in milliseconds. */
export function agesOf(config: OracleConfig): {
  segmentMs: number;
  handlingMs: number;
  acwMs: number;
  asyncMs: number;
} {
  return {
    segmentMs: durationMs(config.time?.maxSegmentAge ?? '4h'),
    handlingMs: durationMs(config.time?.maxHandlingAge ?? '12h'),
    acwMs: durationMs(config.time?.maxAcw ?? '30m'),
    asyncMs: durationMs(config.time?.maxAsyncAge ?? '30d'),
  };
}

/** How cases are judged. */
export function caseSettingsOf({ cases = {} }: OracleConfig): {
  fcrWindowMs: number;
  countAbandons: boolean;
  transferBreaks: boolean;
} {
  return {
    fcrWindowMs: durationMs(cases.fcrWindow ?? '7d'),
    countAbandons: cases.fcrCountAbandons ?? false,
    transferBreaks: cases.fcrTransferBreaks ?? false,
  };
}

/** The versions of a recording, oldest first: the one given at the start since ever, then each change by its instant. */
export function timelineOf(
  events: readonly OracleEvent[],
  first: OracleConfig,
): readonly OracleConfigVersion[] {
  const changes: (OracleConfigVersion & { toldMs: number; version: string })[] = [];
  for (const { type, time, data } of events) {
    if (type !== 'vigie.config.changed' || data.effectiveFrom === undefined) continue;
    const version = typeof data.version === 'string' ? data.version : '';
    changes.push({
      effectiveFromMs: instantMs(data.effectiveFrom),
      toldMs: instantMs(time),
      version,
      body: data.body ?? {},
    });
  }
  // Of two for one instant the one told later holds, then the greater name.
  changes.sort(
    (a, b) =>
      a.effectiveFromMs - b.effectiveFromMs || a.toldMs - b.toldMs || (a.version < b.version ? -1 : 1),
  );
  return [{ effectiveFromMs: Number.NEGATIVE_INFINITY, body: first }, ...changes];
}

/** The configuration in force at an instant. */
export function configAt(timeline: readonly OracleConfigVersion[], atMs: number): OracleConfig {
  const inForce = timeline.filter((version) => version.effectiveFromMs <= atMs).at(-1);
  if (inForce === undefined) throw new Error('a timeline has a first version that holds since ever');
  return inForce.body;
}
