import type { FastifyInstance } from 'fastify';
import type { Configuration } from '@vigie/contracts';
import { onlyKnown, type Query } from '../rest/query.ts';
import type { WallDocument } from './schema.ts';

/** What walls are to show: screens ask for it now and then, so that another layout needs no hand on them. */
export function wallDocument({ wall, centre, presentation }: Configuration, build: string): WallDocument {
  const { pages, rotationMs, sound, reloadAt } = wall;
  return {
    centre: { id: centre, name: presentation.centreName },
    build,
    rotation: rotationMs / 1000,
    sound,
    reloadAt,
    pages: pages.map((page) => ({ ...page, queues: [...page.queues], figures: [...page.figures] })),
  };
}

/** Adds the call that tells it. */
export function addWallRoute(http: FastifyInstance, configuration: Configuration, build: string): void {
  const document = wallDocument(configuration, build);
  http.get<{ Querystring: Query }>('/v1/wall', { config: { access: 'read' } }, (request, reply) => {
    onlyKnown(request.query, []);
    return reply.header('cache-control', 'no-store').send(document);
  });
}
