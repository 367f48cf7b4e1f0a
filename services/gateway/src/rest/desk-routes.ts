import type { FastifyInstance } from 'fastify';
import { ALL, CHANNELS, MAX_SERIES_POINTS, SERVICE_LEVEL_FORMULAS } from '@vigie/contracts';
import type { CentreView } from '@vigie/engine';
import { CATALOGUE } from '@vigie/metrics';
import {
  answerBy,
  checked,
  instantOf,
  knownQueue,
  oneOf,
  placeOf,
  type OwnerRoutesOptions,
} from './owner-routes.ts';
import { centreOf, onlyKnown, refused, selectionOf, valueOf, type Query } from './query.ts';

export const SERIES_PARAMETERS = ['kpi', 'window', 'channel', 'at', 'step', 'points', 'centre'] as const;
export const WHAT_IF_PARAMETERS = [
  ...(['window', 'channel', 'at', 'threshold', 'shortAbandon', 'formula', 'centre'] as const),
] as const;
export const SOURCES_PARAMETERS = ['centre'] as const;

/** An hour, minute by minute. */
export const SERIES_DEFAULTS = { stepS: 60, points: 61 } as const;

const READ = { config: { access: 'read' } } as const;

interface OfQueue {
  readonly Params: { readonly queue: string };
  readonly Querystring: Query;
}

/** Adds the calls that supervisors' pages are made of beside figures and records. */
export function addDeskRoutes(
  http: FastifyInstance,
  { configuration, reader, owners }: OwnerRoutesOptions,
): void {
  http.get<OfQueue>('/v1/queues/:queue/series', READ, async (request, reply) => {
    const { query, params, principal } = request;
    onlyKnown(query, SERIES_PARAMETERS);
    const centre = centreOf(query, reader, configuration.centre, principal);
    knownQueue(params.queue, centre, principal);
    const kpi = valueOf(query, 'kpi') ?? 'service_level_live';
    const question = {
      kind: 'series' as const,
      ...placeOf(centre, principal),
      queue: params.queue,
      channels: selectionOf({ channel: query['channel'] }, centre, principal).channels,
      kpi: checked(
        'kpi',
        kpi,
        CATALOGUE.map(({ id }) => id),
      ),
      window: windowOf(query, centre),
      atMs: instantOf(query, 'at'),
      stepMs: 1000 * (wholeNumber(query, 'step', 1, 3600) ?? SERIES_DEFAULTS.stepS),
      points: wholeNumber(query, 'points', 1, MAX_SERIES_POINTS) ?? SERIES_DEFAULTS.points,
    };
    return await answerBy(owners, question, reply);
  });

  http.get<OfQueue>('/v1/queues/:queue/what-if', READ, async (request, reply) => {
    const { query, params, principal } = request;
    onlyKnown(query, WHAT_IF_PARAMETERS);
    const centre = centreOf(query, reader, configuration.centre, principal);
    knownQueue(params.queue, centre, principal);
    const question = {
      kind: 'what_if' as const,
      ...placeOf(centre, principal),
      queue: params.queue,
      channel: oneOf(query, 'channel', [...CHANNELS, ALL]),
      window: windowOf(query, centre),
      atMs: instantOf(query, 'at'),
      thresholdMs: secondsOf(query, 'threshold'),
      shortAbandonMs: secondsOf(query, 'shortAbandon'),
      formula: oneOf(query, 'formula', SERVICE_LEVEL_FORMULAS),
    };
    return await answerBy(owners, question, reply);
  });

  http.get<{ Querystring: Query }>('/v1/sources', READ, async (request, reply) => {
    onlyKnown(request.query, SOURCES_PARAMETERS);
    const centre = centreOf(request.query, reader, configuration.centre, request.principal);
    return await answerBy(owners, { kind: 'sources', ...placeOf(centre, request.principal) }, reply);
  });
}

function windowOf(query: Query, { plan }: CentreView): string {
  const byDefault = plan.windows.includes('30m') ? '30m' : (plan.windows[0] ?? 'today');
  return checked('window', valueOf(query, 'window') ?? byDefault, plan.windows);
}

function wholeNumber(query: Query, name: string, least: number, most: number): number | undefined {
  const text = valueOf(query, name);
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw refused(
    name,
    `${name}: ${JSON.stringify(text.slice(0, 80))} is not a whole number from ${least} to ${most}`,
  );
}

/** Seconds, up to a day, as milliseconds. */
function secondsOf(query: Query, name: string): number | undefined {
  const seconds = wholeNumber(query, name, 0, 86_400);
  return seconds === undefined ? undefined : seconds * 1000;
}
