import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { waitFor } from '@vigie/testkit';
import { WebSocket } from 'ws';

import type { Service } from '../../integration/exactness/service.ts';
import type { Fault, World } from '../fault.ts';
import { aGateway, anAggregator } from './processes.ts';
import { inRedis } from './stores.ts';

const run = promisify(execFile);
const ENDS_WITHIN_MS = 60_000;
const CLIENTS = 20;

/** Limits what a process may use, by what `prlimit` calls it; its hard limit stays. */
async function limit(pid: number, resource: 'fsize' | 'nofile', to: string): Promise<void> {
  await run('prlimit', ['--pid', String(pid), `--${resource}=${to}:`]);
}

async function openFilesOf(pid: number): Promise<{ readonly open: number; readonly allowed: string }> {
  const limits = await readFile(`/proc/${pid}/limits`, 'utf8');
  const allowed = /Max open files\s+(\S+)/.exec(limits)?.[1] ?? '1024';
  return { open: (await readdir(`/proc/${pid}/fd`)).length, allowed };
}

/** Nothing can be opened any more for a while; connections are lost meanwhile. */
async function withoutDescriptors(world: World, service: Service): Promise<void> {
  const { pid, url } = service;
  const { open, allowed } = await openFilesOf(pid);
  await limit(pid, 'nofile', String(open));
  const sockets = Array.from({ length: CLIENTS }, () => {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/live`);
    socket.on('error', () => undefined);
    return socket;
  });
  await inRedis(world, async (client) => {
    for (const type of ['normal', 'pubsub'])
      await client.call('client', 'kill', 'type', type, 'skipme', 'yes');
  });
  await pause(world.random.int(1_000, 4_000));
  if (existsSync(`/proc/${pid}`)) await limit(pid, 'nofile', allowed);
  for (const socket of sockets) socket.terminate();
}

/** Disks, descriptors and memory that run out. */
export const RESOURCE_FAULTS: readonly Fault[] = [
  {
    name: 'F14 no room on the disk of Redis',
    run: async ({ deployment: { redis }, random, ledger }) => {
      await limit(redis.pid, 'fsize', '1');
      await pause(random.int(1_500, 4_000));
      await limit(redis.pid, 'fsize', 'unlimited');
      if (!/No space|too large|Short write|AOF/i.test(redis.log().slice(-5_000)))
        ledger.remarks.push('Redis did not notice that its disk was full');
    },
  },
  {
    name: 'F14 no room on the disk of the broker',
    run: async ({ deployment: { kafka }, ledger }) => {
      await limit(kafka.pid, 'fsize', '1');
      await waitFor(() => !existsSync(`/proc/${kafka.pid}`), {
        what: 'the broker to end on a full disk',
        timeoutMs: ENDS_WITHIN_MS,
      }).catch(() => ledger.remarks.push('the broker stayed alive on a full disk'));
      await kafka.restart();
    },
  },
  {
    name: 'F14 no descriptors left in a gateway',
    run: async (world) => await withoutDescriptors(world, aGateway(world)),
  },
  {
    name: 'F14 no descriptors left in an aggregator',
    run: async (world) => await withoutDescriptors(world, anAggregator(world)),
  },
  {
    name: 'F14 too small a heap for an aggregator',
    run: async (world) => {
      const victim = anAggregator(world);
      const ends = victim.failures.length;
      await victim.kill9();
      await victim.restart({ NODE_OPTIONS: `${world.deployment.nodeOptions} --max-old-space-size=16` });
      await waitFor(() => victim.failures.length > ends, {
        what: 'an aggregator with too small a heap to end',
        timeoutMs: ENDS_WITHIN_MS,
      });
    },
  },
];
