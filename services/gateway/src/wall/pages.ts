import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ProblemError, type Logger } from '@vigie/service-kit';

const BUILT = fileURLToPath(new URL('../../../wallboard/dist/', import.meta.url));
/** The page's own files and this server, nothing else; older browsers do not take `'self'` for a WebSocket. */
const POLICY =
  "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'";
/** Addresses and the files they show. */
const PAGES: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/wall': 'index.html',
  '/desk': 'desk.html',
};
const WORKER = 'sw.js';
/** The pages hold no figure: they ask for them with the key that they are given. */
const PUBLIC = { config: { access: 'public' } } as const;

export interface WallboardOptions {
  /** Begins and ends with `/`. */
  readonly basePath: string;
  readonly logger: Logger;
  /** Of the built page; default: that of the wallboard's workspace. */
  readonly directory?: string;
}

/** Serves the wall at `/` and `/wall`, the desk at `/desk`. Without a build of them, those say so. Answers the name of the build, which changes with anything in it. */
export async function addWallboard(http: FastifyInstance, options: WallboardOptions): Promise<string> {
  const { basePath, logger, directory = BUILT } = options;
  if (!existsSync(join(directory, 'index.html'))) {
    logger.warn('the wallboard is not built: npm run build does it');
    for (const page of Object.keys(PAGES)) {
      http.get(page, PUBLIC, async () => {
        throw new ProblemError(
          404,
          'The wallboard is not built: npm run build does it. The API is at /openapi.json.',
        );
      });
    }
    return 'none';
  }
  await http.register(fastifyStatic, {
    root: directory,
    serve: false,
    cacheControl: false,
    // the copies that were made with the pages, for whoever takes them
    preCompressed: true,
    setHeaders: (reply, path) => {
      reply.setHeader('content-security-policy', POLICY);
      reply.setHeader('vary', 'accept-encoding');
      const isNamedByContent = path.includes('/assets/');
      reply.setHeader('cache-control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  for (const [page, file] of Object.entries(PAGES)) {
    http.get(page, PUBLIC, (request, reply) => {
      // the page's addresses are relative: without the final slash they would miss the base path
      const bare = basePath.slice(0, -1);
      const [path, query] = request.originalUrl.split('?', 2);
      if (basePath !== '/' && path === bare)
        return reply.redirect(query === undefined ? basePath : `${basePath}?${query}`);
      return reply.sendFile(file);
    });
  }
  http.get<{ Params: { '*': string } }>('/assets/*', PUBLIC, (request, reply) =>
    reply.sendFile(`assets/${request.params['*']}`),
  );
  // keeps the pages at hand for when nobody answers; it speaks for the folder that it lies in
  if (existsSync(join(directory, WORKER)))
    http.get(`/${WORKER}`, PUBLIC, (_request, reply) => reply.sendFile(WORKER));
  // the pages name their files, which are named by their content
  const named = ['index.html', 'desk.html']
    .map((file) => join(directory, file))
    .filter((file) => existsSync(file));
  const hash = createHash('sha256');
  for (const file of named) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}
