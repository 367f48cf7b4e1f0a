import type { IncomingMessage } from 'node:http';

import { ProblemError, problemOfDenial, type Principal } from '@vigie/service-kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { type Budget, OverloadedError } from './budget.ts';
import type { IntakeResult } from './intake.ts';
import { MAX_REQUEST_BYTES, RETRY_AFTER_SECONDS } from './limits.ts';
import { linger } from './linger.ts';
import { LogUnavailableError } from './log-writer.ts';
import { type BodyForm, type Candidate, MEDIA_TYPES, readBody } from './request-body.ts';

export interface EventsRoute {
  /** `principal` says of which sources and centres events may be. */
  readonly take: (
    candidates: readonly Candidate[],
    options: { readonly isHistory: boolean; readonly principal: Principal },
  ) => Promise<IntakeResult>;
  readonly budget: Budget;
  readonly onOverload: () => void;
}

/** Adds `POST /v1/events`; `?import=true` says that it is history, to be taken at its own times. Bodies are read here, not by the server, so that they count against the budget as they come. */
export function addEventsRoute(http: FastifyInstance, route: EventsRoute): void {
  void http.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.post('/v1/events', ACCESS, async (request, reply) => {
      const { principal } = request;
      const isHistory = isImport(request);
      mustBeAllowed(principal, isHistory, http);
      const form = formOf(request);
      let held = 0;
      const hold = (bytes: number) => {
        route.budget.take(bytes);
        held += bytes;
      };
      try {
        const body = await receive(request.raw, declaredLength(request), hold);
        const read = readBody(form, body);
        if (!read.ok) throw new ProblemError(read.status, read.detail);
        const { accepted, rejected } = await route.take(read.candidates, { isHistory, principal });
        if (accepted === 0) throw noneAccepted(rejected);
        return await reply.code(202).send({ accepted, rejected });
      } catch (error) {
        // nothing of a refused request is kept while the rest of it is let go by
        route.budget.give(held);
        held = 0;
        if (!(await linger(request.raw))) reply.header('connection', 'close');
        if (error instanceof OverloadedError) {
          route.onOverload();
          throw tryLater('Too much is in flight: nothing of this request was accepted.');
        }
        if (error instanceof LogUnavailableError) {
          request.log.warn({ err: error }, 'events were refused: the log cannot be reached');
          throw tryLater('The event log cannot be reached: nothing of this request was accepted.');
        }
        throw error;
      } finally {
        route.budget.give(held);
      }
    });
  });
}

function tryLater(detail: string): ProblemError {
  return new ProblemError(503, detail, { headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } });
}

function noneAccepted(rejected: IntakeResult['rejected']): ProblemError {
  const detail =
    rejected.length === 1
      ? 'The event was not accepted.'
      : `None of the ${rejected.length} events was accepted.`;
  return new ProblemError(400, detail, { extensions: { accepted: 0, rejected } });
}

const ACCESS = { config: { access: ['ingest', 'import'] } } as const;

function mustBeAllowed(principal: Principal, isHistory: boolean, http: FastifyInstance): void {
  const role = isHistory ? 'import' : 'ingest';
  if (principal.may(role)) return;
  throw problemOfDenial(http.access.deny(403, 'role', `The key has not the role ${role}.`));
}

/** Is it history? Where access is open, who may reach the service may import. */
function isImport({ query }: FastifyRequest): boolean {
  const { import: asked } = query as { readonly import?: unknown };
  if (asked === undefined || asked === 'false') return false;
  if (asked === 'true') return true;
  throw new ProblemError(400, 'The parameter import must be true or false.');
}

function formOf(request: FastifyRequest): BodyForm {
  const [mediaType = '', ...parameters] = (request.headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const form = Object.hasOwn(MEDIA_TYPES, mediaType) ? MEDIA_TYPES[mediaType] : undefined;
  if (form === undefined) {
    throw new ProblemError(415, `The media type must be one of ${Object.keys(MEDIA_TYPES).join(', ')}.`);
  }
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && charset.slice(8).replaceAll('"', '') !== 'utf-8') {
    throw new ProblemError(415, 'The charset must be utf-8.');
  }
  const coding = request.headers['content-encoding'] ?? 'identity';
  if (coding.toLowerCase() !== 'identity') {
    throw new ProblemError(415, 'The body must not be compressed.', {
      headers: { 'accept-encoding': 'identity' },
    });
  }
  return form;
}

function declaredLength(request: FastifyRequest): number | undefined {
  const length = request.headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

function tooLong(): ProblemError {
  return new ProblemError(413, `The request is too long: at most ${MAX_REQUEST_BYTES} bytes are taken.`);
}

/** The whole body. One that says it is too long is refused unread; one that doesn't say so, at the limit. */
async function receive(
  stream: IncomingMessage,
  declaredBytes: number | undefined,
  hold: (bytes: number) => void,
): Promise<Buffer> {
  if (declaredBytes !== undefined && declaredBytes > MAX_REQUEST_BYTES) throw tooLong();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(stream)) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES) throw tooLong();
    hold(chunk.length);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes);
}

/** Reads without destroying the stream at an early end: the refusal has to be sent over the same connection. */
async function* chunksOf(stream: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } catch {
    throw new ProblemError(400, 'The request broke off before its end.');
  }
}
