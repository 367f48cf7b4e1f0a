import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Configuration } from '@vigie/contracts';
import { snapshotDocument, type FeedReader, type Owners } from '@vigie/engine';
import { asyncapiDocument } from '../documents/asyncapi.ts';
import { openapiDocument } from '../documents/openapi.ts';
import { addAlarmRoutes } from './alarm-routes.ts';
import { KPI_LIST } from './catalogue.ts';
import { addDeskRoutes } from './desk-routes.ts';
import { centreOf, onlyKnown, selectionOf, type Query } from './query.ts';
import { addOwnerRoutes, answerBy, instantOf, placeOf } from './owner-routes.ts';
import { queueList } from './queues.ts';
import { addTicketRoute } from './tickets.ts';
import { snapshotBody } from './snapshot-body.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
/** For whom a call is. */
const READ = { config: { access: 'read' } } as const;
const PUBLIC = { config: { access: 'public' } } as const;
export const SNAPSHOT_PARAMETERS = ['window', 'queue', 'channel', 'kpi', 'centre', 'at'] as const;

/** Adds the calls that are answered from the live feed, those that its owners answer, and the documents that describe the API. */
export function addRoutes(
  http: FastifyInstance,
  options: {
    readonly configuration: Configuration;
    readonly reader: FeedReader;
    readonly owners: Owners;
    readonly clock: () => number;
  },
): void {
  const { configuration, reader, owners, clock } = options;
  const fresh = (reply: FastifyReply) => reply.header('cache-control', 'no-store').type(JSON_TYPE);

  http.get<{ Querystring: Query }>('/v1/kpis', READ, (request, reply) => {
    onlyKnown(request.query, []);
    return fresh(reply).send({ kpis: KPI_LIST });
  });
  http.get<{ Querystring: Query }>('/v1/queues', READ, (request, reply) => {
    onlyKnown(request.query, ['centre']);
    const centre = centreOf(request.query, reader, configuration.centre, request.principal);
    return fresh(reply).send({ queues: queueList(centre, configuration, request.principal, clock()) });
  });
  http.get<{ Querystring: Query }>('/v1/snapshot', READ, async (request, reply) => {
    const { query, principal } = request;
    onlyKnown(query, SNAPSHOT_PARAMETERS);
    const atMs = instantOf(query, 'at');
    const centre = centreOf(query, reader, configuration.centre, principal);
    const selection = selectionOf(query, centre, principal);
    if (atMs === undefined)
      return fresh(reply).send(snapshotBody(snapshotDocument(centre, selection, clock())));
    const question = { kind: 'snapshot' as const, ...placeOf(centre, principal), atMs, ...selection };
    return await answerBy(owners, question, reply);
  });
  addOwnerRoutes(http, options);
  addDeskRoutes(http, options);
  addAlarmRoutes(http, options);
  addTicketRoute(http);

  const server = configuration.server.advertisedUrl ?? configuration.server.basePath;
  const openapi = JSON.stringify(openapiDocument(server));
  const asyncapi = JSON.stringify(asyncapiDocument(configuration.server));
  http.get('/openapi.json', PUBLIC, (_request, reply) => reply.type(JSON_TYPE).send(openapi));
  http.get('/asyncapi.json', PUBLIC, (_request, reply) => reply.type(JSON_TYPE).send(asyncapi));
}
