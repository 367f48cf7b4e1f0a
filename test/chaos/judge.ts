import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import type { StoredCheckpoint } from '@vigie/engine';
import { partitionOf } from '@vigie/kafka';
import { repositoryRoot } from '@vigie/testkit';
import type { OracleConfig } from '@vigie/testkit/oracle';

import { snapshotOf } from '../integration/exactness/check.ts';
import { shownAt } from '../integration/exactness/viewer.ts';
import type { Accounts, RowsQuestion } from './bench.ts';
import type { FeedRecorder } from './feed-recorder.ts';
import type { FromWorker, ToWorker } from './judge-worker.ts';
import type { Ledger } from './ledger.ts';
import type { LogRecorder } from './log-recorder.ts';
import { bundleSource } from './source-bundle.ts';
import type { Shown } from './viewer.ts';

export { DISPUTED } from './bench.ts';

const LIVE_WITHIN_MS = 60_000;
/** A watermark may lag 10 s before it is a delay; then what an open page takes to notice. */
const UNFLAGGED_MS = 13_000;

/** The worker and the sources it needs, as one file that a thread can run. */
export async function buildWorker(): Promise<string> {
  const root = repositoryRoot();
  const into = join(root, 'node_modules', '.cache', 'chaos', `judge-worker-${process.pid}.mjs`);
  await bundleSource(root, join(root, 'test/chaos/judge-worker.ts'), into);
  return into;
}

/**
 * Asks the independent count, which has a thread of its own: what it takes to count must not hold up the proxies and
 * recorders of this one. Answers go to the ledger, with the faults that were active when the question was asked.
 */
export class Judge {
  readonly #log: LogRecorder;
  readonly #ledger: Ledger;
  readonly #partitions: number;
  readonly #worker: Worker;
  readonly #asked = new Map<number, { readonly when: string; readonly settle: (agrees: boolean) => void }>();
  #questions = 0;
  #failed: Error | undefined;
  busyMs = 0;

  constructor(options: {
    readonly file: string;
    readonly log: LogRecorder;
    readonly config: OracleConfig;
    readonly ledger: Ledger;
    readonly partitions: number;
  }) {
    const { file, log, config, ledger, partitions } = options;
    this.#log = log;
    this.#ledger = ledger;
    this.#partitions = partitions;
    this.#worker = new Worker(file, { workerData: { config, partitions } });
    this.#worker.on('message', (answer: FromWorker) => this.#hear(answer));
    this.#worker.on('error', (error) => {
      this.#failed = error;
      ledger.violated('harness', `the judge failed: ${error.stack}`);
      for (const { settle } of this.#asked.values()) settle(false);
      this.#asked.clear();
    });
    log.heard = (record) => this.#tell({ kind: 'records', records: [record] });
  }

  partition(centre: string): number {
    return partitionOf(centre, this.#partitions);
  }

  /** Everything that a gateway says of a centre that nothing happens in (I1). The log must be recorded to its end. */
  async atRest(url: string, centre: string): Promise<void> {
    let document = await snapshotOf(url, centre);
    // a machine with too much to do may leave a feed silent for a while: said, that is no lie
    for (const limitMs = Date.now() + LIVE_WITHIN_MS; document.state !== 'live' && Date.now() < limitMs;) {
      await pause(100);
      document = await snapshotOf(url, centre);
    }
    if (document.state !== 'live') {
      this.#ledger.violated('I1', `centre ${centre} is ${document.state} (${document.reason}) at rest`);
      return;
    }
    const { asOf, rows } = document;
    this.atEnd({ centre, rows, atMs: Date.parse(asOf) });
  }

  /** Rows that have all that the log has, or all that is left of it from an offset on. */
  atEnd(of: Pick<RowsQuestion, 'centre' | 'rows' | 'atMs' | 'from'>, what = 'at rest'): void {
    const partition = this.partition(of.centre);
    const offset = this.#log.log.next(partition);
    void this.#ask('rows', { ...of, invariant: 'I1', what, partition, offset, whole: true });
  }

  /**
   * What a screen showed as true (I11): it equals the count at the very offset that it is of. Flagged figures may differ;
   * those whose offset nobody heard are counted, not judged.
   */
  shown({ who, centre, held, health, seenMs }: Shown, feed: FeedRecorder): void {
    if (held.state !== 'live' || health !== 'live') {
      this.#ledger.compared('I11 screens that said they are not current');
      return;
    }
    const offset = feed.offsetOf(centre, held.epoch, held.asOfMs);
    if (offset === undefined) {
      this.#ledger.compared('I11 screens whose offset is not known');
      return;
    }
    const partition = this.partition(centre);
    const missing = this.#log.log.records[partition]?.find((record) => record.offset >= offset);
    if (missing !== undefined && seenMs - missing.recordedMs > UNFLAGGED_MS) {
      this.#ledger.violated(
        'I11',
        `${who} showed as current what lacks record ${missing.offset}, ${seenMs - missing.recordedMs} ms old`,
      );
    }
    const rows = shownAt(held.rows.values(), held.asOfMs);
    const what = { invariant: 'I11', what: 'on screens', whole: false };
    void this.#ask('rows', { ...what, centre, partition, offset, atMs: held.asOfMs, rows });
  }

  /** A checkpoint, as the store had accepted it (I2, I4). */
  checkpoint(partition: number, stored: StoredCheckpoint): void {
    void this.#ask('checkpoint', { partition, stored });
  }

  /** What all owners counted, when everything was read (I14). */
  accounts(counted: Accounts): void {
    void this.#ask('accounts', counted);
  }

  /** Until everything that was asked is answered. */
  async idle(): Promise<void> {
    while (this.#asked.size > 0 && this.#failed === undefined) await pause(20);
  }

  /** May be called again. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask<K extends Exclude<ToWorker['kind'], 'records'>>(
    kind: K,
    question: Extract<ToWorker, { kind: K }>['question'],
  ): Promise<boolean> {
    if (this.#failed !== undefined) return false;
    const id = (this.#questions += 1);
    return await new Promise((settle) => {
      this.#asked.set(id, { when: this.#ledger.now(), settle });
      this.#tell({ kind, id, question } as ToWorker);
    });
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #hear({ id, compared, violations, remarks, tookMs }: FromWorker): void {
    const asked = this.#asked.get(id);
    if (asked === undefined) return;
    this.#asked.delete(id);
    this.busyMs += tookMs;
    for (const [what, values] of compared) this.#ledger.compared(what, values);
    for (const { invariant, text } of violations) this.#ledger.violated(invariant, text, asked.when);
    for (const remark of remarks) this.#ledger.remark(remark);
    asked.settle(violations.length === 0);
  }
}
