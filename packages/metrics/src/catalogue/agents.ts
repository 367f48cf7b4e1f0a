import { AGENT_STATES } from '../domain/agent/asserted.ts';
import type { AreaName } from '../domain/agent/measures.ts';
import { areaIndex, levelIndex, sumIndex } from '../domain/measures.ts';
import { areaOver } from '../windowing/area.ts';
import { entry } from './declare.ts';
import { AGENT_TIME, HANDLINGS } from './events.ts';
import { count, countBy, nothing, ratio, sum, type Figure, type Kpi, type Measures } from './kpi.ts';

const HOUR_MS = 60 * 60_000;
/** Hours of work that make one full day. */
const STANDARD_DAY_HOURS = 8;

/** Time of all the agents of a row in a level, within its window, ms. */
function time(name: AreaName): (m: Measures) => number {
  const index = areaIndex(name);
  const levelAt = levelIndex(name);
  return ({ agents: { totals, levels, fromMs, toMs } }) =>
    areaOver(totals.sums, index, levels[levelAt]!, fromMs, toMs);
}

function agentSum(name: Parameters<typeof sumIndex>[0]): (m: Measures) => number {
  const index = sumIndex(name);
  return ({ agents }) => agents.totals.sums[index]!;
}

const available = time('agents:available');
const loggedIn = time('loggedIn');
const onContact = time('onContact');
const handling = time('handling');
const parallel = time('parallel');
const consults = agentSum('consultsGiven');
const consultMs = agentSum('consultMs');
const agentDays = agentSum('agentDays');
const handled = sum('handled');
const STATES = AGENT_STATES.map((state) => [state, levelIndex(`agents:${state}`)] as const);

function agentsByState({ agents: { levels } }: Measures): Figure {
  let total = 0;
  const parts: Record<string, number> = {};
  for (const [state, index] of STATES) {
    parts[state] = levels[index]!;
    total += levels[index]!;
  }
  return countBy(total, parts);
}

/** A share of agents' time; its sample is the whole, in seconds. */
function shareOfTime(partMs: number, wholeMs: number): Figure {
  return wholeMs === 0 ? nothing() : { ...ratio(partMs, wholeMs), n: wholeMs / 1000 };
}

/** So many per hour or per hour's worth; the sample is the divisor. */
function per(amount: number, divisor: number): Figure {
  return divisor === 0 ? nothing() : { value: amount / divisor, n: divisor };
}

type Definition = Omit<Parameters<typeof entry>[0], 'level' | 'events'> & Partial<Pick<Kpi, 'events'>>;

/** A figure of agents' time: of a queue's members, whatever the channel, of a team or site, and of the centre. */
function ofAgents(definition: Definition): Kpi {
  return entry({
    level: 'agent',
    events: AGENT_TIME,
    fromTotals: false,
    dimensions: ['queue', 'team', 'site', 'agent'],
    ...definition,
  });
}

/**
 * Figures of contacts that are somebody's own: who answered, who worked on it, who replied. Waits, abandonments and the
 * service level belong to queues, never to agents.
 */
const THEIR_OWN: ReadonlySet<string> = new Set([
  'answered',
  'handled',
  'aht',
  'avg_communication_time',
  'avg_talk_time',
  'avg_hold_time',
  'avg_hold_time_held',
  'avg_acw',
  'transfer_rate',
  'avg_first_response_time',
  'frt_p50',
  'frt_p90',
  'frt_within_target_rate',
  'avg_response_time',
  'csat',
  'csat_mean',
  'ces_score',
  'ces_easy_rate',
  'nps',
  'review_rating',
  'survey_responses',
  'verbatim_count',
  'qa_score',
  'sentiment_score',
]);

/** The entry, which can be asked by agent as well if it is somebody's own. */
export function byAgentToo(kpi: Kpi): Kpi {
  return THEIR_OWN.has(kpi.id) ? { ...kpi, dimensions: [...kpi.dimensions, 'agent'] } : kpi;
}

const SLICES = 'the time slices inside the window';

/** How agents' time is spent. */
export const AGENT_KPIS: readonly Kpi[] = [
  ofAgents({
    id: 'agents_by_state_now',
    name: { en: 'Agents by state', fr: 'Agents par état' },
    unit: 'count',
    formula: 'distinct agents per state: logged_out, available, on_contact, acw, paused, unknown',
    description:
      'How many agents there are, and what they do now; each counts once, however many contacts he has.',
    better: 'neither',
    instant: 'now',
    now: true,
    dimensions: ['queue', 'team', 'site'],
    metric: 'vigie_agents_by_state',
    parts: { label: 'state', values: AGENT_STATES },
    compute: agentsByState,
  }),
  ofAgents({
    id: 'occupancy',
    name: { en: 'Occupancy', fr: 'Taux d’occupation' },
    unit: 'ratio',
    formula: 'on contact / (on contact + available), as wall-clock time',
    description:
      'Share of the time agents were there for contacts in which they had one. Two chats at once are one; pauses are left out.',
    better: 'neither',
    instant: SLICES,
    metric: 'vigie_occupancy_ratio',
    compute: (m) => shareOfTime(onContact(m), onContact(m) + available(m)),
  }),
  ofAgents({
    id: 'utilization',
    name: { en: 'Utilisation', fr: 'Taux d’utilisation' },
    unit: 'ratio',
    formula: '(on contact + available) / logged in',
    description: 'Share of the logged-in time in which agents were there for contacts.',
    better: 'higher',
    instant: SLICES,
    metric: 'vigie_utilization_ratio',
    compute: (m) => shareOfTime(onContact(m) + available(m), loggedIn(m)),
  }),
  ofAgents({
    id: 'concurrency',
    name: { en: 'Parallel contacts', fr: 'Simultanéité' },
    unit: 'number',
    formula: 'Σ handling time / on contact as wall-clock time',
    description: 'How many contacts an agent who has any works on at once.',
    better: 'neither',
    instant: SLICES,
    metric: 'vigie_concurrency',
    compute: (m) => per((handling(m) + parallel(m)) / 1000, onContact(m) / 1000),
  }),
  ofAgents({
    id: 'handled_per_agent_hour',
    name: { en: 'Contacts per hour', fr: 'Contacts par heure' },
    unit: 'number',
    formula: 'handled / logged-in hours',
    description: 'Contacts handled for each hour that agents were logged in.',
    better: 'neither',
    instant: 'end of after-contact work',
    metric: 'vigie_handled_per_agent_hour',
    compute: (m) => per(handled(m), loggedIn(m) / HOUR_MS),
  }),
  ofAgents({
    id: 'agent_days',
    name: { en: 'Agent days worked', fr: 'Jours agents travaillés' },
    unit: 'count',
    formula: 'distinct agents and local dates with at least a minute logged in',
    description:
      'A night shift over midnight makes two. It counts at the end of the first minute of the day.',
    better: 'neither',
    instant: 'local date: when its first logged-in minute is full',
    metric: 'vigie_agent_days',
    compute: (m) => count(agentDays(m)),
  }),
  ofAgents({
    id: 'agent_day_equivalents',
    name: { en: 'Agent days, full time', fr: 'Jours agents, équivalent temps plein' },
    unit: 'number',
    formula: `logged-in hours / ${STANDARD_DAY_HOURS}`,
    description: `Logged-in time as days of ${STANDARD_DAY_HOURS} hours.`,
    better: 'neither',
    instant: SLICES,
    metric: 'vigie_agent_day_equivalents',
    compute: (m) => ({ value: loggedIn(m) / HOUR_MS / STANDARD_DAY_HOURS }),
  }),
  ofAgents({
    id: 'consult_time',
    name: { en: 'Consult time', fr: 'Temps de consultation' },
    unit: 'seconds',
    formula: 'Σ time of consults given to colleagues',
    description: 'Time agents spent answering colleagues: part of occupancy, not of handled contacts.',
    better: 'neither',
    instant: 'end of the consult',
    events: HANDLINGS,
    metric: 'vigie_consult_time_seconds',
    compute: (m) => ({ value: consultMs(m) / 1000, n: consults(m) }),
  }),
];
