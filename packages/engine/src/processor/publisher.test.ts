import { parseEvent, resolveSemantic } from '@vigie/contracts';
import { expect, test } from 'vitest';
import { LiveCentre, type LiveCentreOptions } from './live-centre.ts';
import { CentrePublisher } from './publisher.ts';

const NOON = Date.parse('2026-11-20T12:00:00.000Z');
const MINUTE = 60_000;

function centreAtNoon(options: Partial<LiveCentreOptions> = {}): LiveCentre {
  return new LiveCentre('default', {
    base: resolveSemantic({}),
    limits: { queues: 10, factsPerContact: 100, factsPerEntity: 100 },
    windows: [{ name: '5m', sizeMs: 5 * MINUTE }],
    targetsOf: () => new Map(),
    retainMs: 86_400_000,
    now: NOON,
    ...options,
  });
}

function event(type: string, atMs: number, contact: string, channel = 'voice') {
  const result = parseEvent({
    specversion: '1.0',
    id: `${type}-${contact}`,
    source: 'test://pbx',
    type: `vigie.contact.${type}`,
    time: new Date(atMs).toISOString(),
    data: { contact: { id: contact, segmentId: contact, channel }, queue: { id: 'sales' } },
  });
  if (!result.ok) throw new Error(result.rejection.reason);
  return result.parsed;
}

test('the longest wait is published again when somebody still waiting passes it, though nothing happens', () => {
  const windows = [
    { name: '5m', sizeMs: 5 * MINUTE },
    { name: 'today', sizeMs: undefined },
  ];
  const centre = centreAtNoon({ windows });
  const publisher = new CentrePublisher(centre, { partition: 0, epoch: 1 });
  centre.apply(event('queued', NOON, 'gone'));
  centre.apply(event('abandoned', NOON + 7_500, 'gone'));
  centre.apply(event('queued', NOON + 1_000, 'chatting', 'chat'));
  centre.apply(event('queued', NOON + 2_000, 'waiting'));
  centre.advance(NOON + 8_000);
  publisher.frame(undefined, false);

  centre.advance(NOON + 8_400);
  const maxWaits = (): readonly string[] =>
    (publisher.frame(undefined, false)?.rows ?? [])
      .filter(({ kpis, window }) => window === '5m' && kpis['max_wait']?.since !== undefined)
      .map(({ queue, channel }) => `${queue} ${channel}`)
      .sort();
  expect(maxWaits()).toEqual([]);
  // the chat passes the 7.5 s of who has gone a second before the call does
  centre.advance(NOON + 8_500);
  expect(maxWaits()).toEqual(['_all _all', 'sales _all']);
  centre.advance(NOON + 9_500);
  expect(maxWaits()).toEqual(['_all voice', 'sales voice']);
});

test('a queue that closes says so at that instant, though nothing happens, and with the last one the total', () => {
  const office = { fri: ['09:00-12:30'] };
  const sales = { channel: 'voice', calendar: 'office' } as const;
  const base = resolveSemantic({ calendars: { office }, queues: { sales } });
  const centre = centreAtNoon({ base });
  const publisher = new CentrePublisher(centre, { partition: 0, epoch: 1 });
  const reasons = (): readonly string[] =>
    (publisher.frame(undefined, false)?.rows ?? [])
      .flatMap(({ queue, channel, kpis }) => {
        const { reason } = kpis['service_level'] ?? {};
        return reason === undefined ? [] : [`${queue} ${channel} ${reason}`];
      })
      .sort();
  expect(reasons()).toEqual(['_all _all no_data', '_all voice no_data', 'sales voice no_data']);
  centre.advance(NOON + 30 * MINUTE - 1);
  expect(reasons()).toEqual([]);
  centre.advance(NOON + 30 * MINUTE);
  expect(reasons()).toEqual(['_all _all closed', '_all voice closed', 'sales voice closed']);
});

test('while it catches up, figures are told once as they were restored, and what changed meanwhile after that', () => {
  const centre = centreAtNoon();
  const publisher = new CentrePublisher(centre, { partition: 0, epoch: 1 });
  const waiting = (frame = publisher.frame(undefined, false)): unknown =>
    frame?.rows.find(({ queue, channel }) => queue === 'sales' && channel === 'voice')?.kpis['waiting_now']
      ?.value;
  centre.apply(event('queued', NOON, 'first'));
  centre.advance(NOON + 1_000);
  const restored = publisher.frame(NOON, true);
  expect(waiting(restored)).toBe(1);

  centre.apply(event('queued', NOON + 60_000, 'second'));
  centre.advance(NOON + 60_000);
  expect(publisher.frame(NOON, false)).toBeUndefined();
  const heartbeat = publisher.frame(NOON, true);
  expect(heartbeat).toMatchObject({ complete: false, rows: [], counters: [] });
  // what is held by readers is as of then, and says so
  expect(heartbeat?.header).toMatchObject({ state: 'recovering', asOfMs: restored?.header.asOfMs });

  const live = publisher.frame(undefined, false);
  expect(live?.header).toMatchObject({ state: 'live', asOfMs: NOON + 60_000 });
  expect(waiting(live)).toBe(2);
});

test('a queue that only its agents tell of has a row of voice, which goes when a chat tells its channel', () => {
  const centre = centreAtNoon();
  const publisher = new CentrePublisher(centre, { partition: 0, epoch: 1 });
  const serves = (type: string, data: object) => {
    const result = parseEvent({
      ...{ specversion: '1.0', id: type, source: 'test://pbx', type: `vigie.agent.${type}` },
      time: new Date(NOON).toISOString(),
      data: { agent: { id: 'ada' }, ...data },
    });
    if (!result.ok) throw new Error(result.rejection.reason);
    centre.apply(result.parsed);
  };
  const told = () => {
    const { rows = [], removed = [] } = publisher.frame(undefined, false) ?? {};
    return {
      rows: rows.flatMap(({ queue, channel, kpis }) =>
        queue === 'sales' ? [[channel, kpis['agents_by_state_now']?.by]] : [],
      ),
      removed,
    };
  };
  serves('queues', { op: 'set', queues: ['sales'] });
  serves('state', { state: 'available', since: new Date(NOON).toISOString() });
  centre.advance(NOON + 1000);
  expect(told()).toEqual({ rows: [['voice', { available: 1 }]], removed: [] });
  publisher.reset();
  expect(told()).toEqual({ rows: [['voice', { available: 1 }]], removed: [] });

  centre.apply(event('queued', NOON + 1500, 'chatting', 'chat'));
  centre.advance(NOON + 2000);
  expect(told()).toEqual({
    rows: [['chat', { available: 1 }]],
    removed: [{ queue: 'sales', channel: 'voice', window: '5m' }],
  });
  centre.apply(event('queued', NOON + 2500, 'calling'));
  centre.advance(NOON + 3000);
  expect(told()).toMatchObject({ rows: expect.arrayContaining([['voice', { available: 1 }]]), removed: [] });
});

test('a queue configured without a channel has its rows at once', () => {
  const centre = centreAtNoon({ base: resolveSemantic({ queues: { night: { name: 'Night' } } }) });
  const publisher = new CentrePublisher(centre, { partition: 0, epoch: 1 });
  const names = () =>
    publisher.frame(undefined, true)?.rows.map(({ queue, channel }) => `${queue} ${channel}`);
  expect(names()?.sort()).toEqual(['_all _all', 'night voice']);
  expect(names()).toEqual([]);
});
