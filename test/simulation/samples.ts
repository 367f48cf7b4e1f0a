import type { KpiValue, Row } from '@vigie/contracts';
import type { PartitionProcessor } from '@vigie/engine';
import { compareSnapshots, snapshotOf } from '@vigie/testkit/oracle';

import { agesToldLately } from '../chaos/ages.ts';
import { fromCheckpoint, rowsOf, type undisturbed } from '../chaos/engine.ts';
import { OF_TIME } from '../exactness/of-time.ts';
import { shownAt } from '../integration/exactness/viewer.ts';
import { LogReading } from './log-reading.ts';
import { CENTRE, type SimWorld } from './world.ts';

/** Holds what is shown and what is stored against the independent count. */
export class Samples {
  readonly #world: SimWorld;

  readonly #reference: typeof undisturbed;
  readonly #reading: LogReading;
  /** Figures that the count reads otherwise than an engine that nothing happened to: no fault's doing. */
  disputed = 0;

  constructor(world: SimWorld, reference: typeof undisturbed) {
    this.#world = world;
    this.#reference = reference;
    this.#reading = new LogReading(world.log, world.story.config);
  }

  /** Now, in the middle of things: a screen that says it is current, or the checkpoint (I4, I11). */
  take(): void {
    const { clients, auditor, random, happenings } = this.#world;
    const client = clients[random.int(0, clients.length - 1)];
    if (client?.health().state !== 'live' || random.chance(0.4)) {
      if (this.#judgeStored(false)) happenings.met('checkpoint judged in the middle');
      return;
    }
    const { epoch, serverAsOfMs, rows } = client.state;
    const offset = auditor.offsets.get(`${epoch} ${serverAsOfMs}`);
    if (offset === undefined || serverAsOfMs === null) return;
    happenings.met('screen judged in the middle');
    this.#judge('I11', [...rows.values()], { offset, atMs: serverAsOfMs });
  }

  /** Everything is told and settled: what is shown (I1, I7), or what is stored (I4, I14). */
  atRest(): void {
    if (this.#world.random.chance(0.5)) this.#judgeStored(true);
    else this.#judgeShown();
  }

  #judgeShown(): void {
    const { clients, auditor } = this.#world;
    const [first, second] = clients;
    const { epoch, seq, serverAsOfMs, rows } = first?.state ?? {};
    const offset = auditor.offsets.get(`${epoch} ${serverAsOfMs}`);
    if (rows !== undefined && offset !== undefined && typeof serverAsOfMs === 'number')
      this.#judge('I1', [...rows.values()], { offset, atMs: serverAsOfMs });
    // whoever is at the same place holds the same, whichever way it came there
    const other = second?.state;
    if (rows === undefined || other?.epoch !== epoch || other?.seq !== seq) return;
    for (const [key, row] of rows) {
      auditor.compared += 1;
      if (!isSameRow(row, other?.rows.get(key)))
        auditor.violated('I7', `two viewers at ${epoch}/${seq} hold another ${key}`);
    }
  }

  /** Answers whether there was a checkpoint to judge. */
  #judgeStored(whole: boolean): boolean {
    const { auditor } = this.#world;
    const { config, plan } = this.#world.story;
    const stored = this.#world.stored();
    if (stored === undefined) return false;
    const processor = restoredFrom(stored, config);
    if (processor instanceof Error) {
      auditor.violated('I4', `the checkpoint cannot be read: ${processor.message}`);
      return true;
    }
    const { nextOffset: offset, now: atMs } = processor;
    this.#judge('I4', rowsOf(processor.centre(CENTRE), plan), { offset, atMs });
    if (whole) this.#judgeAccounts(processor);
    return true;
  }

  #judgeAccounts({ accounts, nextOffset }: PartitionProcessor): void {
    const { auditor, log, poisoned } = this.#world;
    const expected = this.#reading.below(nextOffset).facts;
    for (const account of ['applied', 'duplicate', 'late', 'future'] as const) {
      auditor.compared += 1;
      if (accounts[account] !== expected[account])
        auditor.violated('I14', `${account}: counted ${accounts[account]}, in the log ${expected[account]}`);
    }
    const letters = new Set(log.deadLetters.map(({ position }) => `${position?.offset} ${position?.line}`));
    const refused = poisoned + expected.late + expected.future;
    if (letters.size !== refused)
      auditor.violated('I14', `${letters.size} dead letters of ${refused} lines that were refused`);
    if (accounts.rejected !== poisoned)
      auditor.violated('I14', `rejected: counted ${accounts.rejected}, in the log ${poisoned}`);
  }

  #judge(
    invariant: string,
    rows: readonly Row[],
    { offset, atMs }: { readonly offset: bigint; readonly atMs: number },
  ): void {
    const { auditor, log } = this.#world;
    const { config, plan } = this.#world.story;
    const held = new Set(rows.map(keyOf));
    // of what configuration promises and nobody used, no gateway makes totals
    const expected = snapshotOf(this.#reading.below(offset), atMs, config.windows).filter(
      (row) => held.has(keyOf(row)) || Object.values(row.kpis).some(({ value }) => (value ?? 0) !== 0),
    );
    auditor.compared += expected.reduce((sum, { kpis }) => sum + Object.keys(kpis).length, 0);
    const without = invariant === 'I4' ? {} : { without: OF_TIME };
    let differences = compareSnapshots(agesToldLately(shownAt(rows, atMs), expected), expected, without);
    if (differences.length > 0) {
      const plain = (log.records[0] ?? []).map((record) => ({
        ...record,
        partition: 0,
        recordedMs: 0,
        refusals: undefined,
      }));
      const calm = compareSnapshots(
        this.#reference(plain, config, { centre: CENTRE, offset, atMs }, plan),
        expected,
        without,
      );
      const agreed = differences.filter((text) => !calm.includes(text));
      this.disputed += differences.length - agreed.length;
      differences = agreed;
    }
    if (differences.length > 0)
      auditor.violated(
        invariant,
        `as of ${new Date(atMs).toISOString()}, offset ${offset}: ${differences.length} differ: ${differences.slice(0, 2).join(' | ')}`,
      );
  }
}

function restoredFrom(
  stored: Parameters<typeof fromCheckpoint>[1],
  config: object,
): ReturnType<typeof fromCheckpoint> | Error {
  try {
    return fromCheckpoint(0, stored, config);
  } catch (error) {
    return error as Error;
  }
}

/** Of the same place two viewers hold the same; but ages count on by themselves from their beginning. */
function isSameRow(row: Row, other: Row | undefined): boolean {
  const figures = Object.entries(row.kpis);
  return (
    other !== undefined &&
    figures.length === Object.keys(other.kpis).length &&
    figures.every(([id, figure]) => isSameFigure(figure, other.kpis[id]))
  );
}

function isSameFigure(one: KpiValue, two: KpiValue | undefined): boolean {
  if (two === undefined || one.since !== two.since) return false;
  if (one.since === undefined && one.value !== two.value) return false;
  return (
    one.n === two.n &&
    one.status === two.status &&
    one.target === two.target &&
    one.reason === two.reason &&
    JSON.stringify(one.by) === JSON.stringify(two.by) &&
    JSON.stringify(one.partial) === JSON.stringify(two.partial)
  );
}

const keyOf = ({ queue, channel, window }: { queue: string; channel: string; window: string }): string =>
  `${queue} ${channel} ${window}`;
