import { parentPort, workerData } from 'node:worker_threads';

import type { OracleConfig } from '@vigie/testkit/oracle';

import { Bench, Findings, type Accounts, type CheckpointQuestion, type RowsQuestion } from './bench.ts';
import type { RecordedRecord } from './recorded-log.ts';

/** What the worker is told, in its order. */
export type ToWorker =
  | { readonly kind: 'records'; readonly records: readonly RecordedRecord[] }
  | { readonly kind: 'rows'; readonly id: number; readonly question: RowsQuestion }
  | { readonly kind: 'checkpoint'; readonly id: number; readonly question: CheckpointQuestion }
  | { readonly kind: 'accounts'; readonly id: number; readonly question: Accounts };

/** What it answers. */
export interface FromWorker {
  readonly id: number;
  readonly compared: ReadonlyMap<string, number>;
  readonly violations: Findings['violations'];
  readonly remarks: readonly string[];
  readonly tookMs: number;
}

const { config, partitions } = workerData as { config: OracleConfig; partitions: number };
const bench = new Bench(config, partitions);

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'records') return bench.add(message.records);
  const beganAt = performance.now();
  const { compared, violations, remarks } = answered(message);
  const tookMs = performance.now() - beganAt;
  parentPort?.postMessage({ id: message.id, compared, violations, remarks, tookMs } satisfies FromWorker);
});

function answered(message: Exclude<ToWorker, { kind: 'records' }>): Findings {
  try {
    if (message.kind === 'rows') return bench.rows(message.question);
    if (message.kind === 'checkpoint') return bench.checkpoint(message.question);
    return bench.accounts(message.question);
  } catch (error) {
    const failed = new Findings();
    const text = `${message.kind} could not be judged: ${(error as Error).stack}`;
    failed.violations.push({ invariant: 'harness', text });
    return failed;
  }
}
