import { CHANNELS, EVENT_SCHEMAS, EVENT_TYPES } from '@vigie/contracts';
import { CATALOGUE } from '@vigie/metrics';
import type { SNAPSHOT_PARAMETERS } from '../rest/routes.ts';
import {
  AgentsSchema,
  ContactsSchema,
  CorrectionsSchema,
  ExplanationSchema,
  IntervalsSchema,
} from '../rest/owner-schemas.ts';
import { SeriesSchema, SourcesSchema, WhatIfSchema } from '../rest/desk-schemas.ts';
import {
  KpisSchema,
  KpiValueSchema,
  ProblemSchema,
  QueuesSchema,
  RowSchema,
  SnapshotSchema,
} from '../rest/schemas.ts';
import { AlarmSchema, AlarmsSchema, WouldFireSchema } from '../rest/alarm-schemas.ts';
import { ScreensSchema } from '../screens/schema.ts';
import { WallSchema } from '../wall/schema.ts';
import { plainSchema, ref } from './json-schema.ts';
import { alarmPaths } from './openapi-alarms.ts';
import { BatchSchema, ingestPath } from './openapi-events.ts';
import { deskPaths } from './openapi-desk.ts';
import { ownerAway, recordPaths } from './openapi-records.ts';

const WHERE = '#/components/schemas/';

/** The OpenAPI 3.1 document of the calls that are answered, made of the schemas that validate. */
export function openapiDocument(serverUrl: string): Record<string, unknown> {
  const events = Object.fromEntries(EVENT_TYPES.map((type) => [type, EVENT_SCHEMAS[type]]));
  const named = {
    KpiValue: KpiValueSchema,
    Row: RowSchema,
    Snapshot: SnapshotSchema,
    Kpis: KpisSchema,
    Queues: QueuesSchema,
    Intervals: IntervalsSchema,
    Contacts: ContactsSchema,
    Explanation: ExplanationSchema,
    Agents: AgentsSchema,
    Corrections: CorrectionsSchema,
    Series: SeriesSchema,
    Sources: SourcesSchema,
    WhatIf: WhatIfSchema,
    Problem: ProblemSchema,
    Screens: ScreensSchema,
    Alarm: AlarmSchema,
    Alarms: AlarmsSchema,
    WouldFire: WouldFireSchema,
    Wall: WallSchema,
    ...events,
  };
  const schemas = Object.entries(named).map(([name, schema]) => [name, plainSchema(schema, WHERE)]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Vigie',
      version: '1',
      description: 'Live figures of contact centres. The WebSocket is described by /asyncapi.json.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl }],
    tags: [
      { name: 'figures', description: 'Answered by the gateway.' },
      { name: 'records', description: 'Answered by the gateway, which asks the owner of the figures.' },
      { name: 'events', description: 'Answered by ingest.' },
      { name: 'service', description: 'Answered by every service.' },
    ],
    paths: {
      '/v1/events': ingestPath(problem),
      '/v1/kpis': { get: kpis },
      '/v1/queues': { get: queues },
      '/v1/snapshot': { get: snapshot },
      '/v1/wall': { get: wall },
      ...recordPaths(problem),
      ...deskPaths(problem),
      ...alarmPaths(problem),
      '/v1/tickets': { post: ticket },
      '/v1/screens': { get: screens },
      '/healthz': { get: health('Does the process make progress?', 'health') },
      '/readyz': { get: health('Can it serve?', 'readiness') },
      '/metrics': { get: metrics },
      '/openapi.json': { get: describedBy('openapi', 'This document.') },
      '/asyncapi.json': { get: describedBy('asyncapi', 'The WebSocket as an AsyncAPI document.') },
    },
    security: [{ key: [] }, {}],
    components: {
      schemas: { ...Object.fromEntries(schemas), EventBatch: plainSchema(BatchSchema, WHERE) },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An access key, where access is configured.' },
      },
    },
  };
}

function problem(description: string) {
  return { description, content: { 'application/problem+json': { schema: ref('Problem') } } };
}
const json = (name: string, description: string) => ({
  description,
  content: { 'application/json': { schema: ref(name) } },
});

const text = { type: 'string' };
const centre = {
  name: 'centre',
  in: 'query',
  description: 'Another centre than the default one.',
  schema: text,
};
const listOf = (name: string, description: string, items: object = text) => ({
  name,
  in: 'query',
  description,
  schema: { type: 'array', items },
  style: 'form',
  explode: true,
});

const PARAMETERS: Readonly<Record<(typeof SNAPSHOT_PARAMETERS)[number], object>> = {
  window: listOf('window', 'Window ids, such as 30m or today; default all.'),
  queue: listOf('queue', 'Queue ids; * is every queue but _all, _all the merged total; default all.'),
  channel: listOf('channel', 'Channels; default all, of _all the merged one.', {
    type: 'string',
    enum: [...CHANNELS, '_all'],
  }),
  kpi: listOf('kpi', 'KPI ids; default all.', { type: 'string', enum: CATALOGUE.map(({ id }) => id) }),
  centre,
  at: {
    name: 'at',
    in: 'query',
    description: 'A past instant, as known now; of the last 26 hours (retention.fine).',
    schema: { type: 'string', format: 'date-time' },
  },
};

const kpis = {
  operationId: 'listKpis',
  tags: ['figures'],
  summary: 'The catalogue of KPIs',
  responses: { 200: json('Kpis', 'Every KPI.'), 400: problem('A parameter that does not exist.') },
};
const queues = {
  operationId: 'listQueues',
  tags: ['figures'],
  summary: 'Queues and what their figures are judged by',
  parameters: [centre],
  responses: {
    200: json('Queues', 'Configured queues and those with traffic.'),
    400: problem('An unknown centre.'),
  },
};
const snapshot = {
  operationId: 'getSnapshot',
  tags: ['figures'],
  summary: 'Figures of now, or of a past instant',
  parameters: Object.values(PARAMETERS),
  responses: {
    200: json('Snapshot', 'One row a queue, channel and window.'),
    400: problem('A value that is unknown: the detail names what exists.'),
    ...ownerAway(problem),
  },
};
const screens = {
  operationId: 'listScreens',
  tags: ['service'],
  summary: 'Wall screens: who is live, lagging, frozen or absent',
  responses: { 200: json('Screens', 'Those of this gateway, and those that have a key.') },
};
const ticket = {
  operationId: 'makeTicket',
  tags: ['figures'],
  summary: 'A ticket for one WebSocket: /v1/live?ticket=…, good once, for half a minute',
  responses: {
    201: {
      description: 'The ticket; expiresIn is seconds.',
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['ticket', 'expiresIn'],
            properties: { ticket: text, expiresIn: { type: 'number' } },
          },
        },
      },
    },
    401: problem('No key, or none that is known.'),
    429: problem('This key has asked for too many.'),
    503: problem('Too many tickets are out.'),
  },
};
const wall = {
  operationId: 'getWall',
  tags: ['figures'],
  summary: 'What wall screens are to show',
  responses: { 200: json('Wall', 'Its pages in turn.'), 400: problem('A parameter that does not exist.') },
};
const health = (summary: string, operationId: string) => ({
  operationId,
  tags: ['service'],
  summary,
  responses: {
    200: { description: 'Yes.', content: { 'application/json': { schema: { type: 'object' } } } },
    503: {
      description: 'No; the checks say why.',
      content: { 'application/json': { schema: { type: 'object' } } },
    },
  },
});
const metrics = {
  operationId: 'metrics',
  tags: ['service'],
  summary: 'Prometheus metrics',
  responses: { 200: { description: 'Text exposition format.', content: { 'text/plain': { schema: text } } } },
};
const describedBy = (operationId: string, summary: string) => ({
  operationId,
  tags: ['service'],
  summary,
  responses: {
    200: { description: summary, content: { 'application/json': { schema: { type: 'object' } } } },
  },
});
