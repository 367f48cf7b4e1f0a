import { resolveSemantic } from '@vigie/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../windowing/contribution.ts';
import { ConfigVersions } from '../config-versions.ts';
import type { JudgeContext } from '../contact/context.ts';
import type { WorkLink } from '../contact/agent-links.ts';
import type { LinkMove } from '../entity-kind.ts';
import type { Link } from '../link.ts';
import { NO_WORDS } from '../words.ts';
import { AgentJudgement } from './judgement.ts';

const START_MS = Date.UTC(2026, 2, 2, 9);
const MINUTE_MS = 60_000;

const config = resolveSemantic({});
const groups = new Map<string, number>();
const context: JudgeContext = {
  versions: new ConfigVersions([{ version: '1', fromMs: 0, config, toldAtMs: 0 }]),
  restarts: new Map(),
  waitingLists: new Map(),
  listings: new Map(),
  groupOf: () => 0,
  agentGroupOf: (scope, name) => {
    const id = `${scope}|${name}`;
    if (!groups.has(id)) groups.set(id, groups.size);
    return groups.get(id)!;
  },
  agentMovedOn: () => undefined,
  words: NO_WORDS,
};

function work(key: number, startAt: number, talkMs: number, acwMs: number, queue: string): WorkLink {
  const talkEndAt = startAt + talkMs;
  return {
    ...{ target: 'agent|ada', key: `contact|${key}#0`, about: 'work', queue, channel: 'voice' },
    ...{ consult: key % 5 === 0, inbound: true, transferred: false, wrapIsOpen: false },
    ...{ tellsHold: true, tellsAcw: true, holdMs: 0, acwMs, isCounted: true },
    ...{ startAt, talkEndAt, endAt: talkEndAt + acwMs },
  };
}

/** Contributions in an order of their own: what they say does not depend on theirs. */
function entriesOf({ contributions }: AgentJudgement): readonly string[] {
  const entries: string[] = [];
  for (let i = 0; i < contributions.length; i += FIELDS)
    entries.push(contributions.slice(i, i + FIELDS).join(' '));
  return entries.sort();
}

const step = fc.record({
  key: fc.integer({ min: 0, max: 12 }),
  startMin: fc.integer({ min: 0, max: 200 }),
  talkMin: fc.integer({ min: 0, max: 90 }),
  acwMin: fc.integer({ min: 0, max: 10 }),
  queue: fc.constantFrom('sales', 'service'),
  isTaken: fc.boolean(),
  isLate: fc.boolean(),
});

describe('what an agent comes to', () => {
  it('is the same gone on with from what it was as judged afresh, whatever work comes, changes or goes', () => {
    fc.assert(
      fc.property(fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 40 }), (turns) => {
        const links = new Map<string, Link>();
        let judged = new AgentJudgement('ada', [], links, context);
        turns.forEach((steps, turn) => {
          const moves: LinkMove[] = [];
          for (const { key, startMin, talkMin, acwMin, queue, isTaken, isLate } of steps) {
            // mostly in the order of time, as work comes
            const start = isLate ? startMin : turn * 4 + (startMin % 8);
            const next = work(
              key,
              START_MS + start * MINUTE_MS,
              talkMin * MINUTE_MS,
              acwMin * MINUTE_MS,
              queue,
            );
            const before = links.get(next.key);
            const after = isTaken && isLate ? undefined : next;
            if (after === undefined) links.delete(next.key);
            else links.set(next.key, after);
            if (before !== undefined || after !== undefined) moves.push({ before, after });
          }
          judged = new AgentJudgement('ada', [], links, context, judged, { facts: false, links: moves });
          expect(entriesOf(judged)).toEqual(entriesOf(new AgentJudgement('ada', [], links, context)));
        });
      }),
    );
  });

  it('keeps what did not change the same object', () => {
    const first = work(1, START_MS, MINUTE_MS, 0, 'sales');
    const later = work(2, START_MS + 120 * MINUTE_MS, MINUTE_MS, 0, 'sales');
    const links = new Map<string, Link>([first, later].map((link) => [link.key, link]));
    const judged = new AgentJudgement('ada', [], links, context);
    const longer = work(2, later.startAt, 2 * MINUTE_MS, 0, 'sales');
    links.set(longer.key, longer);
    const change = { facts: false, links: [{ before: later, after: longer }] };
    const next = new AgentJudgement('ada', [], links, context, judged, change);
    expect(next.pieces[0]).toBe(judged.pieces[0]);
    expect(next.pieces[1]).not.toEqual(judged.pieces[1]);
  });
});
