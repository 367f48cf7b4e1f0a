import { resolveSemantic } from '@vigie/contracts';
import {
  CentrePublisher,
  makeCommit,
  PartitionProcessor,
  restoreCheckpoint,
  type PartitionOptions,
  type StoredCheckpoint,
} from '@vigie/engine';
import { randomCentre, seeded, shuffle, type RandomCentre } from '@vigie/testkit/generator';
import { compareSnapshots, oracleSnapshot } from '@vigie/testkit/oracle';
import { expect, test } from 'vitest';

/** Every page is rewritten this often, and deltas older than a round are dropped. */
const PAGES = 256;
const SEEDS = [1, 2, 3];
const WINDOWS = [
  { name: '5m', sizeMs: 300_000 },
  { name: '15m', sizeMs: 900_000 },
  { name: '30m', sizeMs: 1_800_000 },
  { name: '60m', sizeMs: 3_600_000 },
  { name: 'today', sizeMs: undefined },
];

test('the figures are exact from a checkpoint of any age, after rounds over all pages', () => {
  for (const seed of SEEDS) {
    const world = randomCentre({ seed, contacts: 70 });
    const events = shuffle(
      world.events.filter(({ type }) => type !== 'vigie.config.changed'),
      seed,
    );
    const random = seeded(seed);
    const store = new Store();
    let processor = new PartitionProcessor(optionsOf(world), world.startMs);
    let seq = 0;
    let restores = 0;
    for (const [index, event] of events.entries()) {
      const value = new TextEncoder().encode(JSON.stringify(event));
      processor.applyRecord({ offset: BigInt(index), key: 'default', value });
      if (random.chance(0.9)) {
        processor.advance(world.startMs + ((world.endMs - world.startMs) * index) / events.length);
        seq += 1;
        store.commit(makeCommit(processor, seq));
        if (random.chance(0.02)) {
          // the process dies right after a commit: nothing is left of it but what is stored
          processor = new PartitionProcessor(optionsOf(world), world.startMs);
          expect(restoreCheckpoint(processor, store.load())).toBe(seq);
          expect(processor.nextOffset).toBe(BigInt(index + 1));
          restores += 1;
        }
      }
    }
    seq += 1;
    store.commit(makeCommit(processor, seq));
    expect(seq, `commits of seed ${seed}`).toBeGreaterThan(PAGES);
    expect(restores).toBeGreaterThan(3);
    expect(store.deltas).toBeLessThanOrEqual(PAGES);

    const last = new PartitionProcessor(optionsOf(world), world.startMs);
    restoreCheckpoint(last, store.load());
    last.advance(world.endMs);
    const { centres } = last;
    const centre = centres.get('default');
    if (centre === undefined) throw new Error('the checkpoint has no centre');
    const publisher = new CentrePublisher(centre, { partition: 0, epoch: 1 });
    const rows = publisher.frame(undefined, true)?.rows ?? [];
    const expected = oracleSnapshot(events, { config: world.config, at: world.endMs });
    expect(compareSnapshots(rows, expected.rows).slice(0, 10), `seed ${seed}`).toEqual([]);
    expect(last.accounts).toEqual(processor.accounts);
  }
});

function optionsOf(world: RandomCentre): PartitionOptions {
  return {
    partition: 0,
    base: resolveSemantic(world.config as Record<string, unknown>),
    presentation: { targetsOf: () => new Map() } as unknown as PartitionOptions['presentation'],
    windows: WINDOWS,
    limits: { queues: 5_000, factsPerContact: 2_000, factsPerEntity: 1_000, centres: 10 },
    retainMs: 28 * 3_600_000,
    systemSource: 'vigie://ingest',
  };
}

/** What a store keeps of the commits, no more and no less. */
class Store {
  #head: Uint8Array = new Uint8Array();
  readonly #pages = new Map<number, Uint8Array>();
  readonly #deltas = new Map<number, Uint8Array>();

  get deltas(): number {
    return this.#deltas.size;
  }

  commit({ seq, head, delta, page, dropDeltasBelow }: ReturnType<typeof makeCommit>): void {
    this.#head = head;
    this.#deltas.set(seq, delta);
    if (page !== undefined) this.#pages.set(page.index, page.bytes);
    for (const known of this.#deltas.keys()) if (known < dropDeltasBelow) this.#deltas.delete(known);
  }

  load(): StoredCheckpoint {
    const deltas = [...this.#deltas].map(([seq, bytes]) => ({ seq, bytes }));
    return { head: this.#head, pages: new Map(this.#pages), deltas };
  }
}
