import { type PartitionProcessor, type StoredCheckpoint } from '@vigie/engine';
import type { Row } from '@vigie/contracts';
import {
  compareSnapshots,
  oracleAccounts,
  oracleSnapshot,
  type OracleAccounts,
  type OracleConfig,
} from '@vigie/testkit/oracle';

import { OF_TIME } from '../exactness/of-time.ts';
import { agesToldLately } from './ages.ts';
import { applied, fromCheckpoint, rowsOf, undisturbed } from './engine.ts';
import { differencesOfFacts } from './facts.ts';
import { RecordedLog, type RecordedRecord } from './recorded-log.ts';

/** As the deployment is configured. */
export const LATENESS = { allowedMs: 86_400_000, futureMs: 60_000 };
/** Figures on which engine and count differ whatever happened. */
export const DISPUTED = 'figures disputed between the count and an engine that nothing happened to';
/** Differences told of one comparison: the first of each tell enough. */
const TOLD = 3;

/** Rows of a centre, held against the count over everything from one offset up to another, at an instant. */
export interface RowsQuestion {
  readonly invariant: string;
  readonly what: string;
  readonly centre: string;
  readonly partition: number;
  readonly offset: bigint;
  /** What lies before it is gone from the log, and counts no more; 0 when it is absent. */
  readonly from?: bigint;
  readonly atMs: number;
  readonly rows: readonly Row[];
  /** Every contact has been told to its end: then a dispute is worth a remark. */
  readonly whole: boolean;
}

export interface CheckpointQuestion {
  readonly partition: number;
  readonly stored: StoredCheckpoint;
}

export type Accounts = Pick<OracleAccounts, 'applied' | 'duplicate' | 'late' | 'future'> & {
  readonly rejected: number;
};

/** What came of a question: values compared, by what they are, and what did not agree. */
export class Findings {
  readonly compared = new Map<string, number>();
  readonly violations: { readonly invariant: string; readonly text: string }[] = [];
  readonly remarks: string[] = [];

  add(what: string, values = 1): void {
    this.compared.set(what, (this.compared.get(what) ?? 0) + values);
  }
}

/**
 * Holds what was shown and stored against the independent count over the recorded log. What an engine that nothing ever
 * happened to says of the same records, though the count reads them otherwise (mostly of contacts whose middle is still
 * missing), is no fault's doing: such figures are counted apart, and a campaign with more than a few of them fails.
 */
export class Bench {
  readonly #config: OracleConfig;
  readonly log: RecordedLog;

  constructor(config: OracleConfig, partitions: number) {
    this.#config = config;
    this.log = new RecordedLog(partitions);
  }

  add(records: readonly RecordedRecord[]): void {
    for (const record of records) this.log.add(record);
  }

  rows(question: RowsQuestion): Findings {
    const findings = new Findings();
    this.#rows(question, findings);
    return findings;
  }

  /** Every figure of every centre as of the checkpoint's own offset (I4), and the facts of every entity (I2). */
  checkpoint({ partition, stored }: CheckpointQuestion): Findings {
    const findings = new Findings();
    const processor = fromCheckpoint(partition, stored, this.#config);
    findings.add('I4 checkpoints');
    const { nextOffset: offset, now: atMs } = processor;
    for (const centre of processor.centres.values()) {
      const rows = rowsOf(centre);
      const what = { invariant: 'I4', what: 'of checkpoints', whole: false };
      this.#rows({ ...what, centre: centre.name, partition, offset, atMs, rows }, findings);
    }
    this.#facts(partition, processor, findings);
    return findings;
  }

  /** read = applied + duplicate + late + future + rejected, to the event (I14). */
  accounts(counted: Accounts): Findings {
    const findings = new Findings();
    const lateness = { config: this.#config, lateness: LATENESS };
    const parts = [...this.log.events.values()].map((placed) =>
      oracleAccounts(
        placed.map(({ event }) => event),
        lateness,
      ),
    );
    const calm = this.log.records.map((records) => applied(records, this.#config).accounts);
    for (const account of ['applied', 'duplicate', 'late', 'future'] as const) {
      findings.add('I14 accounts');
      const expected = parts.reduce((sum, part) => sum + part[account], 0);
      if (counted[account] === expected) continue;
      const text = `${account}: counted ${counted[account]}, in the log ${expected}`;
      const undisturbedly = calm.reduce((sum, each) => sum + each[account], 0);
      if (counted[account] === undisturbedly) findings.remarks.push(`disputed: ${text}`);
      else
        findings.violations.push({
          invariant: 'I14',
          text: `${text}, by an engine that nothing happened to ${undisturbedly}`,
        });
    }
    const { refusals } = this.log;
    if (counted.rejected !== refusals)
      findings.violations.push({
        invariant: 'I14',
        text: `rejected: counted ${counted.rejected}, in the log ${refusals}`,
      });
    findings.add('I14 events', parts.reduce((sum, { read }) => sum + read, 0) + refusals);
    return findings;
  }

  #rows(question: RowsQuestion, findings: Findings): void {
    const { invariant, what, centre, partition, offset, from = 0n, atMs, rows, whole } = question;
    const events = this.log.eventsOf(centre, offset, from);
    const expected = oracleSnapshot(events, { config: this.#config, at: atMs, lateness: LATENESS }).rows;
    const figures = expected.reduce((sum, { kpis }) => sum + Object.keys(kpis).length, 0);
    findings.add(`${invariant} figures ${what}`, figures);
    const without = invariant === 'I4' ? {} : { without: OF_TIME };
    let differences = compareSnapshots(agesToldLately(rows, expected), expected, without);
    if (differences.length > 0) {
      const records = (this.log.records[partition] ?? []).filter((record) => record.offset >= from);
      const calm = compareSnapshots(undisturbed(records, this.#config, question), expected, without);
      const excused = differences.filter((text) => calm.includes(text));
      findings.add(DISPUTED, excused.length);
      if (whole && excused[0] !== undefined)
        findings.remarks.push(`disputed: centre ${centre}: ${excused[0]}`);
      differences = differences.filter((text) => !excused.includes(text));
    }
    if (differences.length === 0) return;
    const instant = new Date(atMs).toISOString();
    const text = `${what}: centre ${centre} as of ${instant}, offset ${offset} (${events.length} events): ${differences.length} of ${figures} figures differ\n      ${differences.slice(0, TOLD).join('\n      ')}`;
    findings.violations.push({ invariant, text });
  }

  #facts(partition: number, processor: PartitionProcessor, findings: Findings): void {
    const { nextOffset } = processor;
    let calm: PartitionProcessor | undefined;
    for (const centre of processor.centres.values()) {
      const events = this.log.eventsOf(centre.name, nextOffset);
      const of = (state: PartitionProcessor) =>
        differencesOfFacts(state.centre(centre.name), events, LATENESS);
      const { entities, facts, differences } = of(processor);
      findings.add('I2 entities of checkpoints', entities);
      findings.add('I2 events known to the entities of checkpoints', facts);
      if (differences.length === 0) continue;
      calm ??= applied(this.log.records[partition] ?? [], this.#config, nextOffset);
      const excused = new Set(of(calm).differences);
      const left = differences.filter((text) => !excused.has(text));
      findings.add('I2 entities disputed', differences.length - left.length);
      if (left.length === 0) continue;
      const text = `centre ${centre.name}, offset ${nextOffset}: ${left.length} of ${facts} differ\n      ${left.slice(0, TOLD).join('\n      ')}`;
      findings.violations.push({ invariant: 'I2', text });
    }
  }
}
