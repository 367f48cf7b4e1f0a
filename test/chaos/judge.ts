import { setTimeout as pause } from 'node:timers/promises';

import { partitionOf } from '@vigie/kafka';
import type { Row } from '@vigie/contracts';
import { compareSnapshots, oracleSnapshot, type OracleConfig } from '@vigie/testkit/oracle';

import { OF_TIME } from '../exactness/of-time.ts';
import { LATENESS, snapshotOf } from '../integration/exactness/check.ts';
import { shownAt } from '../integration/exactness/viewer.ts';
import { agesToldLately } from './ages.ts';
import { undisturbed } from './engine.ts';
import type { FeedRecorder } from './feed-recorder.ts';
import type { Ledger } from './ledger.ts';
import type { LogRecorder } from './log-recorder.ts';
import type { Shown } from './viewer.ts';

/** Figures on which engine and count differ whatever happened. */
export const DISPUTED = 'figures disputed between the count and an engine that nothing happened to';
const LIVE_WITHIN_MS = 20_000;
/** Differences told of one comparison: the first of each tell enough. */
const TOLD = 3;

/** The independent count over the recorded log, and what is held against it. */
export class Judge {
  readonly #log: LogRecorder;
  readonly #config: OracleConfig;
  readonly #ledger: Ledger;
  readonly #partitions: number;

  constructor(log: LogRecorder, config: OracleConfig, ledger: Ledger, partitions: number) {
    this.#log = log;
    this.#config = config;
    this.#ledger = ledger;
    this.#partitions = partitions;
  }

  partition(centre: string): number {
    return partitionOf(centre, this.#partitions);
  }

  /**
   * Rows of a centre against the count over everything below an offset, at an instant. Tells a violation, with the
   * smallest part that explains it, and answers whether they agree. What an engine that nothing ever happened to says of
   * the same records, though the count reads them otherwise (mostly of contacts whose middle is still missing), is no
   * fault's doing: such figures are counted apart, and a campaign with more than a few of them fails.
   */
  rows(
    invariant: string,
    what: string,
    of: {
      readonly centre: string;
      readonly offset: bigint;
      readonly atMs: number;
      readonly rows: readonly Row[];
      /** Every contact has been told to its end: then a dispute is worth a remark. */
      readonly whole: boolean;
    },
  ): boolean {
    const { centre, offset, atMs, rows } = of;
    const events = this.#log.eventsBelow(centre, offset);
    const expected = oracleSnapshot(events, { config: this.#config, at: atMs, lateness: LATENESS }).rows;
    const figures = expected.reduce((sum, { kpis }) => sum + Object.keys(kpis).length, 0);
    this.#ledger.compared(`${invariant} figures ${what}`, figures);
    const without = invariant === 'I4' ? {} : { without: OF_TIME };
    let differences = compareSnapshots(agesToldLately(rows, expected), expected, without);
    if (differences.length > 0) {
      const records = this.#log.records[this.partition(centre)] ?? [];
      const calm = compareSnapshots(undisturbed(records, this.#config, of), expected, without);
      const excused = differences.filter((text) => calm.includes(text));
      this.#ledger.compared(DISPUTED, excused.length);
      if (of.whole && excused[0] !== undefined)
        this.#ledger.remark(`disputed: centre ${centre}: ${excused[0]}`);
      differences = differences.filter((text) => !excused.includes(text));
    }
    if (differences.length === 0) return true;
    const instant = new Date(atMs).toISOString();
    this.#ledger.violated(
      invariant,
      `${what}: centre ${centre} as of ${instant}, offset ${offset} (${events.length} events): ${differences.length} of ${figures} figures differ\n      ${differences.slice(0, TOLD).join('\n      ')}`,
    );
    return false;
  }

  /** Everything that a gateway says of a centre that nothing happens in (I1). The log must be recorded to its end. */
  async atRest(url: string, centre: string): Promise<boolean> {
    let document = await snapshotOf(url, centre);
    // a machine with too much to do may leave a feed silent for a while: said, that is no lie
    for (const limitMs = Date.now() + LIVE_WITHIN_MS; document.state !== 'live' && Date.now() < limitMs;) {
      await pause(100);
      document = await snapshotOf(url, centre);
    }
    if (document.state !== 'live') {
      this.#ledger.violated('I1', `centre ${centre} is ${document.state} (${document.reason}) at rest`);
      return false;
    }
    const offset = this.#log.next(this.partition(centre));
    const atMs = Date.parse(document.asOf);
    return this.rows('I1', 'at rest', { centre, offset, atMs, rows: document.rows, whole: true });
  }

  /**
   * What a screen showed as true (I11): it equals the count at the very offset that it is of. Flagged figures may differ;
   * those whose offset nobody heard are counted, not judged.
   */
  shown({ who, centre, held, health, seenMs }: Shown, feed: FeedRecorder): boolean {
    if (held.state !== 'live' || health !== 'live') {
      this.#ledger.compared('I11 screens that said they are not current');
      return true;
    }
    const offset = feed.offsetOf(centre, held.epoch, held.asOfMs);
    if (offset === undefined) {
      this.#ledger.compared('I11 screens whose offset is not known');
      return true;
    }
    const missing = this.#log.records[this.partition(centre)]?.find((record) => record.offset >= offset);
    if (missing !== undefined && seenMs - missing.recordedMs > UNFLAGGED_MS) {
      this.#ledger.violated(
        'I11',
        `${who} showed as current what lacks record ${missing.offset}, ${seenMs - missing.recordedMs} ms old`,
      );
    }
    const rows = shownAt(held.rows.values(), held.asOfMs);
    return this.rows('I11', 'on screens', { centre, offset, atMs: held.asOfMs, rows, whole: false });
  }
}

/** A watermark may lag 10 s before it is a delay; then what an open page takes to notice. */
const UNFLAGGED_MS = 13_000;
