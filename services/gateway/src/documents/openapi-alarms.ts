import type { WOULD_FIRE_PARAMETERS } from '../rest/alarm-routes.ts';
import { ref } from './json-schema.ts';
import { ownerAway } from './openapi-records.ts';

const one = (name: string, description: string, schema: object = { type: 'string' }) => ({
  name,
  in: 'query',
  description,
  schema,
});
const number = { type: 'number' };
const centre = one('centre', 'Another centre than the default one.');

const WOULD_FIRE: Readonly<Record<(typeof WOULD_FIRE_PARAMETERS)[number], object>> = {
  rule: one('rule', 'A configured rule, whose settings stand for those that are not given.'),
  kpi: one('kpi', 'KPI id; without a rule it must be given.'),
  queue: one('queue', 'One queue; default that of the rule, or _all.'),
  channel: one('channel', 'Channel; default all of the queue.'),
  window: one('window', 'A rolling window.'),
  warning: one('warning', 'Beyond this it warns.', number),
  critical: one('critical', 'Beyond this it is critical.', number),
  minSample: one('minSample', 'With a smaller sample there is no alarm.', { type: 'integer', minimum: 0 }),
  hold: one('hold', 'Seconds that a change has to hold.', { ...number, minimum: 0, maximum: 86_400 }),
  hysteresis: one('hysteresis', 'How far beyond its limit a state is left.', { ...number, minimum: 0 }),
  hours: one('hours', 'Calendar outside of which it is off.'),
  span: one('span', 'How far back, seconds; default a day.', { ...number, minimum: 60, maximum: 86_400 }),
  centre,
};

type Problem = (description: string) => object;

/** Calls about alarms. */
export function alarmPaths(problem: Problem): Readonly<Record<string, object>> {
  const call = (operationId: string, summary: string, schema: string, more: object) => ({
    operationId,
    tags: ['records'],
    summary,
    ...more,
    responses: {
      200: { description: summary, content: { 'application/json': { schema: ref(schema) } } },
      400: problem('A value that is wrong: the detail says why.'),
      404: problem('No such alarm or queue.'),
      409: problem('The alarm is not up.'),
      ...ownerAway(problem),
    },
  });
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
  return {
    '/v1/alarms': {
      get: call('listAlarms', 'Alarms as they stand', 'Alarms', { parameters: [centre] }),
    },
    '/v1/alarms/{id}/acknowledge': {
      post: call('acknowledgeAlarm', 'Somebody has seen it', 'Alarm', { parameters: [id, centre] }),
    },
    '/v1/alarms/would-fire': {
      get: call('wouldFire', 'When an alarm with these settings would have been up', 'WouldFire', {
        parameters: Object.values(WOULD_FIRE),
      }),
    },
  };
}
