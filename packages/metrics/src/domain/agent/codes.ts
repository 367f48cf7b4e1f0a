import { code, level, one, timed, value } from '../code-table.ts';
import type { Effect } from '../../windowing/measures.ts';
import { AGENT_STATES } from './asserted.ts';
import { AREAS, type AGENT_LEVELS, type AreaName } from './measures.ts';
import { isPresent, NO_STATUS, stateOf, STATUSES, type Status } from './status.ts';

/** Statuses and none. */
const SLOTS = STATUSES + 1;

/** Is an agent of that status among those whom a level counts? */
const COUNTS: readonly (readonly [(typeof AGENT_LEVELS)[number], (status: Status) => boolean])[] = [
  ...AGENT_STATES.map(
    (state) =>
      [`agents:${state}`, (status: Status) => status !== NO_STATUS && stateOf(status) === state] as const,
  ),
  ['loggedIn', (status) => isPresent(status, 'logged_in')],
  ['onContact', (status) => isPresent(status, 'on_contact')],
  ['handling', (status) => isPresent(status, 'handling')],
];

/** What becomes of the levels when an agent goes from one status to another. */
function movesOf(from: Status, to: Status): readonly Effect[] {
  const effects: Effect[] = [];
  for (const [name, isCounted] of COUNTS) {
    if (isCounted(from) === isCounted(to)) continue;
    const by = isCounted(to) ? 1 : -1;
    effects.push(...(isArea(name) ? timed(name, by) : [level(name, by)]));
  }
  return effects;
}

const isArea = (name: string): name is AreaName => (AREAS as readonly string[]).includes(name);

const moves: number[] = [];
/** By code: the status that it ends in. */
const endsIn = new Map<number, Status>();
for (let from = NO_STATUS; from < STATUSES; from++) {
  for (let to = NO_STATUS; to < STATUSES; to++) {
    const move = code(movesOf(from, to));
    moves.push(move);
    endsIn.set(move, to);
  }
}

/** Codes of agents' time. */
export const AGENT_CODE = {
  /** An agent's status in a group changed; value: the instant, ms since 1970. */
  agentMoves: (from: Status, to: Status) => moves[(from + 1) * SLOTS + to + 1]!,
  /** One more piece of work beside another; value: the instant, ms since 1970. */
  parallelBegins: code(timed('parallel', 1)),
  parallelEnds: code(timed('parallel', -1)),
  /** A consult ended that an agent gave a colleague; value: ms. */
  consultGiven: code([one('consultsGiven'), value('consultMs')]),
  /** An agent was logged in for a minute of a local day. */
  agentDay: code([one('agentDays')]),
} as const;

/** The status that an agent has after a contribution of that code; `undefined` when it tells of something else. */
export function statusAfter(move: number): Status | undefined {
  return endsIn.get(move);
}
