import { compareText } from '../text.ts';
import { CHANNELS, FLOW_OUT_CAUSES, SEGMENT_KINDS } from '../events/fields.ts';
import type { ChannelSection } from './channel-schema.ts';
import { CASE_DEFAULTS, CHANNEL_DEFAULTS, TIME_DEFAULTS } from './defaults.ts';
import type { ConfigurationFile, QueueSection } from './schema.ts';
import { resolveSettings } from './semantic.ts';
import { formatClockTime, formatDuration, parseClockTime, parseDuration } from './values.ts';

type Json = Record<string, unknown>;

/**
 * The semantic part of a configuration as the body of `vigie.config.changed`: in the spelling of `vigie.yaml`, equal
 * for equal meanings (durations in one spelling, lists in one order, the defaults written out), so that its
 * `canonicalJson` can be hashed into a version, and so that a later release with other defaults judges it the same.
 */
export function semanticBody(configuration: { readonly file: ConfigurationFile }): Json {
  const { file } = configuration;
  return {
    centre: {
      timeZone: file.centre?.timeZone ?? 'UTC',
      dayStart: formatClockTime(parseClockTime(file.centre?.dayStart ?? '00:00') ?? 0),
    },
    time: Object.fromEntries(
      Object.entries(TIME_DEFAULTS).map(([key, preset]) => [
        key,
        canonicalDuration(file.time?.[key as keyof typeof TIME_DEFAULTS] ?? preset),
      ]),
    ),
    calendars: calendarsOf(file),
    channels: Object.fromEntries(CHANNELS.map((channel) => [channel, channelBody(file, channel)])),
    queues: Object.fromEntries(
      Object.entries(file.queues ?? {})
        .map(([queue, section]) => [queue, queueBody(section)] as const)
        .filter(([, body]) => Object.keys(body).length > 0),
    ),
    agents: Object.fromEntries(
      Object.entries(file.agents ?? {}).flatMap(([agent, { team }]) =>
        team === undefined ? [] : [[agent, { team }]],
      ),
    ),
    cases: {
      ...CASE_DEFAULTS,
      ...file.cases,
      fcrWindow: canonicalDuration(file.cases?.fcrWindow ?? CASE_DEFAULTS.fcrWindow),
    },
  };
}

function canonicalDuration(text: string): string {
  return formatDuration(parseDuration(text) ?? 0);
}

function calendarsOf(file: ConfigurationFile): Json {
  const canonical = Object.entries(file.calendars ?? {}).map(([name, calendar]) => [
    name,
    Object.fromEntries(Object.entries(calendar).map(([key, values]) => [key, [...new Set(values)].sort()])),
  ]);
  return Object.fromEntries(canonical) as Json;
}

function channelBody(file: ConfigurationFile, channel: (typeof CHANNELS)[number]): Json {
  const section = file.channels?.[channel];
  const settings = resolveSettings(channel, [section]);
  const { thresholdMs, shortAbandonMs, ...serviceLevel } = settings.serviceLevel;
  const { targetMs, ...firstResponse } = settings.firstResponse;
  // Not clamped here: a queue with a longer threshold inherits what was written, not what fitted the channel.
  const shortAbandon =
    section?.serviceLevel?.shortAbandon ??
    formatDuration(CHANNEL_DEFAULTS[channel].serviceLevel.shortAbandonMs);
  return overridesOf({
    mode: settings.mode,
    serviceLevel: {
      ...serviceLevel,
      threshold: formatDuration(thresholdMs),
      ...(shortAbandonMs === undefined ? {} : { shortAbandon }),
    } as ChannelSection['serviceLevel'],
    firstResponse: { ...firstResponse, target: formatDuration(targetMs) },
    includeOutOfHours: settings.includeOutOfHours,
    calendar: settings.calendar,
  } as ChannelSection);
}

function queueBody(section: QueueSection): Json {
  const channels = Object.entries(section.channels ?? {}).map(([channel, own]) => [
    channel,
    overridesOf(own),
  ]);
  return {
    ...(section.channel === undefined ? {} : { channel: section.channel }),
    ...(section.channels === undefined ? {} : { channels: Object.fromEntries(channels) as Json }),
    ...(section.sales === true ? { sales: true } : {}),
    ...(section.team === undefined ? {} : { team: section.team }),
    ...(section.site === undefined ? {} : { site: section.site }),
    ...overridesOf(section),
  };
}

/** The semantic keys that a section sets, in canonical spelling. */
function overridesOf(section: ChannelSection): Json {
  const { serviceLevel: sl, firstResponse: fr } = section;
  const body: Json = {};
  if (section.mode !== undefined) body['mode'] = section.mode;
  if (sl !== undefined && Object.keys(sl).length > 0) {
    const own: Json = { ...sl };
    if (sl.threshold !== undefined) own['threshold'] = canonicalDuration(sl.threshold);
    if (sl.shortAbandon !== undefined) own['shortAbandon'] = canonicalDuration(sl.shortAbandon);
    if (sl.includeFlowOuts !== undefined) own['includeFlowOuts'] = canonicalCauses(sl.includeFlowOuts);
    const kinds = sl.segmentKinds;
    if (kinds !== undefined) own['segmentKinds'] = SEGMENT_KINDS.filter((kind) => kinds.includes(kind));
    body['serviceLevel'] = own;
  }
  if (fr !== undefined && Object.keys(fr).length > 0) {
    body['firstResponse'] = {
      ...fr,
      ...(fr.target === undefined ? {} : { target: canonicalDuration(fr.target) }),
    };
  }
  if (section.includeOutOfHours !== undefined) body['includeOutOfHours'] = section.includeOutOfHours;
  if (section.calendar !== undefined) body['calendar'] = section.calendar;
  return body;
}

function canonicalCauses(causes: boolean | readonly string[]): boolean | readonly string[] {
  if (typeof causes === 'boolean') return causes;
  const known = FLOW_OUT_CAUSES.filter((cause) => causes.includes(cause));
  return known.length === 0 ? false : known;
}

/** JSON with the keys of every object sorted and without white space: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const sorted = entries.sort(([a], [b]) => compareText(a, b));
  return `{${sorted.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}
