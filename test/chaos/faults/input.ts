import { setTimeout as pause } from 'node:timers/promises';

import type { OracleEvent } from '@vigie/testkit/oracle';
import { WebSocket } from 'ws';

import { CENTRES } from '../deployment.ts';
import type { Fault, World } from '../fault.ts';
import type { Viewer } from '../viewer.ts';
import { aGateway, crash } from './processes.ts';

const valid = (id: string, atMs: number, ingestedMs: number): OracleEvent => ({
  specversion: '1.0',
  id,
  source: 'chaos://direct',
  type: 'vigie.contact.queued',
  time: new Date(atMs).toISOString(),
  ingestedtime: new Date(ingestedMs).toISOString(),
  centre: 'default',
  data: {
    contact: { id: `direct-${id}`, segmentId: `direct-${id}/1`, channel: 'voice' },
    queue: { id: 'sales' },
  },
});

/** Lines that are no events, each good for one refusal. */
function poison(): readonly (Uint8Array | string)[] {
  const { specversion: _version, ...versionless } = valid('p1', Date.now(), Date.now());
  return [
    Uint8Array.of(0xff, 0xfe, 0x80, 0x41),
    '{"specversion":"1.0",',
    'null',
    '[]',
    '"text"',
    '1e999',
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    JSON.stringify(versionless),
    JSON.stringify({ ...valid('p2', Date.now(), Date.now()), type: 'vigie.contact.levitated' }),
    JSON.stringify({ ...valid('p3', Date.now(), Date.now()), specversion: '9.9' }),
    JSON.stringify({ ...valid('p4', Date.now(), Date.now()), time: 'yesterday' }),
    JSON.stringify({ ...valid('p5', Date.now(), Date.now()), data: { queue: { id: 7 } } }),
    `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
    'x'.repeat(1_500_000),
  ];
}

const DAY_MS = 86_400_000;

async function stuckReaders({ viewers, random }: World): Promise<void> {
  const stuck = viewers.filter(() => random.chance(0.5));
  for (const viewer of stuck) viewer.stall();
  await pause(random.int(2_000, 8_000));
  for (const viewer of stuck) viewer.resume();
}

/** Clients that come all at once, ask for everything, and leave. */
async function storm({ deployment, random }: World, clients: number): Promise<void> {
  const url = `${(deployment.gateways[0]?.url ?? '').replace(/^http/, 'ws')}/v1/live`;
  const sockets = Array.from({ length: clients }, () => {
    const socket = new WebSocket(url);
    const centre = random.pick(CENTRES as unknown as readonly [string, ...string[]]);
    socket.on('error', () => undefined);
    socket.on('open', () => socket.send(JSON.stringify({ op: 'subscribe', id: 's1', centre })));
    return socket;
  });
  await pause(random.int(1_000, 3_000));
  for (const socket of sockets) socket.terminate();
}

/** What clients should not say. */
async function garbage({ deployment, random }: World): Promise<void> {
  const url = `${(deployment.gateways[0]?.url ?? '').replace(/^http/, 'ws')}/v1/live`;
  const words = [
    '',
    '{',
    '[]',
    '{"op":"subscribe"}',
    'x'.repeat(70_000),
    Buffer.from([0, 1, 2]),
    '{"op":"__proto__"}',
  ];
  for (const word of words) {
    const socket = new WebSocket(url);
    socket.on('error', () => undefined);
    socket.on('open', () => socket.send(word));
    await pause(random.int(50, 300));
    socket.terminate();
  }
}

/** What comes in, and who looks on. */
export const INPUT_FAULTS: readonly Fault[] = [
  {
    name: 'F15 poison on the topic',
    run: async (world) => {
      for (const line of poison())
        await world.appendRaw(world.random.pick(['default', 'north', 'west']), line, 1);
    },
  },
  {
    name: 'F6 late and future events on the topic',
    run: async (world) => {
      const now = Date.now();
      for (let n = 0; n < 4; n += 1) {
        const id = `l${now}-${n}`;
        const times = n % 2 === 0 ? now - DAY_MS - 1 - n : now + 60_001 + n;
        await world.appendRaw('default', JSON.stringify(valid(id, times, now)), undefined);
        await world.appendRaw(
          'default',
          JSON.stringify(valid(`${id}-in`, now - DAY_MS + 60_000, now)),
          undefined,
        );
      }
    },
  },
  { name: 'F12 clients that read nothing', run: stuckReaders },
  { name: 'F12 clients that send garbage', run: garbage },
  { name: 'F12 two hundred clients at once', run: async (world) => await storm(world, 200) },
  {
    name: 'F12 viewers that come and go',
    run: async ({ viewers, random }) => {
      for (let times = 0; times < 12; times += 1) {
        random.pick(viewers as readonly [Viewer, ...Viewer[]]).drop();
        await pause(random.int(100, 500));
      }
    },
  },
  {
    name: 'F12+F13 a storm while a gateway restarts',
    run: async (world) => {
      await Promise.all([storm(world, 200), crash(aGateway(world), 500), stuckReaders(world)]);
    },
  },
];
