import type { FastifyInstance } from 'fastify';
import { ALARM_DEFAULTS, ALL, CHANNELS, defaultWindow, nearest, type AlarmRule } from '@vigie/contracts';
import { CATALOGUE } from '@vigie/metrics';
import { ProblemError } from '@vigie/service-kit';
import { answerBy, checked, knownQueue, oneOf, placeOf, type OwnerRoutesOptions } from './owner-routes.ts';
import { centreOf, onlyKnown, refused, valueOf, type Query } from './query.ts';

export const ALARMS_PARAMETERS = ['centre'] as const;
export const WOULD_FIRE_PARAMETERS = [
  ...(['rule', 'kpi', 'queue', 'channel', 'window', 'warning', 'critical'] as const),
  ...(['minSample', 'hold', 'hysteresis', 'hours', 'span', 'centre'] as const),
] as const;

const READ = { config: { access: 'read' } } as const;
/** Who has seen an alarm is told to all, and is in the audit log. */
const ACKNOWLEDGE = { config: { access: 'supervise' } } as const;

/** Adds the calls about alarms, which the owner of the centre answers. */
export function addAlarmRoutes(http: FastifyInstance, options: OwnerRoutesOptions): void {
  const { configuration, reader, owners } = options;
  http.get<{ Querystring: Query }>('/v1/alarms', READ, async (request, reply) => {
    onlyKnown(request.query, ALARMS_PARAMETERS);
    const centre = centreOf(request.query, reader, configuration.centre, request.principal);
    return await answerBy(owners, { kind: 'alarms', ...placeOf(centre, request.principal) }, reply);
  });

  http.post<{ Params: { readonly id: string }; Querystring: Query }>(
    '/v1/alarms/:id/acknowledge',
    ACKNOWLEDGE,
    async (request, reply) => {
      const { query, principal, params } = request;
      onlyKnown(query, ALARMS_PARAMETERS);
      const centre = centreOf(query, reader, configuration.centre, principal);
      if (params.id.length > 500) throw new ProblemError(404, 'There is no such alarm.');
      const question = { kind: 'acknowledge' as const, ...placeOf(centre, principal) };
      return await answerBy(owners, { ...question, alarm: params.id, by: principal.name }, reply);
    },
  );

  http.get<{ Querystring: Query }>('/v1/alarms/would-fire', READ, async (request, reply) => {
    const { query, principal } = request;
    onlyKnown(query, WOULD_FIRE_PARAMETERS);
    const centre = centreOf(query, reader, configuration.centre, principal);
    const rule = ruleNamed(valueOf(query, 'rule'), configuration.alarms.rules);
    const queue = valueOf(query, 'queue') ?? (rule?.queue.includes('*') === false ? rule.queue : ALL);
    knownQueue(queue, centre, principal);
    if (queue === '*') throw refused('queue', 'queue: expected one queue');
    const ids = CATALOGUE.map(({ id }) => id);
    const kpi = valueOf(query, 'kpi') ?? rule?.kpi;
    if (kpi === undefined)
      throw refused('kpi', 'kpi: is missing: expected a figure, or the rule of an alarm');
    const { windows } = centre.plan;
    const warning = numberOf(query, 'warning') ?? rule?.warning;
    const critical = numberOf(query, 'critical') ?? rule?.critical;
    if (warning === undefined && critical === undefined)
      throw refused('warning', 'warning: is missing: expected a limit, warning or critical');
    const hours = valueOf(query, 'hours') ?? rule?.hours;
    const channel =
      oneOf(query, 'channel', [...CHANNELS, ALL]) ?? (rule?.channel === ALL ? undefined : rule?.channel);
    const question = {
      kind: 'would_fire' as const,
      ...placeOf(centre, principal),
      ...{ queue, channel, kpi: checked('kpi', kpi, ids), warning, critical, hours },
      window: checked('window', valueOf(query, 'window') ?? rule?.window ?? defaultWindow(windows), windows),
      minSample: numberOf(query, 'minSample', 0, 1_000_000) ?? rule?.minSample ?? ALARM_DEFAULTS.minSample,
      holdMs: seconds(numberOf(query, 'hold', 0, 86_400)) ?? rule?.holdMs ?? ALARM_DEFAULTS.holdMs,
      hysteresis: numberOf(query, 'hysteresis', 0, 1e9) ?? rule?.hysteresis ?? 0,
      spanMs: seconds(numberOf(query, 'span', 60, 86_400)) ?? 86_400_000,
    };
    return await answerBy(owners, question, reply);
  });
}

function ruleNamed(name: string | undefined, rules: readonly AlarmRule[]): AlarmRule | undefined {
  if (name === undefined) return undefined;
  const rule = rules.find((each) => each.name === name);
  if (rule !== undefined) return rule;
  const near = nearest(
    name,
    rules.map((each) => each.name),
  );
  const hint = near === undefined ? '' : ` (did you mean ${JSON.stringify(near)}?)`;
  throw refused('rule', `rule: ${JSON.stringify(name.slice(0, 80))} is no rule of an alarm${hint}`);
}

function numberOf(query: Query, name: string, least = -1e12, most = 1e12): number | undefined {
  const text = valueOf(query, name);
  if (text === undefined) return undefined;
  const value = /^-?\d{1,13}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw refused(name, `${name}: ${JSON.stringify(text.slice(0, 80))} is no number from ${least} to ${most}`);
}

/** As whole milliseconds. */
const seconds = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.round(value * 1000);
