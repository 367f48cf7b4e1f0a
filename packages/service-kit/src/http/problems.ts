import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** An RFC 9457 problem document. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** Path of the request. */
  readonly instance?: string;
  readonly [extension: string]: unknown;
}

export interface ProblemOptions {
  /** Default `about:blank`: the status says it all. */
  readonly type?: string;
  /** Default: the status's own phrase. */
  readonly title?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the document. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Throw it in a handler: the client gets the problem document. `detail` is one sentence for the client's reader. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly statusCode: number;
  readonly options: ProblemOptions;
  constructor(statusCode: number, detail: string, options: ProblemOptions = {}) {
    super(detail);
    this.statusCode = statusCode;
    this.options = options;
  }
}

/** The problem document of a question that has no answer: which parameter is wrong, when to ask again. */
export function problemOf(refusal: {
  readonly status: number;
  readonly message: string;
  readonly parameter: string | undefined;
  readonly retryAfterS: number | undefined;
}): ProblemError {
  const { status, message, parameter, retryAfterS } = refusal;
  return new ProblemError(status, message, {
    ...(retryAfterS === undefined ? {} : { headers: { 'retry-after': String(retryAfterS) } }),
    ...(parameter === undefined ? {} : { extensions: { parameter } }),
  });
}

export function problemDocument(
  status: number,
  detail: string | undefined,
  instance: string | undefined,
  { type = 'about:blank', title = STATUS_CODES[status] ?? 'Error', extensions = {} }: ProblemOptions = {},
): ProblemDocument {
  return {
    type,
    title,
    status,
    ...(detail === undefined || detail === '' ? {} : { detail }),
    ...(instance === undefined ? {} : { instance }),
    ...extensions,
  };
}

/** Answers with a problem document. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  detail: string | undefined,
  options: ProblemOptions = {},
): FastifyReply {
  const instance = request.url.split('?', 1)[0];
  return reply
    .code(status)
    .headers(options.headers ?? {})
    .header('content-type', PROBLEM_TYPE)
    .send(JSON.stringify(problemDocument(status, detail, instance, options)));
}

/** Makes every error of the server a problem document; what is our own fault is logged and not shown. */
export function answerWithProblems(http: FastifyInstance): void {
  http.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof ProblemError) {
      return sendProblem(request, reply, error.statusCode, error.message, error.options);
    }
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) return sendProblem(request, reply, status, error.message);
    // without its query: that may hold what is for nobody's log
    const path = request.url.split('?', 1)[0];
    request.log.error({ err: error, method: request.method, path }, 'a request failed');
    const detail = status === 500 ? 'Something went wrong on our side; it is in the log.' : undefined;
    return sendProblem(request, reply, status, detail);
  });
  const known = methodsByPath(http);
  http.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const methods = known(path);
    // a route may itself find nothing at its path
    if (methods.length === 0 || methods.includes(request.method))
      return sendProblem(request, reply, 404, `There is nothing at ${path.slice(0, 200)}.`);
    const headers = { allow: methods.join(', ') };
    return sendProblem(request, reply, 405, `${request.method} is not possible here: ${headers.allow} is.`, {
      headers,
    });
  });
}

/** Remembers the routes, so that a known path with another method is told apart from an unknown path. */
function methodsByPath(http: FastifyInstance): (path: string) => string[] {
  const routes: { readonly matches: RegExp; readonly methods: readonly string[] }[] = [];
  http.addHook('onRoute', ({ url, method }) => {
    if (url === '*' || url === '/*') return;
    const pattern = url
      .split('/')
      .map((part) =>
        part.startsWith(':') ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace('*', '.*'),
      )
      .join('/');
    routes.push({ matches: new RegExp(`^${pattern}$`), methods: [method].flat() });
  });
  return (path) => [
    ...new Set(routes.filter(({ matches }) => matches.test(path)).flatMap(({ methods }) => methods)),
  ];
}

/** What Node refuses before there is a request. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const body = JSON.stringify(problemDocument(status, undefined, undefined));
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: ${PROBLEM_TYPE}\r\n`;
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}
