import { CHECKPOINT_FORMAT } from '@vigie/engine';
import { Keys } from '@vigie/redis';
import { waitFor } from '@vigie/testkit';

import { snapshotOf } from '../../integration/exactness/check.ts';
import { CENTRES, PARTITIONS } from '../deployment.ts';
import type { Fault, World } from '../fault.ts';
import { inRedis } from './stores.ts';

const REFUSED_WITHIN_MS = 60_000;
/** Of figures that were right when the last owner ended: they are current for five seconds. */
const STALE_WITHIN_MS = 10_000;

/** Says of every checkpoint that it is of that format: the first byte of a blob. */
async function formatBecomes(world: World, format: number): Promise<void> {
  const keys = new Keys('vigie');
  await inRedis(world, async (client) => {
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const head = keys.head(partition);
      if ((await client.exists(head)) === 1) await client.setrange(head, 0, Buffer.from([format]));
    }
  });
}

async function withBothStopped(world: World, act: () => Promise<void>): Promise<void> {
  const { aggregators } = world.deployment;
  await Promise.all(aggregators.map(async (service) => await service.stop()));
  await act();
  await Promise.all(aggregators.map(async (service) => await service.restart()));
}

/** What an upgrade does, and what one does that is taken back. */
export const UPGRADE_FAULTS: readonly Fault[] = [
  {
    name: 'F16 everything restarted in turn',
    run: async ({ deployment }) => {
      for (const service of deployment.services()) {
        if (!service.running) continue;
        await service.stop();
        await service.restart();
        await service.ready();
      }
    },
  },
  {
    name: 'F16 checkpoints of an older format',
    run: async (world) => {
      // what cannot be read is built from the log: the peaks of counters are forgotten with it
      world.forgetRedis();
      await withBothStopped(world, async () => await formatBecomes(world, CHECKPOINT_FORMAT - 1));
    },
  },
  {
    name: 'F16 checkpoints of a newer release, until they are put back',
    run: async (world) => {
      const { aggregators, gateways } = world.deployment;
      const ends = aggregators.map(({ failures }) => failures.length);
      await withBothStopped(world, async () => await formatBecomes(world, CHECKPOINT_FORMAT + 1));
      for (const [index, service] of aggregators.entries())
        await waitFor(
          () => service.failures.slice(ends[index]).some((text) => text.includes('a newer version of Vigie')),
          {
            what: `${service.name} to refuse the checkpoint of a newer release`,
            timeoutMs: REFUSED_WITHIN_MS,
            detail: () => service.log().slice(-2_000),
          },
        );
      for (const { url } of gateways)
        for (const centre of CENTRES) {
          // whoever is refused at once ends before its last figures are old
          const isSaid = async (): Promise<boolean> => (await snapshotOf(url, centre)).state !== 'live';
          await waitFor(isSaid, { what: 'what nobody owns to be stale', timeoutMs: STALE_WITHIN_MS }).catch(
            () => world.ledger.violated('I11', `${centre} is live though nobody owns it`),
          );
          world.ledger.compared('I11 centres said to be not live');
        }
      await formatBecomes(world, CHECKPOINT_FORMAT);
    },
  },
];
