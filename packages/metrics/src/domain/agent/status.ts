import { AGENT_STATES, type AgentState } from './asserted.ts';

/** How much of an agent's time is taken: each includes the ones before. */
export const PRESENCES = ['away', 'logged_in', 'on_contact', 'handling'] as const;
export type Presence = (typeof PRESENCES)[number];

/** State and presence as one number; {@link NO_STATUS} of nobody. */
export type Status = number;
export const NO_STATUS: Status = -1;
export const STATUSES = AGENT_STATES.length * PRESENCES.length;

/** The status of an agent in a state; `isHandling`: some of his work is open. */
export function statusIn(state: AgentState, isHandling: boolean): Status {
  return AGENT_STATES.indexOf(state) * PRESENCES.length + presenceIn(state, isHandling);
}

export function stateOf(status: Status): AgentState {
  return AGENT_STATES[Math.floor(status / PRESENCES.length)]!;
}

/** Does an agent of this status have at least that presence? */
export function isPresent(status: Status, presence: Presence): boolean {
  return status !== NO_STATUS && status % PRESENCES.length >= PRESENCES.indexOf(presence);
}

function presenceIn(state: AgentState, isHandling: boolean): number {
  if (isHandling) return 3;
  if (state === 'on_contact' || state === 'acw') return 2;
  return state === 'available' || state === 'paused' ? 1 : 0;
}
