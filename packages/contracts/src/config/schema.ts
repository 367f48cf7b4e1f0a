import Type, { type Static } from 'typebox';
import { CHANNELS } from '../events/fields.ts';
import { Channels, QueueChannels, Targets, channelFields } from './channel-schema.ts';
import { AccessSection } from './access-schema.ts';
import { AlarmsSection } from './alarm-schema.ts';
import { KafkaSection, RedisSection, ServerSection, Sources } from './infrastructure-schema.ts';
import {
  byName,
  clockTime,
  count,
  duration,
  flag,
  listOf,
  oneOf,
  ofKind,
  optional,
  section,
  text,
  zone,
} from './kinds.ts';
import { WallSection } from './wall-schema.ts';

const DAY_MS = 86_400_000;

export const CentreSection = section({
  id: optional(
    text({
      description: 'The centre meant where none is named: the default of the events and of the API.',
      default: 'default',
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
      expected: 'letters, digits, ".", "_" or "-", at most 100',
    }),
  ),
  name: optional(text({ description: 'Shown on screens.', default: "the centre's id" })),
  timeZone: optional(
    zone({
      description: 'Zone of days, intervals and calendars. It holds for every centre of this deployment.',
      default: 'UTC',
    }),
  ),
  locale: optional(
    ofKind('locale', {
      description: 'Language of screens and labels.',
      default: 'en',
      expected: 'a language tag such as "fr" or "en-GB"',
    }),
  ),
  dayStart: optional(
    clockTime({ description: 'Where the day begins: a multiple of 15 minutes.', default: '00:00' }),
  ),
  targets: optional(Targets),
});

export const TimeSection = section({
  bucket: optional(duration({ description: 'Width of the fine buckets. Only 1s for now.', default: '1s' })),
  allowedLateness: optional(
    duration({
      description: 'Events older than this at ingest are late: answered so, counted, dead-lettered.',
      default: '24h',
      maxMs: 31 * DAY_MS,
    }),
  ),
  futureTolerance: optional(
    duration({
      description: 'Events further ahead of ingest are refused.',
      default: '60s',
      maxMs: 3_600_000,
    }),
  ),
  maxSegmentAge: optional(
    duration({
      description: 'A contact of a live channel waiting longer is counted as lost.',
      default: '4h',
      minMs: 60_000,
      maxMs: 31 * DAY_MS,
    }),
  ),
  maxHandlingAge: optional(
    duration({
      description: 'An open handling ends at this age.',
      default: '12h',
      minMs: 60_000,
      maxMs: 31 * DAY_MS,
    }),
  ),
  maxAcw: optional(
    duration({
      description: 'After-contact work ends at this age.',
      default: '30m',
      minMs: 1000,
      maxMs: DAY_MS,
    }),
  ),
  maxAsyncAge: optional(
    duration({
      description: 'A conversation of an async channel waiting longer is counted as lost.',
      default: '30d',
      minMs: 60_000,
      maxMs: 400 * DAY_MS,
    }),
  ),
});

const Openings = listOf(
  ofKind('opening', {
    description: 'From and to, `[open, close)`.',
    expected: 'an opening such as "09:00-18:00"',
  }),
  { description: 'Opening hours of the day; none is closed.', maxItems: 20 },
);
const CalendarSection = section({
  mon: optional(Openings),
  tue: optional(Openings),
  wed: optional(Openings),
  thu: optional(Openings),
  fri: optional(Openings),
  sat: optional(Openings),
  sun: optional(Openings),
  holidays: optional(
    listOf(ofKind('date', { description: 'A closed day.', expected: 'a date such as 2026-12-25' }), {
      description: 'Days on which it is closed.',
      maxItems: 1000,
    }),
  ),
});

export const QueueSection = section({
  name: optional(text({ description: 'Shown on screens.', default: "the queue's id" })),
  channel: optional(
    oneOf(CHANNELS, {
      description: 'The channel of the queue, for events that name none.',
      default: 'voice',
    }),
  ),
  channels: optional(QueueChannels),
  team: optional(text({ description: 'Team that works the queue.' })),
  site: optional(text({ description: 'Site of the queue.' })),
  sales: optional(flag({ description: 'Sales-eligible: conversion_rate counts it.', default: false })),
  ...channelFields,
  targets: optional(Targets),
});
export type QueueSection = Static<typeof QueueSection>;

const AgentSection = section({
  name: optional(text({ description: 'Shown to supervisors.', default: "the agent's id" })),
  team: optional(text({ description: 'Team of the agent.' })),
  aliases: optional(
    listOf(text({ description: 'Another name of the same agent.' }), {
      description: 'Other names under which sources know the agent, such as "PJSIP/201".',
      maxItems: 100,
    }),
  ),
});

const CasesSection = section({
  fcrWindow: optional(
    duration({
      description: 'A case resolved at first contact is one that stays quiet for this long.',
      default: '7d',
      minMs: 60_000,
      maxMs: 90 * DAY_MS,
    }),
  ),
  fcrCountAbandons: optional(
    flag({ description: 'Do abandoned attempts count as contacts?', default: false }),
  ),
  fcrTransferBreaks: optional(
    flag({
      description: 'Does a transfer within the contact break first contact resolution?',
      default: false,
    }),
  ),
});

const windowName = ofKind('window', {
  description: 'A window.',
  expected: 'a duration such as "30m", or "today"',
});
const kpiId = text({
  description: 'A KPI id.',
  pattern: '^[a-z][a-z0-9_]{0,99}$',
  expected: 'a KPI id such as "service_level"',
});

const PrometheusSection = section({
  kpis: optional(
    Type.Union([Type.Literal('all'), Type.Array(kpiId, { maxItems: 1000 })], {
      description: 'KPIs that the gateway exports.',
      default: 'all',
      expected: '"all" or a list of KPI ids',
    }),
  ),
  windows: optional(
    listOf(windowName, {
      description: 'Windows that are exported.',
      default: ['30m', 'today'],
      maxItems: 20,
    }),
  ),
  maxSeries: optional(
    count({
      description: 'Beyond it whole KPIs are left out, last of the catalogue first, and counted.',
      default: 50_000,
      maximum: 10_000_000,
    }),
  ),
});

const retentionOf = (description: string, preset: string, minMs: number) =>
  optional(duration({ description, default: preset, minMs, maxMs: 4000 * DAY_MS }));
const RetentionSection = section({
  log: retentionOf('How long the event log is kept.', '35d', DAY_MS),
  intervals: retentionOf('How long quarter-hour rows are kept.', '35d', DAY_MS),
  days: retentionOf('How long day rows are kept.', '400d', DAY_MS),
  fine: retentionOf('How long single contacts can be asked for.', '26h', 3_600_000),
});

/** Every cap has a name here; what happens beyond it is said there. */
export const LIMIT_DEFAULTS = {
  centres: 200,
  queues: 5000,
  agents: 20_000,
  sources: 1000,
  factsPerContact: 2000,
  factsPerEntity: 1_000,
  wsClients: 10_000,
  subscriptionsPerClient: 64,
} as const;
export type LimitName = keyof typeof LIMIT_DEFAULTS;
const limit = (name: LimitName, description: string) =>
  optional(count({ description, default: LIMIT_DEFAULTS[name], maximum: 100_000_000 }));
const LimitsSection = section({
  centres: limit('centres', 'Centres; events of further ones are refused.'),
  queues: limit('queues', 'Queues of a centre; further ones are counted in _all and under _other.'),
  agents: limit('agents', 'Agents of a centre; further ones are counted, not listed.'),
  sources: limit('sources', 'Sources of a centre whose heartbeats are watched.'),
  factsPerContact: limit('factsPerContact', 'Facts of one contact; the first ones in fold order are kept.'),
  factsPerEntity: limit(
    'factsPerEntity',
    'Facts of one agent, case, customer or source that are kept, the latest of them.',
  ),
  wsClients: limit('wsClients', 'WebSocket clients of a gateway; further ones are told to try later.'),
  subscriptionsPerClient: limit('subscriptionsPerClient', 'Subscriptions of one WebSocket client.'),
});

/** The whole of `vigie.yaml`, as JSON Schema. Every key is optional; unknown keys are refused. */
export const ConfigurationSchema = section({
  centre: optional(CentreSection),
  windows: optional(
    listOf(windowName, {
      description: 'Rolling windows from 1 minute to 24 hours; "today" is always there.',
      default: ['5m', '15m', '30m', '60m', 'today'],
      minItems: 1,
      maxItems: 10,
    }),
  ),
  time: optional(TimeSection),
  calendars: optional(byName(CalendarSection, 'Opening calendars by name; `always` is built in.')),
  channels: optional(Channels),
  queues: optional(byName(QueueSection, 'Queues by id. One not named here has the defaults of its channel.')),
  agents: optional(byName(AgentSection, 'Agents by id.')),
  cases: optional(CasesSection),
  alarms: optional(AlarmsSection),
  sources: optional(Sources),
  wall: optional(WallSection),
  prometheus: optional(PrometheusSection),
  retention: optional(RetentionSection),
  limits: optional(LimitsSection),
  access: optional(AccessSection),
  server: optional(ServerSection),
  kafka: optional(KafkaSection),
  redis: optional(RedisSection),
  dataDirectory: optional(
    text({
      description: 'Where the embedded log and store live.',
      default: '.vigie; .vigie-demo with --demo',
    }),
  ),
});
/** What `vigie.yaml` says: the file's spelling, nothing resolved. */
export type ConfigurationFile = Static<typeof ConfigurationSchema>;
