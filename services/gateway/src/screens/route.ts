import type { FastifyInstance } from 'fastify';
import { onlyKnown, type Query } from '../rest/query.ts';
import type { Fleet } from './fleet.ts';

/** Adds the list of wall screens, for supervisors. It tells of no person: reading it is not audited. */
export function addScreensRoute(http: FastifyInstance, fleet: Fleet): void {
  const config = { access: 'supervise', isAudited: false } as const;
  http.get<{ Querystring: Query }>('/v1/screens', { config }, async (request, reply) => {
    onlyKnown(request.query, []);
    return reply.header('cache-control', 'no-store').send({ screens: await fleet.list() });
  });
}
