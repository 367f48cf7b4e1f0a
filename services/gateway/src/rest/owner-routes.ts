import type { FastifyInstance, FastifyReply } from 'fastify';
import {
  ALL,
  CHANNELS,
  CONTACT_STATES,
  EFFECTS,
  INTERVAL_NAMES,
  parseInstant,
  SPLITS,
  type Configuration,
  type Question,
} from '@vigie/contracts';
import { QuestionError, unknownText, type CentreView, type FeedReader, type Owners } from '@vigie/engine';
import { CATALOGUE } from '@vigie/metrics';
import { problemOf, sendPieces, type Principal } from '@vigie/service-kit';
import {
  centreOf,
  mustBeSeen,
  onlyKnown,
  refused,
  selectionOf,
  valueOf,
  valuesOf,
  type Query,
} from './query.ts';

export const INTERVALS_PARAMETERS = ['date', 'interval', 'by', 'channel', 'kpi', 'centre'] as const;
export const CONTACTS_PARAMETERS = ['state', 'channel', 'limit', 'after', 'centre'] as const;
export const EXPLAIN_PARAMETERS = [
  ...(['kpi', 'window', 'channel', 'at', 'effect', 'limit', 'after', 'centre'] as const),
] as const;
export const AGENTS_PARAMETERS = ['window', 'centre'] as const;
export const CORRECTIONS_PARAMETERS = ['queue', 'limit', 'after', 'centre'] as const;
/** For whom a call is: what names contacts and agents is read under audit. */
const READ = { config: { access: 'read' } } as const;
const SUPERVISE = { config: { access: 'supervise' } } as const;
const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1000;

interface OfQueue {
  readonly Params: { readonly queue: string };
  readonly Querystring: Query;
}

export interface OwnerRoutesOptions {
  readonly configuration: Configuration;
  readonly reader: FeedReader;
  readonly owners: Owners;
}

/** Answers with what the owner of a centre says, or with a problem document that says why there is no answer. */
export async function answerBy(
  owners: Owners,
  question: Question,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return await sendPieces(reply, owners.ask(question));
}

/** Adds the calls that take records, which the owner of the centre's partition answers. */
export function addOwnerRoutes(http: FastifyInstance, options: OwnerRoutesOptions): void {
  const { configuration, reader, owners } = options;
  addCentreRoutes(http, options);
  const asked = (query: Query, queue: string, principal: Principal) => {
    const centre = centreOf(query, reader, configuration.centre, principal);
    knownQueue(queue, centre, principal);
    const { channels, kpis } = selectionOf(query, centre, principal);
    return { ...placeOf(centre, principal), queue, channels, kpis };
  };

  http.get<OfQueue>('/v1/queues/:queue/intervals', READ, async (request, reply) => {
    const { query, principal } = request;
    onlyKnown(query, INTERVALS_PARAMETERS);
    const by = oneOf(query, 'by', SPLITS);
    const date = dateOf(query);
    const question = {
      kind: 'intervals' as const,
      ...asked(query, request.params.queue, principal),
      interval: oneOf(query, 'interval', INTERVAL_NAMES) ?? '15m',
      by,
      date,
      format: prefersCsv(request.headers.accept) ? ('csv' as const) : ('json' as const),
    };
    return await answerBy(owners, question, reply.header('vary', 'accept'));
  });

  http.get<OfQueue>('/v1/queues/:queue/explain', SUPERVISE, async (request, reply) => {
    const { query, principal } = request;
    onlyKnown(query, EXPLAIN_PARAMETERS);
    const { queue } = request.params;
    const centre = centreOf(query, reader, configuration.centre, principal);
    knownQueue(queue, centre, principal);
    const figure = figureOf(query, centre);
    const page = { atMs: instantOf(query, 'at'), ...pageOf(query) };
    const question = { kind: 'explain' as const, ...placeOf(centre, principal), queue, ...figure, ...page };
    return await answerBy(owners, question, reply);
  });

  http.get<OfQueue>('/v1/queues/:queue/contacts', SUPERVISE, async (request, reply) => {
    const { query, principal } = request;
    onlyKnown(query, CONTACTS_PARAMETERS);
    const { kpis: _none, ...place } = asked(query, request.params.queue, principal);
    const states = listOf(query, 'state', CONTACT_STATES);
    const question = { kind: 'contacts' as const, ...place, states, ...pageOf(query) };
    return await answerBy(owners, question, reply);
  });
}

/** Adds the calls about agents and about late truth. */
function addCentreRoutes(http: FastifyInstance, { configuration, reader, owners }: OwnerRoutesOptions): void {
  http.get<{ Querystring: Query }>('/v1/agents', SUPERVISE, async (request, reply) => {
    const { query, principal } = request;
    onlyKnown(query, AGENTS_PARAMETERS);
    const centre = centreOf(query, reader, configuration.centre, principal);
    const window = checked('window', valueOf(query, 'window') ?? 'today', centre.plan.windows);
    return await answerBy(owners, { kind: 'agents', ...placeOf(centre, principal), window }, reply);
  });
  http.get<{ Querystring: Query }>('/v1/corrections', SUPERVISE, async (request, reply) => {
    const { query, principal } = request;
    onlyKnown(query, CORRECTIONS_PARAMETERS);
    const centre = centreOf(query, reader, configuration.centre, principal);
    const queue = valueOf(query, 'queue');
    if (queue !== undefined) knownQueue(queue, centre, principal);
    const wanted = queue === '*' ? undefined : queue;
    const question = {
      kind: 'corrections' as const,
      ...placeOf(centre, principal),
      queue: wanted,
      ...pageOf(query),
    };
    return await answerBy(owners, question, reply);
  });
}

/** Which figure is to be explained. */
function figureOf(query: Query, { plan }: CentreView) {
  const kpi = valueOf(query, 'kpi');
  const ids = CATALOGUE.map(({ id }) => id);
  if (kpi === undefined) throw refused('kpi', `kpi: is missing: expected one of ${ids.join(', ')}`);
  const byDefault = plan.windows.includes('30m') ? '30m' : (plan.windows[0] ?? 'today');
  return {
    kpi: checked('kpi', kpi, ids),
    window: checked('window', valueOf(query, 'window') ?? byDefault, plan.windows),
    channel: oneOf(query, 'channel', [...CHANNELS, ALL]),
    effect: oneOf(query, 'effect', EFFECTS),
  };
}

/** Where a centre's figures are made, and what may be seen of them. Before the first word of its owner nobody can be asked. */
export function placeOf(
  centre: CentreView,
  { scope }: Principal,
): { readonly partition: number; readonly centre: string; readonly scope?: readonly string[] } {
  const { partition } = centre;
  if (partition !== undefined)
    return { partition, centre: centre.id, ...(scope === undefined ? {} : { scope }) };
  const detail = `nobody has told figures of the centre ${centre.id} yet`;
  throw problemOf(new QuestionError(503, detail, { retryAfterS: 2 }));
}

/** The instant a parameter names, ms. */
export function instantOf(query: Query, name: string): number | undefined {
  const text = valueOf(query, name);
  if (text === undefined) return undefined;
  // A plus sign that was not escaped has become a space.
  const timeMs = parseInstant(text.replace(/ (\d\d:\d\d)$/, '+$1'));
  if (timeMs !== undefined) return timeMs;
  throw refused(
    name,
    `${name}: ${JSON.stringify(text.slice(0, 80))} is no instant: expected such as 2026-11-21T10:15:00Z, or with an offset`,
  );
}

export function knownQueue(queue: string, centre: CentreView, principal: Principal): void {
  mustBeSeen(queue, principal.scope);
  const queues = [ALL, ...centre.plan.queues.map((planned) => planned.queue), ...centre.queues().keys()];
  const known = ['*', ...queues.filter((each) => principal.seesQueue(each))];
  if (known.includes(queue)) return;
  const detail = `queue: ${unknownText(queue, [...new Set(known)])}`;
  throw problemOf(new QuestionError(404, detail, { parameter: 'queue' }));
}

export function pageOf(query: Query): { readonly limit: number; readonly after: string | undefined } {
  const text = valueOf(query, 'limit') ?? String(DEFAULT_LIMIT);
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT)
    throw refused(
      'limit',
      `limit: ${JSON.stringify(text.slice(0, 80))} is not a number from 1 to ${MAX_LIMIT}`,
    );
  return { limit, after: valueOf(query, 'after') };
}

function dateOf(query: Query): string | undefined {
  const date = valueOf(query, 'date');
  if (date === undefined || /^\d{4}-\d\d-\d\d$/.test(date)) return date;
  throw refused('date', `date: ${JSON.stringify(date.slice(0, 80))} is no date: expected such as 2026-11-21`);
}

/** The value of a parameter that may be one of these. */
export function oneOf<const T extends string>(
  query: Query,
  name: string,
  known: readonly T[],
): T | undefined {
  const value = valueOf(query, name);
  if (value === undefined) return undefined;
  return checked(name, value, known);
}

function listOf<const T extends string>(
  query: Query,
  name: string,
  known: readonly T[],
): readonly T[] | undefined {
  return valuesOf(query, name)?.map((value) => checked(name, value, known));
}

/** The value itself, when it is one of those known; throws a problem that names the nearest. */
export function checked<const T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found === undefined) throw refused(name, `${name}: ${unknownText(value, known)}`);
  return found;
}

/** Does an `Accept` header like CSV better than JSON? */
function prefersCsv(accept: string | undefined): boolean {
  const liking = (type: string): number => {
    const ranges = (accept ?? '').split(',').map((range) => range.split(';').map((part) => part.trim()));
    const found = ranges.find(([name]) => name === type) ?? ranges.find(([name]) => name === '*/*');
    const q = found?.find((part) => part.startsWith('q='))?.slice(2);
    return found === undefined ? 0 : Number(q ?? 1);
  };
  return liking('text/csv') > liking('application/json') || accept?.trim() === 'text/csv';
}
