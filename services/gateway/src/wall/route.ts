import type { FastifyInstance } from 'fastify';
import type { Configuration } from '@vigie/contracts';
import type { Principal } from '@vigie/service-kit';
import { onlyKnown, type Query } from '../rest/query.ts';
import type { WallDocument } from './schema.ts';

/** What walls are to show: screens ask for it now and then, so that another layout needs no hand on them. */
export function wallDocument(configuration: Configuration, build: string): WallDocument {
  const { wall, centre, presentation, semantic } = configuration;
  const { pages, rotationMs, sound, speech, quietHours, darkHours, reloadAt } = wall;
  return {
    centre: { id: centre, name: presentation.centreName, timeZone: semantic.timeZone },
    build,
    rotation: rotationMs / 1000,
    ...{ sound, speech, quietHours: [...quietHours], darkHours: [...darkHours], reloadAt },
    pages: pages.map((page) => ({ ...page, queues: [...page.queues], figures: [...page.figures] })),
  };
}

/**
 * The pages of which something may be seen, and of their queues those: others are not even named. Where none is left, one
 * of every queue that may be seen.
 */
export function visiblePages(
  pages: WallDocument['pages'],
  { scope, seesQueue }: Principal,
): WallDocument['pages'] {
  if (scope === undefined) return pages;
  const seen = pages.flatMap((page) => {
    const queues = page.queues.filter((queue) => queue === '*' || seesQueue(queue));
    return queues.length === 0 && page.queues.length > 0 ? [] : [{ ...page, queues }];
  });
  return seen.length > 0 ? seen : pages.slice(0, 1).map((page) => ({ ...page, name: '', queues: [] }));
}

/** Adds the call that tells it. */
export function addWallRoute(http: FastifyInstance, configuration: Configuration, build: string): void {
  const document = wallDocument(configuration, build);
  http.get<{ Querystring: Query }>('/v1/wall', { config: { access: 'read' } }, (request, reply) => {
    onlyKnown(request.query, []);
    const pages = visiblePages(document.pages, request.principal);
    return reply.header('cache-control', 'no-store').send({ ...document, pages });
  });
}
