import { ALL, CHANNELS, checkConfiguration, type Configuration, type Row } from '@vigie/contracts';
import {
  CentrePublisher,
  CentreView,
  partitionKeepingAll,
  restoreCheckpoint,
  snapshotDocument,
  type CentrePlan,
  type LiveCentre,
  type PartitionProcessor,
  type StoredCheckpoint,
} from '@vigie/engine';
import type { OracleConfig } from '@vigie/testkit/oracle';

import type { RecordedRecord } from './recorded-log.ts';

/** The state of a partition as an accepted checkpoint has it. */
export function fromCheckpoint(
  partition: number,
  stored: StoredCheckpoint,
  config: OracleConfig,
): PartitionProcessor {
  const processor = emptyPartition(partition, config);
  restoreCheckpoint(processor, stored);
  return processor;
}

/** What an engine that nothing ever happened to makes of the records of a partition below an offset, at an instant. */
export function undisturbed(
  records: readonly RecordedRecord[],
  config: OracleConfig,
  of: { readonly centre: string; readonly offset: bigint; readonly atMs: number },
  plan?: CentrePlan,
): readonly Row[] {
  const processor = applied(records, config, of.offset);
  processor.advance(of.atMs);
  return rowsOf(processor.centre(of.centre), plan);
}

/** A partition to which records were applied in their order, those below an offset if one is given. */
export function applied(
  records: readonly RecordedRecord[],
  config: OracleConfig,
  below?: bigint,
): PartitionProcessor {
  const processor = emptyPartition(0, config);
  for (const record of records)
    if (below === undefined || record.offset < below) processor.applyRecord(record);
  return processor;
}

/** Every row of a centre, as a gateway would have it; without a plan those of the live feed alone. */
export function rowsOf(centre: LiveCentre, plan?: CentrePlan): readonly Row[] {
  const frame = new CentrePublisher(centre, { partition: 0, epoch: 1 }).frame(undefined, true);
  if (frame === undefined || plan === undefined) return frame?.rows ?? [];
  const view = new CentreView(centre.name, plan, frame.header.asOfMs);
  view.apply(frame, frame.header.asOfMs);
  return snapshotDocument(view, EVERYTHING, frame.header.asOfMs).rows;
}

const EVERYTHING = { windows: undefined, queues: undefined, channels: [...CHANNELS, ALL], kpis: undefined };

const checked = new WeakMap<OracleConfig, Configuration>();

/** Of the same configuration the same: it is judged again and again. */
function configurationOf(config: OracleConfig): Configuration {
  let configuration = checked.get(config);
  if (configuration === undefined) {
    const found = checkConfiguration(config as Record<string, unknown>);
    if (!found.ok) throw new Error('the configuration of the campaign is refused');
    checked.set(config, (configuration = found.configuration));
  }
  return configuration;
}

function emptyPartition(partition: number, config: OracleConfig): PartitionProcessor {
  return partitionKeepingAll(partition, configurationOf(config));
}
