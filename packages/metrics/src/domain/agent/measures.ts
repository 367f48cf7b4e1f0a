import { AGENT_STATES } from './asserted.ts';

/** Sums of what happens in agents' time. Durations in ms. */
export const AGENT_SUMS = ['consultsGiven', 'consultMs', 'agentDays'] as const;
export type AgentSum = (typeof AGENT_SUMS)[number];

/** Levels of agents; each of how many there are. `parallel`: pieces of work beside the first of each agent. */
export const AGENT_LEVELS = [
  ...AGENT_STATES.map((state) => `agents:${state}` as const),
  'loggedIn',
  'onContact',
  'handling',
  'parallel',
] as const;

/** Those whose time is measured too: see `windowing/area.ts`. */
export const AREAS = ['agents:available', 'loggedIn', 'onContact', 'handling', 'parallel'] as const;
export type AreaName = (typeof AREAS)[number];
