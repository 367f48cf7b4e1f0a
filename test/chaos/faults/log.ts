import { setTimeout as pause } from 'node:timers/promises';

import { unseal } from '@vigie/engine';
import { waitFor } from '@vigie/testkit';

import { snapshotOf } from '../../integration/exactness/check.ts';
import { CENTRES, PARTITIONS } from '../deployment.ts';
import type { Fault, World } from '../fault.ts';
import { crash } from './processes.ts';
import { inRedis } from './stores.ts';

const TOPIC = 'vigie.events';
const SAID_WITHIN_MS = 90_000;

/** First offsets that the checkpoints have not: with these they want nothing of the log but what comes. */
async function checkpointedUpTo({ checkpoints }: World): Promise<bigint[]> {
  const offsets: bigint[] = [];
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const stored = await checkpoints.store.load(partition);
    const head = stored === undefined ? undefined : (unseal(stored.head) as { nextOffset: string });
    offsets.push(BigInt(head?.nextOffset ?? 0));
  }
  return offsets;
}

/** Deletes what lies before these offsets, as a log does whose retention has passed. */
async function truncate({ admin }: World, offsets: readonly bigint[]): Promise<void> {
  // it asks no metadata for itself
  await admin.fetchTopicOffsets(TOPIC);
  const partitions = offsets
    .map((offset, partition) => ({ partition, offset: String(offset) }))
    .filter(({ offset }) => offset !== '0');
  await admin.deleteTopicRecords({ topic: TOPIC, partitions });
}

async function lengths({ admin }: World): Promise<bigint[]> {
  const ends: bigint[] = Array.from({ length: PARTITIONS }, () => 0n);
  for (const { partition, high } of await admin.fetchTopicOffsets(TOPIC)) ends[partition] = BigInt(high);
  return ends;
}

/** Until every gateway says of every centre that it is in that state. */
async function says(world: World, what: string, isSo: (state: string) => boolean): Promise<void> {
  for (const { url } of world.deployment.gateways)
    for (const centre of CENTRES) {
      let state = '';
      await waitFor(async () => isSo((state = (await snapshotOf(url, centre)).state)), {
        what: `${url} to say of ${centre} that it is ${what}`,
        timeoutMs: SAID_WITHIN_MS,
        everyMs: 100,
        detail: () => `it says ${state}`,
      });
      world.ledger.compared(`I11 centres said to be ${what}`);
    }
}

/** Aggregators that must not go on end by themselves and say why; what nobody vouches for any more is not shown as true. */
async function refuses(world: World, why: RegExp): Promise<void> {
  for (const service of world.deployment.aggregators) {
    await waitFor(() => service.failures.some((text) => why.test(text)), {
      what: `${service.name} to end and say ${why.source}`,
      timeoutMs: SAID_WITHIN_MS,
      detail: () => `${service.failures.length} ends; last:\n${service.log().slice(-2_000)}`,
    });
    world.ledger.compared('I12 processes that ended and said why');
  }
  await says(world, 'not live', (state) => state !== 'live');
}

/** The log loses its beginning, or is another. */
export const LOG_FAULTS: readonly Fault[] = [
  {
    name: 'F7 the log loses what the checkpoints have',
    last: 'right',
    run: async (world) => {
      await truncate(world, await checkpointedUpTo(world));
      await Promise.all(world.deployment.aggregators.map(async (service) => await crash(service, 300)));
    },
  },
  {
    name: 'F7 the log loses its beginning, and Redis everything',
    last: 'told',
    run: async (world) => {
      const { deployment, judge, log, traffic } = world;
      world.forgetRedis();
      await Promise.all(deployment.aggregators.map(async (service) => await service.kill9()));
      const from = await lengths(world);
      traffic.release();
      await pause(1_500);
      await traffic.hold();
      await truncate(world, from);
      await inRedis(world, async (client) => await client.flushall());
      await Promise.all(deployment.aggregators.map(async (service) => await service.restart()));
      await says(world, 'incomplete', (state) => state === 'incomplete');
      await log.catchUp();
      const sinceMs = Date.now();
      for (const { url } of deployment.gateways)
        for (const centre of CENTRES) {
          // a heartbeat that was appended since has come through: so has all before it
          const document = await waitFor(
            async () => {
              const found = await snapshotOf(url, centre);
              return Date.parse(found.watermark ?? '') > sinceMs && found;
            },
            { what: `${centre} to have read the log to its end`, timeoutMs: SAID_WITHIN_MS, everyMs: 100 },
          );
          const partition = judge.partition(centre);
          const of = { centre, rows: document.rows, atMs: Date.parse(document.asOf) };
          judge.atEnd({ ...of, from: from[partition] ?? 0n }, 'of what is left of the log');
        }
    },
  },
  {
    name: 'F7 the topic is deleted and made anew',
    last: 'told',
    run: async (world) => {
      const { admin } = world;
      world.forgetRedis();
      await admin.deleteTopics({ topics: [TOPIC] });
      await waitFor(async () => !(await admin.listTopics()).includes(TOPIC), { what: 'the topic to go' });
      // another process may have made it anew by itself
      await admin
        .createTopics({ topics: [{ topic: TOPIC, numPartitions: PARTITIONS }], waitForLeaders: true })
        .catch(() => undefined);
      await refuses(world, /another log|another one|beyond the end/);
    },
  },
  {
    name: 'F7 the topic is given more partitions',
    last: 'told',
    run: async (world) => {
      world.forgetRedis();
      const topicPartitions = [{ topic: TOPIC, count: PARTITIONS + 1 }];
      await world.admin.createPartitions({ topicPartitions });
      await Promise.all(world.deployment.aggregators.map(async (service) => await crash(service, 0)));
      await refuses(world, /partitions, \d+ when the checkpoint was written/);
    },
  },
];
