import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Configuration } from '@vigie/contracts';
import { snapshotDocument, type FeedReader } from '@vigie/engine';
import { ProblemError } from '@vigie/service-kit';
import { asyncapiDocument } from '../documents/asyncapi.ts';
import { openapiDocument } from '../documents/openapi.ts';
import { KPI_LIST } from './catalogue.ts';
import { centreOf, onlyKnown, selectionOf, type Query } from './query.ts';
import { queueList } from './queues.ts';
import { snapshotBody } from './snapshot-body.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
export const SNAPSHOT_PARAMETERS = ['window', 'queue', 'channel', 'kpi', 'centre', 'at'] as const;

/** Adds the calls that are answered from the live feed, and the documents that describe the API. */
export function addRoutes(
  http: FastifyInstance,
  options: {
    readonly configuration: Configuration;
    readonly reader: FeedReader;
    readonly clock: () => number;
  },
): void {
  const { configuration, reader, clock } = options;
  const fresh = (reply: FastifyReply) => reply.header('cache-control', 'no-store').type(JSON_TYPE);

  http.get<{ Querystring: Query }>('/v1/kpis', (request, reply) => {
    onlyKnown(request.query, []);
    return fresh(reply).send({ kpis: KPI_LIST });
  });
  http.get<{ Querystring: Query }>('/v1/queues', (request, reply) => {
    onlyKnown(request.query, ['centre']);
    const centre = centreOf(request.query, reader, configuration.centre);
    return fresh(reply).send({ queues: queueList(centre, configuration) });
  });
  http.get<{ Querystring: Query }>('/v1/snapshot', (request, reply) => {
    const { query } = request;
    onlyKnown(query, SNAPSHOT_PARAMETERS);
    if (query['at'] !== undefined) {
      throw new ProblemError(
        501,
        'at: figures of a past instant are not answered yet: leave it out for those of now.',
        {
          extensions: { parameter: 'at' },
        },
      );
    }
    const centre = centreOf(query, reader, configuration.centre);
    return fresh(reply).send(snapshotBody(snapshotDocument(centre, selectionOf(query, centre), clock())));
  });

  const server = configuration.server.advertisedUrl ?? configuration.server.basePath;
  const openapi = JSON.stringify(openapiDocument(server));
  const asyncapi = JSON.stringify(asyncapiDocument(configuration.server));
  http.get('/openapi.json', (_request, reply) => reply.type(JSON_TYPE).send(openapi));
  http.get('/asyncapi.json', (_request, reply) => reply.type(JSON_TYPE).send(asyncapi));
}
