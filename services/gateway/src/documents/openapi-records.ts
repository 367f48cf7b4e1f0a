import { CHANNELS, CONTACT_STATES, EFFECTS, INTERVAL_NAMES, SPLITS } from '@vigie/contracts';
import { CATALOGUE } from '@vigie/metrics';
import {
  MAX_LIMIT,
  type AGENTS_PARAMETERS,
  type CONTACTS_PARAMETERS,
  type CORRECTIONS_PARAMETERS,
  type EXPLAIN_PARAMETERS,
  type INTERVALS_PARAMETERS,
} from '../rest/owner-routes.ts';
import { ref } from './json-schema.ts';

const text = { type: 'string' };
const wordOf = (words: readonly string[], more: object = {}) => ({
  type: 'string',
  enum: [...words],
  ...more,
});
const one = (name: string, description: string, schema: object = text) => ({
  name,
  in: 'query',
  description,
  schema,
});
const many = (name: string, description: string, items: object = text) => ({
  ...one(name, description, { type: 'array', items }),
  style: 'form',
  explode: true,
});

const queue = {
  name: 'queue',
  in: 'path',
  required: true,
  description: 'Queue id; * is every queue, _all the merged total.',
  schema: text,
};
const centre = one('centre', 'Another centre than the default one.');
const channel = many('channel', 'Channels; default all.', wordOf([...CHANNELS, '_all']));
const limit = one('limit', 'At most so many.', {
  type: 'integer',
  minimum: 1,
  maximum: MAX_LIMIT,
  default: 100,
});
const after = one('after', 'The "next" of the answer before.');

const INTERVALS: Readonly<Record<(typeof INTERVALS_PARAMETERS)[number], object>> = {
  date: one('date', 'Local date in the zone of the centre; default the day that is on.', {
    type: 'string',
    format: 'date',
  }),
  interval: one('interval', 'Length of the intervals.', wordOf(INTERVAL_NAMES, { default: '15m' })),
  by: one(
    'by',
    'channel: one row a channel; team, site: one row for the queues of each, of the queue _all.',
    wordOf(SPLITS),
  ),
  channel,
  kpi: many('kpi', 'KPI ids; default all.', wordOf(CATALOGUE.map(({ id }) => id))),
  centre,
};
const CONTACTS: Readonly<Record<(typeof CONTACTS_PARAMETERS)[number], object>> = {
  state: many('state', 'States; default all.', wordOf(CONTACT_STATES)),
  channel,
  limit,
  after,
  centre,
};

const EXPLAIN: Readonly<Record<(typeof EXPLAIN_PARAMETERS)[number], object>> = {
  kpi: { ...one('kpi', 'The figure.', wordOf(CATALOGUE.map(({ id }) => id))), required: true },
  window: one('window', 'Window id; default 30m where there is one.'),
  channel: one('channel', 'Channel; default the merged figure.', wordOf([...CHANNELS, '_all'])),
  at: one('at', 'A past instant; default now.', { type: 'string', format: 'date-time' }),
  effect: one('effect', 'Only what counts so; default all.', wordOf(EFFECTS)),
  limit,
  after,
  centre,
};

const AGENTS: Readonly<Record<(typeof AGENTS_PARAMETERS)[number], object>> = {
  window: one('window', 'Window id; default today.'),
  centre,
};
const CORRECTIONS: Readonly<Record<(typeof CORRECTIONS_PARAMETERS)[number], object>> = {
  queue: one('queue', 'Only those of this queue; default all.'),
  limit,
  after,
  centre,
};

type Problem = (description: string) => object;

/** Calls that the owner of a centre's figures answers. */
export function recordPaths(problem: Problem): Readonly<Record<string, object>> {
  const responses = (answer: object) => ({
    200: answer,
    400: problem('A value that is wrong: the detail says why.'),
    404: problem('An unknown queue.'),
    ...ownerAway(problem),
  });
  return {
    '/v1/queues/{queue}/intervals': {
      get: {
        operationId: 'getIntervals',
        tags: ['records'],
        summary: 'Figures of every interval of a local day',
        parameters: [queue, ...Object.values(INTERVALS)],
        responses: responses({
          description: 'One row an interval, queue and channel, empty intervals too.',
          content: {
            'application/json': { schema: ref('Intervals') },
            'text/csv': { schema: { type: 'string', description: 'One line a figure.' } },
          },
        }),
      },
    },
    '/v1/queues/{queue}/explain': {
      get: {
        operationId: 'explain',
        tags: ['records'],
        summary: 'A figure taken apart: its formula with its numbers, and the contacts behind it',
        parameters: [queue, ...Object.values(EXPLAIN)],
        responses: responses({
          description: 'What counts for it, against it, and was left out, each with its reason.',
          content: { 'application/json': { schema: ref('Explanation') } },
        }),
      },
    },
    '/v1/agents': {
      get: {
        operationId: 'listAgents',
        tags: ['records'],
        summary: 'Agents with their states and their own figures',
        parameters: Object.values(AGENTS),
        responses: responses({
          description: 'Every agent known, by id.',
          content: { 'application/json': { schema: ref('Agents') } },
        }),
      },
    },
    '/v1/corrections': {
      get: {
        operationId: 'listCorrections',
        tags: ['records'],
        summary: 'Late truth that changed figures which had been shown, newest first',
        parameters: Object.values(CORRECTIONS),
        responses: responses({
          description: 'Figures of quarter hours, as they had been and as they are.',
          content: { 'application/json': { schema: ref('Corrections') } },
        }),
      },
    },
    '/v1/queues/{queue}/contacts': {
      get: {
        operationId: 'listContacts',
        tags: ['records'],
        summary: 'Contacts open in a queue now, oldest first',
        parameters: [queue, ...Object.values(CONTACTS)],
        responses: responses({
          description: 'Open contacts; their ids name no customer.',
          content: { 'application/json': { schema: ref('Contacts') } },
        }),
      },
    },
  };
}

/** What is answered while nobody can be asked. */
export function ownerAway(problem: Problem): object {
  return {
    503: {
      ...problem('The owner of the figures is away, is recovering them, or has too much to do.'),
      headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds.' } },
    },
  };
}
