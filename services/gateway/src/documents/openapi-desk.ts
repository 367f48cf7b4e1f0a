import { CHANNELS, MAX_SERIES_POINTS, SERVICE_LEVEL_FORMULAS } from '@vigie/contracts';
import { CATALOGUE } from '@vigie/metrics';
import {
  SERIES_DEFAULTS,
  type SERIES_PARAMETERS,
  type SOURCES_PARAMETERS,
  type WHAT_IF_PARAMETERS,
} from '../rest/desk-routes.ts';
import { ref } from './json-schema.ts';
import { ownerAway } from './openapi-records.ts';

const text = { type: 'string' };
const one = (name: string, description: string, schema: object = text) => ({
  name,
  in: 'query',
  description,
  schema,
});
const word = (words: readonly string[]) => ({ type: 'string', enum: [...words] });
const queue = {
  name: 'queue',
  in: 'path',
  required: true,
  description: 'Queue id; _all is the merged total, and of a series * every queue.',
  schema: text,
};
const centre = one('centre', 'Another centre than the default one.');
const at = one('at', 'A past instant; default now.', { type: 'string', format: 'date-time' });
const window = one('window', 'Window id; default 30m where there is one.');
const seconds = { type: 'integer', minimum: 0, maximum: 86_400 };

const SERIES: Readonly<Record<(typeof SERIES_PARAMETERS)[number], object>> = {
  kpi: one('kpi', 'The figure; default service_level_live.', word(CATALOGUE.map(({ id }) => id))),
  window,
  channel: {
    ...one('channel', 'Channels; default all.', { type: 'array', items: word([...CHANNELS, '_all']) }),
    style: 'form',
    explode: true,
  },
  at,
  step: one('step', 'Seconds from one instant to the next.', {
    type: 'integer',
    minimum: 1,
    maximum: 3600,
    default: SERIES_DEFAULTS.stepS,
  }),
  points: one('points', 'So many instants.', {
    type: 'integer',
    minimum: 1,
    maximum: MAX_SERIES_POINTS,
    default: SERIES_DEFAULTS.points,
  }),
  centre,
};
const WHAT_IF: Readonly<Record<(typeof WHAT_IF_PARAMETERS)[number], object>> = {
  window,
  channel: one('channel', 'Channel; default the merged figure.', word([...CHANNELS, '_all'])),
  at,
  threshold: one('threshold', 'Another threshold, seconds.', seconds),
  shortAbandon: one('shortAbandon', 'Another limit of short abandons, seconds.', seconds),
  formula: one('formula', 'Another formula.', word(SERVICE_LEVEL_FORMULAS)),
  centre,
};
const SOURCES: Readonly<Record<(typeof SOURCES_PARAMETERS)[number], object>> = { centre };

type Problem = (description: string) => object;

/** Calls that supervisors' pages are made of beside figures and records. */
export function deskPaths(problem: Problem): Readonly<Record<string, object>> {
  const get = (operationId: string, summary: string, parameters: readonly object[], schema: string) => ({
    get: {
      operationId,
      tags: ['records'],
      summary,
      parameters,
      responses: {
        200: { description: summary, content: { 'application/json': { schema: ref(schema) } } },
        400: problem('A value that is wrong: the detail says why.'),
        404: problem('An unknown queue.'),
        ...ownerAway(problem),
      },
    },
  });
  return {
    '/v1/queues/{queue}/series': get(
      'getSeries',
      'One figure at instants that follow each other',
      [queue, ...Object.values(SERIES)],
      'Series',
    ),
    '/v1/queues/{queue}/what-if': get(
      'whatIf',
      'A window judged by other settings, beside the real ones: a hypothesis that changes nothing',
      [queue, ...Object.values(WHAT_IF)],
      'WhatIf',
    ),
    '/v1/sources': get(
      'listSources',
      'Where the facts of a centre come from, up to when each source vouches, and what is missing',
      Object.values(SOURCES),
      'Sources',
    ),
  };
}
