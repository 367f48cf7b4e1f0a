import asyncapi from '@asyncapi/specs';
import { EVENT_TYPES } from '@vigie/contracts';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv, type AnySchemaObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterEach, expect, test } from 'vitest';
import { connected } from '../live/ws-client.testkit.ts';
import { frame, row, startGateway, stopGateways } from '../gateway.testkit.ts';

afterEach(stopGateways);

type Json = Record<string, unknown>;
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, AnySchemaObject>> };
}
interface AsyncApi {
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly payload: AnySchemaObject }>>;
    readonly schemas: Readonly<Record<string, AnySchemaObject>>;
  };
}

const FILE = { queues: { sales: { channel: 'voice' }, both: { channels: { voice: {}, email: {} } } } };
const since = '2026-11-21T10:14:50.000Z';
const figures = {
  longest_wait_now: { value: 10, since, status: 'alert', target: 5 },
  flow_outs: { value: 3, n: 3, by: { timeout: 3 } },
  aht: { value: 60, n: 2, partial: ['acw'] },
} as const;

async function speaking() {
  const gateway = await startGateway(FILE);
  await gateway.feed.publish(frame(1, [row('sales', figures, { state: 'incomplete', since })]));
  return gateway;
}

/** A validator of the named schemas of a document. */
function validatorOf(document: { readonly components: object }) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'doc', ...document });
  return (pointer: string, value: unknown) => {
    const validate = ajv.compile({ $ref: `doc#${pointer}` });
    void validate(value);
    return validate.errors ?? [];
  };
}

test('/openapi.json is a valid OpenAPI 3.1 document', async () => {
  const { http } = await startGateway();
  const document = (await http.inject('/openapi.json')).json<Json>();
  const validator = new Validator();
  const result = await validator.validate(document);
  expect(result.errors ?? []).toEqual([]);
  expect([result.valid, validator.version]).toEqual([true, '3.1']);
});

test('/openapi.json describes every event, and every call answers what it says', async () => {
  const { http } = await speaking();
  const document = (await http.inject('/openapi.json')).json<OpenApi>();
  expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining([...EVENT_TYPES]));
  const errors = validatorOf(document);
  for (const [path, schema] of [
    ['/v1/kpis', 'Kpis'],
    ['/v1/queues', 'Queues'],
    ['/v1/snapshot', 'Snapshot'],
    ['/v1/screens', 'Screens'],
    ['/v1/wall', 'Wall'],
  ] as const) {
    expect(document.paths[path]?.['get']?.['responses']).toMatchObject({
      200: { content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } },
    });
    expect(errors(`/components/schemas/${schema}`, (await http.inject(path)).json())).toEqual([]);
  }
  const refusal = (await http.inject('/v1/snapshot?window=1m')).json<unknown>();
  expect(errors('/components/schemas/Problem', refusal)).toEqual([]);
  const event = {
    specversion: '1.0',
    id: 'e1',
    source: 'test',
    type: 'vigie.contact.queued',
    time: since,
    data: { contact: { id: 'c1' }, queue: { id: 'sales' } },
  };
  expect(errors('/components/schemas/vigie.contact.queued', event)).toEqual([]);
  expect(errors('/components/schemas/vigie.contact.queued', { ...event, data: {} })).not.toEqual([]);
});

test('/asyncapi.json is a valid AsyncAPI 3 document', async () => {
  const { http } = await startGateway();
  const document = (await http.inject('/asyncapi.json')).json<Json>();
  const schema = asyncapi.schemasWithoutId['3.0.0'] as AnySchemaObject;
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  void validate(document);
  expect(validate.errors ?? []).toEqual([]);
});

test('every message on the socket is one that /asyncapi.json describes', async () => {
  const { http, liveUrl, feed } = await speaking();
  const document = (await http.inject('/asyncapi.json')).json<AsyncApi>();
  const errors = validatorOf(document);
  const client = await connected(liveUrl);
  client.send({ op: 'subscribe', id: 's1' });
  client.send({ op: 'subscribe', id: 's1' });
  await client.next('snapshot');
  await feed.publish(
    frame(2, [row('sales', { offered: { value: 2, n: 2 } })], { removed: [row('sales', {})] }),
  );
  await client.next('delta');
  await client.next('heartbeat');
  expect(new Set(client.messages.map(({ op }) => op))).toEqual(
    new Set(['subscribed', 'snapshot', 'error', 'delta', 'heartbeat']),
  );
  for (const message of client.messages) {
    expect(errors(`/components/messages/${message.op}/payload`, message)).toEqual([]);
  }
});
