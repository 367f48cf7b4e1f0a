import { parseEvent, type CanonicalEvent } from '@vigie/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QueueLogState } from './mapper.ts';
import { agentAliases } from './options.ts';
import { dataOf, linesOf, mapAll, ofType, segmentOf } from './recordings.testkit.ts';

const kindsOf = (events: readonly CanonicalEvent[]) =>
  ofType(events, 'vigie.contact.queued').map((event) => [dataOf(event).queue?.id, dataOf(event).kind]);

describe('ids', () => {
  const lines = linesOf('run-a');

  test('reading the same lines twice gives the same events', () => {
    expect(mapAll(lines).events).toEqual(mapAll(lines).events);
  });

  test('no two events share an id', () => {
    const ids = mapAll(lines).events.map((event) => event.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('another source gives other ids', () => {
    const ids = new Set(mapAll(lines).events.map((event) => event.id));
    const others = mapAll(lines, { source: 'asterisk://other/queue_log' }).events;
    expect(others.filter((event) => ids.has(event.id))).toEqual([]);
  });

  test('two identical lines of one second stay two events, in a second that comes back too', () => {
    const ring = '100|c.1|q|Ann|RINGNOANSWER|1000';
    const { events } = mapAll([ring, ring, '101|c.2|q|NONE|ENTERQUEUE||1|1', ring]);
    const offers = ofType(events, 'vigie.contact.offer_ended');
    expect(new Set(offers.map((event) => event.id)).size).toBe(3);
    expect(offers.map((event) => event.sequence)).toEqual(['000001', '000002', '000003']);
  });

  test('a log cut anywhere, its state carried over as JSON, gives the events of the whole', () => {
    for (const run of ['run-a', 'run-b'] as const) {
      const all = linesOf(run);
      const whole = mapAll(all).events;
      const cut = fc.property(fc.uniqueArray(fc.nat(all.length), { maxLength: 4 }), (cuts) => {
        let state: QueueLogState | undefined;
        const events: CanonicalEvent[] = [];
        const bounds = [0, ...cuts.toSorted((a, b) => a - b), all.length];
        for (const [i, from] of bounds.slice(0, -1).entries()) {
          const part = mapAll(all.slice(from, bounds[i + 1]), {}, state);
          events.push(...part.events);
          state = JSON.parse(JSON.stringify(part.mapper.state())) as QueueLogState;
        }
        expect(events).toEqual(whole);
      });
      fc.assert(cut, { numRuns: 15 });
    }
  });

  test('a callid too long for an id is hashed, the same in every event of the call', () => {
    const callId = `${'é'.repeat(150)}-1.2`;
    const { events } = mapAll([`100|${callId}|q|NONE|ENTERQUEUE||1|1`, `101|${callId}|q|NONE|ABANDON|1|1|1`]);
    const ids = events.map((event) => dataOf(event).contact?.id);
    expect(ids[0]).toHaveLength(32);
    expect(ids[1]).toBe(ids[0]);
    expect(segmentOf(events[1])).toBe(segmentOf(events[0]));
  });
});

describe('kinds of stay', () => {
  test('the next ENTERQUEUE before the BLINDTRANSFER of the old stay is a transfer, said once', () => {
    const { events } = mapAll([
      '100|c.1|sales|NONE|ENTERQUEUE||1|1',
      '102|c.1|sales|Ann|CONNECT|2|a.1|1',
      '109|c.1|help|NONE|ENTERQUEUE||1|1',
      '109|c.1|sales|Ann|BLINDTRANSFER|8005|xfer|2|7|1',
      '112|c.1|help|Bob|CONNECT|3|a.2|1',
    ]);
    expect(kindsOf(events)).toEqual([
      ['sales', 'initial'],
      ['help', 'transfer'],
    ]);
    const transferred = ofType(events, 'vigie.contact.transferred')[0];
    expect(segmentOf(transferred)).toBe(segmentOf(events[0]));
    expect(segmentOf(events.at(-1))).toBe(segmentOf(events[2]));
  });

  test('the same queue twice: the transfer ends the old stay, the next line the new one', () => {
    const { events } = mapAll([
      '100|c.1|q|NONE|ENTERQUEUE||1|1',
      '102|c.1|q|Ann|CONNECT|2|a.1|1',
      '109|c.1|q|NONE|ENTERQUEUE||1|1',
      '109|c.1|q|Bob|CONNECT|0|a.2|0',
      '109|c.1|q|Ann|BLINDTRANSFER|8003|xfer|2|7|1',
      '120|c.1|q|Bob|COMPLETECALLER|0|11|1',
    ]);
    const [first, , second] = events;
    expect(segmentOf(first)).not.toBe(segmentOf(second));
    expect(segmentOf(ofType(events, 'vigie.contact.transferred')[0])).toBe(segmentOf(first));
    expect(segmentOf(ofType(events, 'vigie.contact.ended')[0])).toBe(segmentOf(second));
  });

  test('three stays with one blind transfer between: three segments of one contact', () => {
    const { events } = mapAll([
      '100|c.1|a|NONE|ENTERQUEUE||1|1',
      '108|c.1|a|NONE|EXITWITHTIMEOUT|1|1|8',
      '108|c.1|b|NONE|ENTERQUEUE||1|1',
      '110|c.1|b|Ann|CONNECT|2|a.1|1',
      '120|c.1|b|Ann|BLINDTRANSFER|8003|xfer|2|10|1',
      '121|c.1|c|NONE|ENTERQUEUE||1|1',
      '125|c.1|c|NONE|ABANDON|1|1|4',
    ]);
    expect(kindsOf(events)).toEqual([
      ['a', 'initial'],
      ['b', 'overflow'],
      ['c', 'transfer'],
    ]);
    expect(new Set(events.map((event) => dataOf(event).contact?.id))).toEqual(new Set(['c.1']));
    expect(new Set(events.map(segmentOf)).size).toBe(3);
  });

  test('a stay after a finished talk is a requeue', () => {
    const { events } = mapAll([
      '100|c.1|a|NONE|ENTERQUEUE||1|1',
      '102|c.1|a|Ann|CONNECT|2|a.1|1',
      '110|c.1|a|Ann|COMPLETEAGENT|2|8|1',
      '111|c.1|a|NONE|ENTERQUEUE||1|1',
    ]);
    expect(kindsOf(events).at(-1)).toEqual(['a', 'requeue']);
  });

  test('joined between CONNECT and transfer, the kind is corrected by a higher revision of the same segment', () => {
    const { events } = mapAll([
      '109|c.1|help|NONE|ENTERQUEUE||1|3',
      '109|c.1|sales|Ann|BLINDTRANSFER|8005|xfer|2|7|1',
    ]);
    const [said, corrected] = ofType(events, 'vigie.contact.queued');
    expect([dataOf(said).kind, dataOf(corrected).kind]).toEqual(['initial', 'transfer']);
    expect(dataOf(corrected).revision).toBe(1);
    expect(segmentOf(corrected)).toBe(segmentOf(said));
    expect([corrected?.time, corrected?.sequence]).toEqual([said?.time, said?.sequence]);
    expect(dataOf(corrected)['position']).toBe(3);
    expect(new Set(events.map((event) => event.id)).size).toBe(3);
  });
});

describe('a log joined in the middle', () => {
  test('an outcome without its ENTERQUEUE has no segment, and still the wait', () => {
    for (const [line, type] of [
      ['130|c.9|q|Ann|CONNECT|30|a.1|4', 'vigie.contact.answered'],
      ['130|c.9|q|NONE|ABANDON|1|1|30', 'vigie.contact.abandoned'],
      ['130|c.9|q|NONE|EXITEMPTY|1|1|30', 'vigie.contact.flow_out'],
    ] as const) {
      const { events } = mapAll([line]);
      expect(events.map((event) => event.type)).toEqual([type]);
      expect(segmentOf(events[0])).toBeUndefined();
      expect(dataOf(events[0]).measured?.waitMs).toBe(30_000);
    }
  });

  test('an end of talk tells no wait: it would be counted back from the wrong instant', () => {
    const { events } = mapAll(['160|c.9|q|Ann|COMPLETECALLER|30|25|1']);
    expect(dataOf(events[0]).measured).toEqual({ talkMs: 25_000 });
  });
});

describe('members', () => {
  const agents = agentAliases({
    '1003': { aliases: ['Local/1003@agents/nm', 'Jean "JB" Bernard', 'Jean JB Bernard'] },
  });

  test('interface and names are one agent where the map says so, never otherwise', () => {
    const lines = [
      '100|MANAGER|q|Local/1003@agents/nm|ADDMEMBER|',
      '101|NONE|q|Jean "JB" Bernard|PAUSE|x',
      '102|NONE|q|Jean JB Bernard|UNPAUSE|',
    ];
    const idsOf = (events: readonly CanonicalEvent[]) => events.map((event) => dataOf(event).agent?.id);
    expect(idsOf(mapAll(lines, { agents }).events)).toEqual(['1003', '1003', '1003']);
    expect(new Set(idsOf(mapAll(lines).events)).size).toBe(3);
  });

  test('a string claimed by two agents is refused, with both named', () => {
    const claim = () => agentAliases({ ada: { aliases: ['PJSIP/201'] }, bob: { aliases: ['PJSIP/201'] } });
    expect(claim).toThrow('agents.bob.aliases holds "PJSIP/201", which already means agent "ada"');
  });

  test('PAUSEALL with two PAUSE lines is two pauses, one a queue', () => {
    const { events, mapper } = mapAll([
      '100|NONE|NONE|Ann|PAUSEALL|lunch',
      '100|NONE|a|Ann|PAUSE|lunch',
      '100|NONE|b|Ann|PAUSE|lunch',
    ]);
    expect(events.map((event) => dataOf(event).queue?.id)).toEqual(['a', 'b']);
    expect(mapper.counts.skipped).toEqual({ per_queue_lines_tell: 1 });
  });

  test('a pause reason keeps its separators, a member name its quotes and commas', () => {
    const { events } = mapAll(['100|NONE|q|O\'Brien, "Sio"|PAUSE|écran noir|informatique|2']);
    const { agent, reason } = dataOf(events[0]) as ReturnType<typeof dataOf> & { reason?: string };
    expect([agent?.id, reason]).toEqual(['O\'Brien, "Sio"', 'écran noir|informatique|2']);
  });

  test('a member added paused is added and paused', () => {
    const { events } = mapAll(['100|MANAGER|q|PJSIP/1|ADDMEMBER|PAUSED']);
    expect(events.map((event) => event.type)).toEqual(['vigie.agent.queues', 'vigie.agent.state']);
    expect(dataOf(events[1])['state']).toBe('paused');
    expect(events.map((event) => parseEvent(event).ok)).toEqual([true, true]);
  });

  test('logins of the agent pool and of old versions are states without a queue', () => {
    const { events } = mapAll([
      '100|c.1|NONE|Agent/1|AGENTLOGIN|SIP/1-0001',
      '200|c.1|NONE|Agent/1|AGENTLOGOFF|SIP/1-0001|100',
      '300|NONE|NONE|Agent/2|AGENTCALLBACKLOGIN|201@x',
      '400|NONE|NONE|Agent/2|AGENTCALLBACKLOGOFF|201@x|100|',
    ]);
    const said = events.map((event) => [dataOf(event)['state'], dataOf(event).queue]);
    expect(said.map(([state]) => state)).toEqual(['available', 'logged_out', 'available', 'logged_out']);
    expect(said.every(([, queue]) => queue === undefined)).toBe(true);
  });

  test('ABANDON that names a member is an abandonment, answered by nobody', () => {
    const { events } = mapAll(['100|c.1|q|NONE|ENTERQUEUE||1|1', '107|c.1|q|Ann|ABANDON|1|1|7']);
    expect(events.map((event) => event.type)).toEqual(['vigie.contact.queued', 'vigie.contact.abandoned']);
    expect(dataOf(events[1]).agent).toBeUndefined();
  });

  test('after AGENTDUMP the caller waits on and can be answered by the same member', () => {
    const { events } = mapAll([
      '100|c.1|q|NONE|ENTERQUEUE||1|1',
      '104|c.1|q|Ann|AGENTDUMP|',
      '109|c.1|q|Ann|CONNECT|9|a.1|2',
    ]);
    expect(dataOf(events[1])['cause']).toBe('rejected');
    expect(new Set(events.map(segmentOf)).size).toBe(1);
  });
});

describe('parameters', () => {
  test('ring times are milliseconds in RINGNOANSWER and seconds in CONNECT', () => {
    const { events } = mapAll(['100|c.1|q|Ann|RINGNOANSWER|7000', '103|c.1|q|Bob|CONNECT|9|a.1|3']);
    expect(events.map((event) => dataOf(event).measured?.ringMs)).toEqual([7000, 3000]);
  });

  test('the 0 and the whole seconds that old versions write for members never rung are no ring time', () => {
    const { events } = mapAll(['100|c.1|q|Ann|RINGNOANSWER|0', '100|c.1|q|Bob|RINGNOANSWER|15']);
    expect(events.map((event) => dataOf(event).measured)).toEqual([undefined, undefined]);
  });

  test('old versions: ENTERQUEUE without position, CONNECT with two parameters, EXITWITHTIMEOUT with one', () => {
    const { events } = mapAll([
      '100|c.1|q|NONE|ENTERQUEUE||0612',
      '104|c.1|q|Ann|CONNECT|4|a.1',
      '100|c.2|q|NONE|ENTERQUEUE||0613',
      '130|c.2|q|NONE|EXITWITHTIMEOUT|1',
    ]);
    expect(dataOf(events[0])['position']).toBeUndefined();
    expect(dataOf(events[1]).measured).toEqual({ waitMs: 4000 });
    expect(dataOf(events[3]).measured).toBeUndefined();
    expect(dataOf(events[3])['cause']).toBe('timeout');
  });

  test('ATTENDEDTRANSFER is read from the right, whichever its form', () => {
    for (const form of ['BRIDGE|c6ef9c30', 'APP|Queue', 'LINK|PJSIP/1-01|PJSIP/2-02']) {
      const { events } = mapAll([`100|c.1|q|Ann|ATTENDEDTRANSFER|${form}|3|11|1`]);
      expect([dataOf(events[0])['kind'], dataOf(events[0]).measured]).toEqual([
        'attended',
        { talkMs: 11_000 },
      ]);
    }
  });

  test('TRANSFER of before Asterisk 12 is a blind transfer, with four parameters or five', () => {
    for (const tail of ['', '|1']) {
      const { events } = mapAll([`100|c.1|q|Ann|TRANSFER|8005|xfer|3|11${tail}`]);
      expect([events[0]?.type, dataOf(events[0]).measured]).toEqual([
        'vigie.contact.transferred',
        { talkMs: 11_000 },
      ]);
    }
  });

  test('a note of WITHDRAW with separators does not shift the wait', () => {
    const { events } = mapAll(['100|c.1|q|NONE|WITHDRAW|2|6|11|callback promised|14h']);
    expect([dataOf(events[0])['cause'], dataOf(events[0]).measured]).toEqual([
      'withdrawn',
      { waitMs: 11_000 },
    ]);
  });

  test('a key of callbackKeys asks for a callback and leaves by it; another key is a key exit', () => {
    const lines = ['100|c.1|q|NONE|ENTERQUEUE||1|1', '109|c.1|q|NONE|EXITWITHKEY|1|1|1|9'];
    const { events } = mapAll(lines, { callbackKeys: ['1'] });
    expect(events.slice(1).map((event) => [event.type, dataOf(event)['cause']])).toEqual([
      ['vigie.contact.flow_out', 'callback'],
      ['vigie.callback.requested', undefined],
    ]);
    expect(new Set(events.map(segmentOf)).size).toBe(1);
    expect(new Set(events.map((event) => event.id)).size).toBe(3);
    expect(dataOf(mapAll(lines, { callbackKeys: ['2'] }).events[1])['cause']).toBe('key_exit');
  });

  test('no caller number, name or dialled extension leaves the mapper', () => {
    const { events } = mapAll([
      '100|c.1|q|NONE|ENTERQUEUE|https://crm.example/fiche/9530|0639987861|1|Garage Étoile _ Nantes',
      '104|c.1|q|Ann|CONNECT|4|a.1|2',
      '120|c.1|q|Ann|BLINDTRANSFER|0639001122|xfer|4|16|1',
    ]);
    expect(JSON.stringify(events)).not.toMatch(/0639|crm|Garage/);
  });
});

describe('callers who never got into a queue', () => {
  test('are rejected contacts where the dialplan writes a line for them, and one that is let in later is the same contact', () => {
    const { events } = mapAll([
      '100|c.1|q|NONE|JOINEMPTY|',
      '101|c.2|q|NONE|FULL|||||',
      '102|c.3|q|NONE|CLOSED|',
      '103|c.4|q|NONE|DIVERT_CA_RATIO|',
      '110|c.2|help|NONE|ENTERQUEUE||1|1',
    ]);
    expect(events.slice(0, 4).map((event) => [event.type, dataOf(event)['cause']])).toEqual([
      ['vigie.contact.rejected', 'empty'],
      ['vigie.contact.rejected', 'full'],
      ['vigie.contact.rejected', 'closed'],
      ['vigie.contact.rejected', 'other'],
    ]);
    expect(events.map((event) => parseEvent(event).ok)).toEqual([true, true, true, true, true]);
    expect(kindsOf(events)).toEqual([['help', 'initial']]);
    expect(dataOf(events[4]).contact?.id).toBe(dataOf(events[1]).contact?.id);
  });
});

describe('lines that make no event', () => {
  test('unknown events are counted by name and skipped', () => {
    const { events, mapper } = mapAll([
      '100|c.1|q|Ann|OUTCALL|x|y',
      '100|NONE|NONE|NONE|HOTDESK',
      '101|c|q|A|toString|1',
    ]);
    expect(events).toEqual([]);
    expect(mapper.counts.skipped).toEqual({ unknown_event: 3 });
    expect(mapper.counts.unknownEvents).toEqual({ OUTCALL: 1, HOTDESK: 1, toString: 1 });
  });

  test('what is no line of a queue_log is rejected with the reason', () => {
    const { mapper } = mapAll([]);
    const rejections = ['hello', '100|c.1|q', 'abc|c.1|q|Ann|CONNECT|1|a.1', '100|c.1|q|NONE|CONNECT|1|a.1'];
    expect(rejections.map((line) => mapper.map(line).rejected)).toEqual([
      { reason: 'malformed', detail: '1 fields where at least 5 were expected' },
      { reason: 'malformed', detail: '3 fields where at least 5 were expected' },
      { reason: 'malformed', detail: 'the time is "abc": must be seconds since 1970' },
      { reason: 'malformed', detail: 'CONNECT without member' },
    ]);
    expect(mapper.counts.skipped).toEqual({ malformed: 4 });
  });

  test('no line, whatever its bytes, makes the mapper throw or an invalid event', () => {
    const { mapper } = mapAll([]);
    const names = [
      'ENTERQUEUE',
      'CONNECT',
      'ABANDON',
      'PAUSE',
      'ADDMEMBER',
      'ATTENDEDTRANSFER',
      'EXITWITHKEY',
    ];
    const field = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.nat().map(String),
      fc.constantFrom('', 'NONE'),
    );
    const line = fc.tuple(
      fc.nat(99_999_999),
      field,
      field,
      field,
      fc.constantFrom(...names),
      fc.array(field),
    );
    const neverInvalid = fc.property(line, ([time, callId, queue, member, event, rest]) => {
      for (const made of mapper.map([time, callId, queue, member, event, ...rest].join('|')).events) {
        expect(parseEvent(made)).toMatchObject({ ok: true });
      }
    });
    fc.assert(neverInvalid, { numRuns: 500 });
  });
});
