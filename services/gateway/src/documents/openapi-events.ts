import { EVENT_TYPES } from '@vigie/contracts';
import { ref } from './json-schema.ts';

const anyEvent = {
  oneOf: EVENT_TYPES.map((type) => ref(type)),
  discriminator: {
    propertyName: 'type',
    mapping: Object.fromEntries(EVENT_TYPES.map((type) => [type, ref(type).$ref])),
  },
};

/** Answer of a posting of events. */
export const BatchSchema = {
  type: 'object',
  required: ['accepted', 'rejected'],
  properties: {
    accepted: { type: 'integer', minimum: 0, description: 'How many the log has.' },
    rejected: {
      type: 'array',
      items: {
        type: 'object',
        required: ['index', 'code', 'reason'],
        properties: {
          index: { type: 'integer', minimum: 0, description: 'Position in the request, from 0.' },
          id: { type: 'string' },
          code: {
            type: 'string',
            enum: ['invalid', 'unknown_type', 'late', 'future', 'skew', 'too_big', 'not_allowed'],
          },
          reason: { type: 'string' },
        },
      },
    },
  },
};

/** `POST /v1/events`: CloudEvents 1.0, one, a batch, or lines. */
export function ingestPath(problem: (description: string) => object): Record<string, unknown> {
  return {
    post: {
      operationId: 'postEvents',
      tags: ['events'],
      summary: 'Canonical events',
      parameters: [
        {
          name: 'import',
          in: 'query',
          schema: { type: 'boolean', default: false },
          description: 'The events are history: each is taken at its own time, none is late.',
        },
      ],
      requestBody: {
        required: true,
        content: {
          'application/cloudevents+json': { schema: anyEvent },
          'application/cloudevents-batch+json': { schema: { type: 'array', items: anyEvent } },
          'application/x-ndjson': { schema: { type: 'string', description: 'One event a line.' } },
        },
      },
      responses: {
        202: {
          description: 'The log has the accepted ones.',
          content: { 'application/json': { schema: ref('EventBatch') } },
        },
        400: {
          description: 'None was accepted, or the request cannot be read.',
          content: {
            'application/json': { schema: ref('EventBatch') },
            'application/problem+json': { schema: ref('Problem') },
          },
        },
        413: problem('More than 16 MiB.'),
        415: problem('Another media type.'),
        503: {
          ...problem('The log cannot be reached: nothing was accepted; post again.'),
          headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds.' } },
        },
      },
    },
  };
}
