import { CHANNELS, type Channel, type FlowOutCause, type SegmentKind } from '../events/fields.ts';
import type { ChannelSection } from './channel-schema.ts';
import type { ServiceLevelFormula } from './formulas.ts';
import { ALWAYS, CASE_DEFAULTS, CHANNEL_DEFAULTS, TIME_DEFAULTS } from './defaults.ts';
import type { ConfigurationFile, QueueSection } from './schema.ts';
import { parseClockTime, parseDuration, parseOpening } from './values.ts';

/** How the service level of a queue and channel is judged (`kpis.md` §2). */
export interface ServiceLevelSettings {
  readonly thresholdMs: number;
  /** At most the threshold. `undefined` on async channels: there is no abandon. */
  readonly shortAbandonMs: number | undefined;
  readonly formula: ServiceLevelFormula;
  /** Is a wait of exactly the threshold within it? */
  readonly boundary: 'inclusive' | 'exclusive';
  readonly includeFlowOuts: boolean | readonly FlowOutCause[];
  readonly segmentKinds: readonly SegmentKind[];
  readonly clock: 'segment' | 'contact';
  readonly answerEvent: 'agent_joined' | 'first_agent_message';
}

export interface FirstResponseSettings {
  readonly anchor: 'customer_first_message' | 'queue_entry' | 'agent_assignment' | 'bot_handoff';
  readonly targetMs: number;
  readonly clock: 'elapsed' | 'business';
  readonly responseTimeIncludesFirst: boolean;
}

export interface ChannelSettings {
  readonly mode: 'live' | 'async';
  readonly serviceLevel: ServiceLevelSettings;
  readonly firstResponse: FirstResponseSettings;
  readonly includeOutOfHours: boolean;
  /** Name of a calendar; `always` is built in. */
  readonly calendar: string;
}

export interface TimeSettings {
  readonly bucketMs: number;
  readonly allowedLatenessMs: number;
  readonly futureToleranceMs: number;
  readonly maxSegmentAgeMs: number;
  readonly maxHandlingAgeMs: number;
  readonly maxAcwMs: number;
  readonly maxAsyncAgeMs: number;
}

/** Opening hours, `[open, close)` in ms after local midnight, of each weekday, Monday first; local dates that are closed. */
export interface CalendarSettings {
  readonly week: readonly (readonly (readonly [number, number])[])[];
  readonly holidays: ReadonlySet<string>;
}

/** How it is judged whether a case was solved at the first contact (`kpis.md` §6). */
export interface CaseSettings {
  /** How long a case must stay quiet, and after which a contact of the same customer is no repetition. */
  readonly fcrWindowMs: number;
  /** Do attempts that no human answered count as contacts? */
  readonly fcrCountAbandons: boolean;
  /** Is a case whose contact was transferred not solved at the first one? */
  readonly fcrTransferBreaks: boolean;
}

/** The part of the configuration that changes what a figure means: versioned, an event in the log. */
export interface SemanticConfig {
  readonly timeZone: string;
  /** Milliseconds after local midnight; a multiple of 15 minutes. */
  readonly dayStartMs: number;
  readonly time: TimeSettings;
  readonly cases: CaseSettings;
  /** Configured channels of a queue, in the order of `CHANNELS`; the first is that of events that name none. */
  readonly queueChannels: ReadonlyMap<string, readonly Channel[]>;
  /** Every configured queue, those too that name no channel. */
  readonly queueNames: readonly string[];
  /** By name; `always` is none of them. */
  readonly calendars: ReadonlyMap<string, CalendarSettings>;
  /** Are sales expected of this queue? */
  isSales(queue: string | undefined): boolean;
  /** Ids of agents by the other names that sources have for them. */
  readonly agentAliases: ReadonlyMap<string, string>;
  /** The team an agent is configured with. */
  teamOfAgent(agent: string): string | undefined;
  /** The team and the site a queue is configured with. */
  placeOfQueue(queue: string): { readonly team?: string; readonly site?: string };
  /** Never throws, for any queue and channel; the same object for the same arguments. */
  settings(queue: string | undefined, channel: Channel): ChannelSettings;
}

/** The semantic part of a file that is known to be right. */
export function semanticOf(file: ConfigurationFile): SemanticConfig {
  const ofChannel = Object.fromEntries(
    CHANNELS.map((channel) => [channel, resolveSettings(channel, [file.channels?.[channel]])]),
  ) as Record<Channel, ChannelSettings>;
  const ofQueue = new Map<string, ReadonlyMap<Channel, ChannelSettings>>();
  const queueChannels = new Map<string, readonly Channel[]>();
  for (const [queue, section] of Object.entries(file.queues ?? {})) {
    const channels = configuredChannels(section);
    if (channels.length > 0) queueChannels.set(queue, channels);
    ofQueue.set(
      queue,
      new Map(
        CHANNELS.map((channel) => [channel, resolveSettings(channel, layersOf(file, section, channel))]),
      ),
    );
  }
  const sales = new Set(
    Object.entries(file.queues ?? {}).flatMap(([queue, own]) => (own.sales ? [queue] : [])),
  );
  return {
    timeZone: file.centre?.timeZone ?? 'UTC',
    dayStartMs: parseClockTime(file.centre?.dayStart ?? '00:00') ?? 0,
    time: timeOf(file),
    cases: casesOf(file),
    queueChannels,
    queueNames: Object.keys(file.queues ?? {}),
    calendars: calendarsOf(file),
    isSales: (queue) => queue !== undefined && sales.has(queue),
    agentAliases: new Map(
      Object.entries(file.agents ?? {}).flatMap(([agent, { aliases }]) =>
        (aliases ?? []).map((alias) => [alias, agent] as const),
      ),
    ),
    teamOfAgent: (agent) => own(file.agents, agent)?.team,
    placeOfQueue: (queue) => own(file.queues, queue) ?? NOWHERE,
    settings: (queue, channel) =>
      (queue === undefined ? undefined : ofQueue.get(queue)?.get(channel)) ?? ofChannel[channel],
  };
}

const NOWHERE = {};

function own<T>(sections: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return sections !== undefined && Object.hasOwn(sections, name) ? sections[name] : undefined;
}

/** Channels that the file names for a queue, in the order of `CHANNELS`; none when it names none. */
export function configuredChannels(section: QueueSection): readonly Channel[] {
  if (section.channel !== undefined) return [section.channel];
  return CHANNELS.filter((channel) => section.channels?.[channel] !== undefined);
}

/** Where a key is looked for, most specific first. */
export function layersOf(
  file: ConfigurationFile,
  section: QueueSection,
  channel: Channel,
): readonly (ChannelSection | undefined)[] {
  return [section.channels?.[channel], section, file.channels?.[channel]];
}

type Layers = readonly (ChannelSection | undefined)[];

function first<T>(layers: Layers, read: (layer: ChannelSection) => T | undefined): T | undefined {
  for (const layer of layers) {
    const value = layer === undefined ? undefined : read(layer);
    if (value !== undefined) return value;
  }
  return undefined;
}

function firstDuration(
  layers: Layers,
  read: (layer: ChannelSection) => string | undefined,
): number | undefined {
  const text = first(layers, read);
  return text === undefined ? undefined : parseDuration(text);
}

/** Settings of one channel from its layers (most specific first, the channel's own section last). */
export function resolveSettings(channel: Channel, layers: Layers): ChannelSettings {
  const defaults = CHANNEL_DEFAULTS[channel];
  const sl = defaults.serviceLevel;
  const fr = defaults.firstResponse;
  const mode = first(layers, (layer) => layer.mode) ?? defaults.mode;
  const thresholdMs = firstDuration(layers, (layer) => layer.serviceLevel?.threshold) ?? sl.thresholdMs;
  const shortAbandonMs =
    firstDuration(layers, (layer) => layer.serviceLevel?.shortAbandon) ?? sl.shortAbandonMs;
  const flowOuts = first(layers, (layer) => layer.serviceLevel?.includeFlowOuts) ?? sl.includeFlowOuts;
  const channelThresholdMs =
    firstDuration(layers.slice(-1), (layer) => layer.serviceLevel?.threshold) ?? sl.thresholdMs;
  return {
    mode,
    serviceLevel: {
      thresholdMs,
      shortAbandonMs: mode === 'async' ? undefined : Math.min(shortAbandonMs, thresholdMs),
      formula: first(layers, (layer) => layer.serviceLevel?.formula) ?? sl.formula,
      boundary: first(layers, (layer) => layer.serviceLevel?.boundary) ?? sl.boundary,
      includeFlowOuts: flowOuts,
      segmentKinds: first(layers, (layer) => layer.serviceLevel?.segmentKinds) ?? sl.segmentKinds,
      clock: first(layers, (layer) => layer.serviceLevel?.clock) ?? sl.clock,
      answerEvent: first(layers, (layer) => layer.serviceLevel?.answerEvent) ?? sl.answerEvent,
    },
    firstResponse: {
      anchor: first(layers, (layer) => layer.firstResponse?.anchor) ?? fr.anchor,
      targetMs: firstDuration(layers, (layer) => layer.firstResponse?.target) ?? channelThresholdMs,
      clock: first(layers, (layer) => layer.firstResponse?.clock) ?? fr.clock,
      responseTimeIncludesFirst:
        first(layers, (layer) => layer.firstResponse?.responseTimeIncludesFirst) ??
        fr.responseTimeIncludesFirst,
    },
    includeOutOfHours: first(layers, (layer) => layer.includeOutOfHours) ?? false,
    calendar: first(layers, (layer) => layer.calendar) ?? ALWAYS,
  };
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

function calendarsOf(file: ConfigurationFile): ReadonlyMap<string, CalendarSettings> {
  return new Map(
    Object.entries(file.calendars ?? {}).map(([name, calendar]) => [
      name,
      {
        week: WEEKDAYS.map((day) =>
          (calendar[day] ?? []).flatMap((opening) => {
            const hours = parseOpening(opening);
            return hours === undefined ? [] : [hours];
          }),
        ),
        holidays: new Set(calendar.holidays),
      },
    ]),
  );
}

function timeOf(file: ConfigurationFile): TimeSettings {
  const read = (key: keyof typeof TIME_DEFAULTS) =>
    parseDuration(file.time?.[key] ?? TIME_DEFAULTS[key]) ?? 0;
  return {
    bucketMs: read('bucket'),
    allowedLatenessMs: read('allowedLateness'),
    futureToleranceMs: read('futureTolerance'),
    maxSegmentAgeMs: read('maxSegmentAge'),
    maxHandlingAgeMs: read('maxHandlingAge'),
    maxAcwMs: read('maxAcw'),
    maxAsyncAgeMs: read('maxAsyncAge'),
  };
}

function casesOf({ cases }: ConfigurationFile): CaseSettings {
  const { fcrWindow, fcrCountAbandons, fcrTransferBreaks } = { ...CASE_DEFAULTS, ...cases };
  return { fcrWindowMs: parseDuration(fcrWindow) ?? 0, fcrCountAbandons, fcrTransferBreaks };
}
