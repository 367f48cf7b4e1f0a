import { parseEvent, type CanonicalEvent } from '@vigie/contracts';
import { describe, expect, test } from 'vitest';
import { agentAliases } from './options.ts';
import {
  dataOf,
  linesOf,
  mapAll,
  ofType,
  truthOf,
  type Truth,
  type TruthSegment,
} from './recordings.testkit.ts';

/** What the events say of one stay in a queue, gathered by segment id. */
interface Stay {
  callId: string;
  queue: string;
  kind: string;
  enteredAt: number;
  outcome?: string;
  waitSeconds?: number | undefined;
  agent?: string | undefined;
  end?: string;
  talkSeconds?: number | undefined;
}

const seconds = (ms: unknown): number | undefined => (typeof ms === 'number' ? ms / 1000 : undefined);

function staysOf(events: readonly CanonicalEvent[]): Stay[] {
  const stays = new Map<string, Stay>();
  for (const event of events) {
    const data = dataOf(event);
    const segmentId = data.contact?.segmentId;
    if (data.contact === undefined || segmentId === undefined) continue;
    if (event.type === 'vigie.contact.queued') {
      const enteredAt = Date.parse(event.time) / 1000;
      stays.set(segmentId, {
        callId: data.contact.id,
        queue: data.queue?.id ?? '',
        kind: data.kind ?? '',
        enteredAt,
      });
      continue;
    }
    const stay = stays.get(segmentId);
    if (stay === undefined) throw new Error(`${event.type} of a segment that was never opened: ${segmentId}`);
    const outcome = { 'vigie.contact.answered': 'answered', 'vigie.contact.abandoned': 'abandoned' };
    if (event.type in outcome || event.type === 'vigie.contact.flow_out') {
      expect(stay.outcome, `a second outcome of ${segmentId}`).toBeUndefined();
      stay.outcome = outcome[event.type as keyof typeof outcome] ?? String(data['cause']);
      stay.waitSeconds = seconds(data.measured?.waitMs);
      stay.agent = data.agent?.id;
    }
    if (event.type === 'vigie.contact.ended' || event.type === 'vigie.contact.transferred') {
      expect(stay.end, `a second end of ${segmentId}`).toBeUndefined();
      const isTransfer = event.type === 'vigie.contact.transferred';
      stay.end = isTransfer ? `${String(data['kind'])}-transfer` : String(data['by']);
      stay.talkSeconds = seconds(data.measured?.talkMs);
    }
  }
  return [...stays.values()];
}

const aliasesOf = ({ agents }: Truth): ReadonlyMap<string, string> =>
  agentAliases(
    Object.fromEntries(
      Object.entries(agents).map(([id, { interface: name, memberName, memberNames = [] }]) => [
        id,
        { aliases: [...new Set([name, ...memberNames, ...(memberName === undefined ? [] : [memberName])])] },
      ]),
    ),
  );

const isRefused = ({ outcome }: TruthSegment): boolean => outcome.startsWith('rejected-');

/** The outcome that the lines tell; run-a has it in the script's own words, run-b beside them. */
function loggedOutcome({ outcome, queueLog }: TruthSegment): string | undefined {
  if (queueLog !== undefined) return queueLog.outcome ?? undefined;
  if (outcome === 'waiting at end') return undefined;
  return outcome === 'key' ? 'key_exit' : outcome;
}

function loggedEnd({ ended, queueLog }: TruthSegment): string | undefined {
  if (queueLog !== undefined) return queueLog.end ?? undefined;
  return ended === 'talking at end' ? undefined : ended;
}

const sum = (values: readonly (number | undefined)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

describe.each(['run-a', 'run-b'] as const)('the recording %s', (run) => {
  const truth = truthOf(run);
  const lines = linesOf(run);
  const { events, mapper } = mapAll(lines, { agents: aliasesOf(truth) });
  const stays = staysOf(events);

  test('every event of it is valid by the schemas', () => {
    const refused = events.map((event) => parseEvent(event)).filter((result) => !result.ok);
    expect(refused).toEqual([]);
  });

  test('every line is accounted for', () => {
    const { lines: read, skipped, unknownEvents } = mapper.counts;
    expect(read).toBe(lines.length);
    const kinds = truth.lineCounts;
    expect(skipped.per_queue_lines_tell).toBe((kinds['PAUSEALL'] ?? 0) + (kinds['UNPAUSEALL'] ?? 0));
    expect(skipped.malformed).toBeUndefined();
    expect(unknownEvents).toEqual({});
  });

  test('its queues have the figures of the account', () => {
    for (const [queue, expected] of Object.entries(truth.fromQueueLog)) {
      const own = stays.filter((stay) => stay.queue === queue);
      const by = (outcome: string): Stay[] => own.filter((stay) => stay.outcome === outcome);
      const ended = (end: string): number => own.filter((stay) => stay.end === end).length;
      const answered = by('answered');
      const abandoned = by('abandoned');
      const others = own.filter((stay) => !['answered', 'abandoned', undefined].includes(stay.outcome));
      const level = expected['serviceLevelSeconds'] ?? 0;
      const within = (stay: Stay): boolean => (stay.waitSeconds ?? Infinity) <= level;
      const talking = answered.filter((stay) => stay.end === undefined);
      const open = own.filter((stay) => stay.outcome === undefined);
      const figures: Record<string, number> = {
        entered: own.length,
        answered: answered.length,
        abandoned: abandoned.length,
        abandonLines: abandoned.length,
        timeout: by('timeout').length,
        empty: by('empty').length,
        keyExit: by('key_exit').length,
        withdrawn: by('withdrawn').length,
        waitingAtEnd: open.length,
        noOutcomeLine: open.length,
        endedByAgent: ended('agent'),
        endedByAgentLines: ended('agent'),
        endedByCustomer: ended('customer'),
        endedByCustomerLines: ended('customer'),
        transferredBlind: ended('blind-transfer'),
        transferredAttended: ended('attended-transfer'),
        talkingAtEnd: talking.length,
        noEndLineAfterConnect: talking.length,
        serviceLevelSeconds: level,
        answeredWithinServiceLevel: answered.filter(within).length,
        answeredExactlyAtServiceLevel: answered.filter((stay) => stay.waitSeconds === level).length,
        abandonedWithinServiceLevel: abandoned.filter(within).length,
        sumHoldSecondsAnswered: sum(answered.map((stay) => stay.waitSeconds)),
        maxHoldSecondsAnswered: Math.max(...answered.map((stay) => stay.waitSeconds ?? 0)),
        sumWaitSecondsAbandoned: sum(abandoned.map((stay) => stay.waitSeconds)),
        sumWaitSecondsOtherExits: sum(others.map((stay) => stay.waitSeconds)),
        sumTalkSeconds: sum(own.map((stay) => stay.talkSeconds)),
        ...offersOf(events, queue),
      };
      const comparable = Object.fromEntries(Object.keys(expected).map((name) => [name, figures[name]]));
      expect(comparable, queue).toEqual(expected);
    }
  });

  test('every stay of every call has the outcome, wait, agent and end of the account', () => {
    const pending = new Set(stays);
    for (const call of truth.calls) {
      for (const segment of call.segments) {
        const callId = segment.callid ?? call.callid;
        const found = [...pending].find(
          (stay) =>
            stay.callId === callId &&
            stay.queue === segment.queue &&
            Math.abs(stay.enteredAt - segment.enteredAt) <= 1.1,
        );
        // A call refused at the door of a full or empty queue leaves no line.
        expect(found === undefined, `${callId} in ${segment.queue}`).toBe(isRefused(segment));
        if (found === undefined) continue;
        pending.delete(found);
        expect(found.outcome, `outcome of ${callId} in ${segment.queue}`).toBe(loggedOutcome(segment));
        const wait = segment.queueLogSeconds ?? segment.queueLog?.seconds;
        if (typeof wait === 'number') expect(found.waitSeconds, callId).toBe(wait);
        if (found.outcome !== 'answered') continue;
        expect(found.agent, callId).toBe(String(segment.agent));
        expect(found.end, `end of ${callId}`).toBe(loggedEnd(segment));
      }
    }
    expect([...pending]).toEqual([]);
  });
});

test('stays know how they came about, for every call of the recording that moved on', () => {
  const stays = staysOf(mapAll(linesOf('run-a')).events);
  const kinds: string[] = [];
  for (const call of truthOf('run-a').calls) {
    const own = call.segments.filter((segment) => segment.consultCallOf === undefined && !isRefused(segment));
    const mapped = stays.filter((stay) => stay.callId === call.callid);
    expect(mapped.map((stay) => stay.kind)).toEqual(
      own.map((segment) => (segment.kind === 'key' ? 'overflow' : segment.kind)),
    );
    kinds.push(...mapped.map((stay) => stay.kind));
  }
  expect(new Set(kinds)).toEqual(new Set(['initial', 'overflow', 'transfer']));
});

function offersOf(events: readonly CanonicalEvent[], queue: string): Record<string, number> {
  const causes = ofType(events, 'vigie.contact.offer_ended')
    .filter((event) => dataOf(event).queue?.id === queue)
    .map((event) => dataOf(event)['cause']);
  const count = (cause: string): number => causes.filter((other) => other === cause).length;
  return {
    ringNoAnswerLines: count('no_answer'),
    ringCanceledLines: count('caller_gone'),
    agentDumpLines: count('rejected'),
  };
}
