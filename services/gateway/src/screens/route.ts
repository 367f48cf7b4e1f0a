import type { FastifyInstance } from 'fastify';
import { onlyKnown, type Query } from '../rest/query.ts';
import type { Screens } from './screens.ts';

/** Adds the list of wall screens, for supervisors. It tells of no person: reading it is not audited. */
export function addScreensRoute(http: FastifyInstance, screens: Screens, clock: () => number): void {
  const config = { access: 'supervise', isAudited: false } as const;
  http.get<{ Querystring: Query }>('/v1/screens', { config }, (request, reply) => {
    onlyKnown(request.query, []);
    return reply.header('cache-control', 'no-store').send({ screens: screens.list(clock()) });
  });
}
