import { code, level, one, timed, value, when } from '../code-table.ts';
import type { Effect } from '../../windowing/measures.ts';
import { isPresent, NO_STATUS, stateOf, STATUSES, type Status } from './status.ts';

/** Statuses and none. */
const SLOTS = STATUSES + 1;

/** How many agents of a status there are is told by these. */
function levelsOf(status: Status, by: 1 | -1): readonly Effect[] {
  if (status === NO_STATUS) return [];
  const state = stateOf(status);
  return [
    ...(state === 'available' ? timed('agents:available', by) : [level(`agents:${state}`, by)]),
    ...when(isPresent(status, 'logged_in'), ...timed('loggedIn', by)),
    ...when(isPresent(status, 'on_contact'), ...timed('onContact', by)),
    ...when(isPresent(status, 'handling'), ...timed('handling', by)),
  ];
}

/** Leaves out what is taken back at once. */
function net(moves: readonly Effect[]): readonly Effect[] {
  const isOpposite = (a: Effect, b: Effect): boolean =>
    'by' in a && 'by' in b && a.kind === b.kind && a.index === b.index && a.by !== b.by;
  return moves.filter((move) => !moves.some((other) => isOpposite(move, other)));
}

const moves: number[] = [];
/** By code: the status that it ends in. */
const endsIn = new Map<number, Status>();
for (let from = NO_STATUS; from < STATUSES; from++) {
  for (let to = NO_STATUS; to < STATUSES; to++) {
    const move = code(net([...levelsOf(from, -1), ...levelsOf(to, 1)]));
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
