import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AccessRole } from '@vigie/contracts';
import { ProblemError } from '../http/problems.ts';
import type { Access, Denial } from './access.ts';
import { digestOf } from './key.ts';
import { EVERYBODY, type Principal } from './principal.ts';

/**
 * Whom a route is for: everybody, the holder of a role (or of one of several), a scraper of metrics, another process of
 * this deployment. A route that says nothing is for `admin` alone.
 */
export type RouteAccess = 'public' | 'metrics' | 'internal' | AccessRole | readonly AccessRole[];

declare module 'fastify' {
  interface FastifyInstance {
    access: Access;
  }
  interface FastifyRequest {
    /** Who asks. */
    principal: Principal;
  }
  interface FastifyContextConfig {
    access?: RouteAccess;
    /** Of a route for `supervise`: `false` when it tells of no person. */
    isAudited?: boolean;
  }
}

export interface GuardOptions {
  readonly access: Access;
  /** Is the port reachable from this machine only? */
  readonly isLoopback: boolean;
  /** What processes of this deployment show each other. */
  readonly internalKey: string | undefined;
}

/** Lets nobody past who may not, before anything of a request is read; tells routes who asks, and audits what is `supervise`. */
export function addGuard(http: FastifyInstance, { access, isLoopback, internalKey }: GuardOptions): void {
  http.decorate('access', access);
  // set for every request below: before that it is nobody's to read
  http.decorateRequest('principal');
  http.addHook('onRequest', async (request) => {
    request.principal = EVERYBODY;
    if (request.is404) return;
    const { access: needed = 'admin', isAudited = true } = request.routeOptions.config;
    if (needed === 'public') return;
    if (needed === 'internal') return judgeInternal(request);
    if (access.isOpen) return;
    // What is reachable from this machine only is for this machine's scraper; what a proxy passes on is not from here.
    if (needed === 'metrics' && isLoopback && !isForwarded(request)) return;
    const verdict = access.authenticate(request.headers.authorization, request.ip);
    if (!verdict.ok) throw problemOfDenial(verdict);
    const { principal } = verdict;
    request.principal = principal;
    if (needed === 'metrics') {
      if (!principal.may('read')) throw lacks(['read']);
      if (!principal.seesEverything) throw outside('Metrics are of every queue and centre: this key is not.');
      return;
    }
    const roles: readonly AccessRole[] = typeof needed === 'string' ? [needed] : needed;
    if (!roles.some((role) => principal.may(role))) throw lacks(roles);
    if (isAudited && roles.includes('supervise')) auditRequest(access, request);
  });

  function judgeInternal({ headers }: FastifyRequest): void {
    if (internalKey === undefined) {
      if (access.isOpen || isLoopback) return;
      throw problemOfDenial(access.deny(401, 'internal', 'This is for other processes of Vigie only.'));
    }
    const shown = digestOf(headers.authorization ?? '');
    if (timingSafeEqual(shown, digestOf(`Bearer ${internalKey}`))) return;
    throw problemOfDenial(access.deny(401, 'internal', 'This is for other processes of Vigie only.'));
  }

  function lacks(roles: readonly AccessRole[]): ProblemError {
    return problemOfDenial(access.deny(403, 'role', `The key has not the role ${roles.join(' or ')}.`));
  }
  function outside(detail: string): ProblemError {
    return problemOfDenial(access.deny(403, 'scope', detail));
  }
}

/** The problem document of a refusal. */
export function problemOfDenial({ status, detail }: Denial): ProblemError {
  const headers: Record<string, string> =
    status === 401
      ? { 'www-authenticate': 'Bearer realm="vigie"' }
      : status === 403
        ? {}
        : { 'retry-after': String(RETRY_AFTER_S) };
  return new ProblemError(status, detail, { headers });
}

const RETRY_AFTER_S = 10;

const FORWARDED = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'forwarded',
  'via',
  'x-real-ip',
];
function isForwarded({ headers }: FastifyRequest): boolean {
  return FORWARDED.some((name) => headers[name] !== undefined);
}

function auditRequest(access: Access, request: FastifyRequest): void {
  const { principal, method, routeOptions, ip } = request;
  const params = (request.params ?? {}) as Readonly<Record<string, unknown>>;
  const query = (request.query ?? {}) as Readonly<Record<string, unknown>>;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  access.audit({
    principal,
    what: `${method} ${routeOptions.url ?? ''}`,
    centre: text(query['centre']),
    queue: text(params['queue']) ?? text(query['queue']),
    kpi: text(query['kpi']),
    alarm: text(params['id']),
    address: ip,
  });
}
