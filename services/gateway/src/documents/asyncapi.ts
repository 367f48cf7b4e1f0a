import {
  LIVE_PROTOCOL_VERSION,
  ReportMessage,
  SubscribeMessage,
  TOPIC_NAMES,
  UnsubscribeMessage,
  type ServerSettings,
  type TopicName,
} from '@vigie/contracts';
import Type from 'typebox';
import { AlarmSchema } from '../rest/alarm-schemas.ts';
import { AgentSchema, CorrectionSchema, OpenContactSchema } from '../rest/owner-schemas.ts';
import { KpiValueSchema, RowKeySchema, RowSchema, asOf, standing, watermark } from '../rest/schemas.ts';
import { plainSchema } from './json-schema.ts';

const closed = { additionalProperties: false } as const;
const placed = {
  channel: Type.String({ description: 'Shared by subscriptions of the same content.' }),
  epoch: Type.Integer({ description: 'What is held of another epoch is void.' }),
  seq: Type.Integer({ description: 'Without gaps within a channel and epoch.' }),
  asOf,
  ...standing,
};
const frame = { ...placed, watermark, rows: Type.Array(Type.Ref('Row')) };

/** What the server says, as schemas. */
export const SERVER_MESSAGES = {
  subscribed: Type.Object(
    { op: Type.Literal('subscribed'), id: Type.String(), channel: Type.String() },
    closed,
  ),
  snapshot: Type.Object({ op: Type.Literal('snapshot'), ...frame }, closed),
  delta: Type.Object(
    { op: Type.Literal('delta'), ...frame, removed: Type.Optional(Type.Array(RowKeySchema)) },
    closed,
  ),
  topic: Type.Object(
    {
      op: Type.Unsafe<'snapshot' | 'delta'>(Type.String({ enum: ['snapshot', 'delta'] })),
      topic: Type.Unsafe<TopicName>(Type.String({ enum: [...TOPIC_NAMES] })),
      ...placed,
      items: Type.Array(Type.Union([AgentSchema, OpenContactSchema, CorrectionSchema, AlarmSchema])),
      removed: Type.Optional(
        Type.Array(Type.Record(Type.String(), Type.Unknown()), {
          description: 'What is gone, by the fields that tell it from others.',
        }),
      ),
    },
    closed,
  ),
  heartbeat: Type.Object(
    { op: Type.Literal('heartbeat'), now: Type.String({ format: 'date-time' }), watermark, ...standing },
    closed,
  ),
  error: Type.Object(
    {
      op: Type.Literal('error'),
      id: Type.Optional(Type.String()),
      code: Type.String({
        enum: [
          ...['bad_message', 'unknown_topic', 'unknown_window', 'unknown_kpi'],
          ...['unknown_centre', 'not_allowed', 'too_many'],
        ],
      }),
      message: Type.String(),
    },
    closed,
  ),
};
const CLIENT_MESSAGES = {
  subscribe: SubscribeMessage,
  unsubscribe: UnsubscribeMessage,
  report: ReportMessage,
};

const SUMMARIES: Readonly<Record<string, string>> = {
  subscribe: 'Asks for figures; lists left out mean all.',
  unsubscribe: 'Ends a subscription.',
  report: 'What a wall screen says of itself; it is not answered.',
  subscribed: 'The channel of a subscription.',
  snapshot: 'All of a channel: replaces what is held.',
  delta: 'What changed since seq − 1: its KPIs replace those held.',
  topic:
    'Agents, open contacts, corrections or alarms: all of them, or what is new or changed since seq − 1.',
  heartbeat: 'At least every 2 s.',
  error: 'What could not be done; the connection stays.',
};

/** The AsyncAPI 3 document of `/v1/live`, made of the schemas that validate. */
export function asyncapiDocument(server: ServerSettings): Record<string, unknown> {
  const where = '#/components/schemas/';
  const all = { ...CLIENT_MESSAGES, ...SERVER_MESSAGES };
  const messages = Object.entries(all).map(([name, schema]) => [
    name,
    { name, summary: SUMMARIES[name], contentType: 'application/json', payload: plainSchema(schema, where) },
  ]);
  const named = { Row: plainSchema(RowSchema, where), KpiValue: plainSchema(KpiValueSchema, where) };
  const listed = (set: object) =>
    Object.keys(set).map((name) => ({ $ref: `#/channels/live/messages/${name}` }));
  const url = new URL(server.advertisedUrl ?? `http://localhost:${server.port}`);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Vigie live figures',
      version: String(LIVE_PROTOCOL_VERSION),
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      gateway: {
        host: url.host,
        pathname: server.advertisedUrl === undefined ? server.basePath : url.pathname,
        protocol: url.protocol === 'https:' ? 'wss' : 'ws',
      },
    },
    channels: {
      live: {
        address: 'v1/live',
        messages: Object.fromEntries(
          Object.keys(all).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: { ws: { method: 'GET' } },
      },
    },
    operations: {
      ask: { action: 'receive', channel: { $ref: '#/channels/live' }, messages: listed(CLIENT_MESSAGES) },
      tell: { action: 'send', channel: { $ref: '#/channels/live' }, messages: listed(SERVER_MESSAGES) },
    },
    components: { messages: Object.fromEntries(messages), schemas: named },
  };
}
