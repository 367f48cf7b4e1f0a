import type { AgentState, OracleData } from '../oracle/types.ts';
import type { Random } from './random.ts';
import { systemDraft, type Draft } from './script.ts';

export interface ShiftWriter {
  readonly random: Random;
  readonly drafts: Draft[];
  newId(prefix: string): string;
}

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

const SOURCE = 'acd://agents';

/**
 * What a system tells of one agent: his queues, his states, pauses of single queues; a state repeated, corrected, or known
 * only from a snapshot. His shift may begin long before the recording and end long after it, or twice.
 */
export function writeShift(
  { random, drafts, newId }: ShiftWriter,
  agent: string,
  queues: readonly [string, ...string[]],
  { fromMs, untilMs }: Span,
): void {
  const tell = (type: string, atMs: number, data: Partial<OracleData>): void => {
    drafts.push(systemDraft(newId('e'), SOURCE, type, atMs, { agent: { id: agent }, ...data }));
  };
  const beginMs = fromMs - random.delay(1_800_000, 8 * 3_600_000);
  const some = queues.filter(() => random.chance(0.7));
  const own = some.length === 0 ? [queues[0]] : some;
  const bySnapshot = random.chance(0.2);
  if (bySnapshot) {
    const agents = [{ id: agent, state: 'available' as const, since: iso(beginMs - 1), queues: own }];
    drafts.push(systemDraft(newId('e'), SOURCE, 'source.snapshot', beginMs, { agents }));
  } else {
    tell('agent.queues', beginMs, { op: 'set', queues: own });
    tell('agent.state', beginMs, { state: 'available' });
  }
  let nowMs = beginMs;
  let pausedIn: string | undefined;
  for (let steps = random.int(2, 12); steps > 0; steps -= 1) {
    nowMs += random.chance(0.1) ? random.pick([1, 59_999, 60_000, 60_001]) : random.delay(900_000, 7_200_000);
    if (nowMs > untilMs + 3_600_000) break;
    const dice = random.next();
    if (dice < 0.15) {
      const queue = random.pick(queues);
      tell('agent.queues', nowMs, { op: random.pick(['added', 'removed']), queues: [queue] });
    } else if (dice < 0.35) {
      pausedIn ??= random.pick(queues);
      const state = random.chance(0.6) ? 'paused' : 'available';
      tell('agent.state', nowMs, { state, queue: { id: pausedIn } });
      if (state === 'available') pausedIn = undefined;
    } else {
      const states: readonly [AgentState, ...AgentState[]] = [
        'available',
        'available',
        'paused',
        'paused',
        'on_contact',
        'acw',
        'logged_out',
        'unknown',
      ];
      const state = random.pick(states);
      tell('agent.state', nowMs, {
        state,
        ...(random.chance(0.3) ? { reason: 'lunch' } : {}),
        ...(random.chance(0.2) ? { since: iso(nowMs - random.int(0, 500)) } : {}),
      });
      if (random.chance(0.15))
        tell('agent.state', nowMs + 400, { state, since: iso(nowMs), assertion: true });
    }
  }
  if (random.chance(0.7)) tell('agent.state', Math.max(nowMs + 1, untilMs), { state: 'logged_out' });
}

const iso = (ms: number): string => new Date(ms).toISOString();
