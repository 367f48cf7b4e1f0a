import type { RequestListener, Server } from 'node:http';
import { Readable } from 'node:stream';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify';
import type { Configuration } from '@vigie/contracts';
import { Access } from '../access/access.ts';
import { addGuard } from '../access/guard.ts';
import { isLoopback } from '../config/bind-rule.ts';
import type { Health } from '../health.ts';
import type { Logger } from '../logging.ts';
import type { Metrics } from '../metrics.ts';
import { answerWith, type BoundServer } from './bind.ts';
import { answerBrokenRequest, answerWithProblems, ProblemError, sendProblem } from './problems.ts';

export interface HttpServerParts {
  readonly health: Health;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** A port taken before; absent: the server answers `inject` only, or listens by itself. */
  readonly bound?: BoundServer;
  /** What processes of this deployment show each other; absent: nothing. */
  readonly internalKey?: string | undefined;
  /** Milliseconds since 1970; default: the machine's. */
  readonly clock?: () => number;
}

/** Largest body of a request; beyond it 413. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/**
 * A Fastify server with `/healthz`, `/readyz` and `/metrics`, problem documents for every error, and security headers
 * (a route that sets one itself keeps its own). With access configured, a route is for whom its `config.access` names
 * (see {@link addGuard}); without, on the loopback, only requests to a loopback `Host` are answered: no other site's name
 * can be pointed at it. Add routes, then `await ready()`.
 */
export function createHttpServer(configuration: Configuration, parts: HttpServerParts): FastifyInstance {
  const { health, metrics, logger, bound } = parts;
  const { host, basePath, trustedProxies } = configuration.server;
  let listener: RequestListener | undefined;
  const options: FastifyHttpOptions<Server, FastifyBaseLogger> = {
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    return503OnClosing: true,
    frameworkErrors: (error, request, reply) =>
      void sendProblem(request, reply, error.statusCode ?? 400, error.message),
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket),
    ...(basePath === '/' ? {} : { rewriteUrl: (request) => withoutBase(request.url ?? '/', basePath) }),
    ...(bound === undefined ? {} : { serverFactory: serverOf(bound, (handler) => (listener = handler)) }),
  };
  const http = fastify(options);
  answerWithProblems(http);
  http.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
  });
  const access = new Access({ settings: configuration.access, clock: parts.clock ?? Date.now, logger });
  if (access.isOpen && isLoopback(host)) {
    http.addHook('onRequest', async (request) => {
      if (isLoopback(hostName(request.headers.host ?? ''))) return;
      throw new ProblemError(
        421,
        'Vigie is open to this machine only: ask for it as localhost or 127.0.0.1.',
      );
    });
  }
  addGuard(http, { access, isLoopback: isLoopback(host), internalKey: parts.internalKey });
  metrics.collect(() => access.families());
  const answer = (reply: FastifyReply, kind: 'live' | 'ready') => {
    const report = health.report(kind);
    return reply
      .code(report.status === 'ok' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(report);
  };
  http.get('/healthz', { config: { access: 'public' } }, (_request, reply) => answer(reply, 'live'));
  http.get('/readyz', { config: { access: 'public' } }, (_request, reply) => answer(reply, 'ready'));
  http.get('/metrics', { config: { access: 'metrics' } }, (_request, reply) => {
    const text = Readable.from(metrics.pieces());
    return reply.header('content-type', metrics.contentType).header('cache-control', 'no-store').send(text);
  });
  if (bound !== undefined) {
    http.addHook('onReady', async () => {
      if (listener !== undefined) answerWith(bound.server, listener);
    });
    closeWith(http, bound);
  }
  return http;
}

/** Keeps Fastify's listener aside until its routes are there. */
function serverOf({ server }: BoundServer, keep: (listener: RequestListener) => void) {
  return (handler: RequestListener) => {
    keep(handler);
    return server;
  };
}

/** The server that was bound before closes with Fastify. */
function closeWith(http: FastifyInstance, { server }: BoundServer): void {
  http.addHook('onClose', async () => {
    const closed = new Promise<void>((done) => server.close(() => done()));
    server.closeIdleConnections();
    const last = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    await closed;
    clearTimeout(last);
  });
}

/** Requests under way get this long to end when the server closes. */
const CLOSE_GRACE_MS = 3000;

function withoutBase(url: string, basePath: string): string {
  if (url.startsWith(basePath)) return `/${url.slice(basePath.length)}`;
  const bare = basePath.slice(0, -1);
  return url === bare || url.startsWith(`${bare}?`) ? `/${url.slice(bare.length)}` : url;
}

/** The name in a `Host` header, without its port. */
function hostName(header: string): string {
  return /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(header)?.[1] ?? '';
}
