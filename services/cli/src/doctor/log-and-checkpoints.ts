import { CheckpointFormatError, CheckpointNewerError, logOfHead } from '@vigie/engine';
import { fail, ok, warn, type Finding } from './finding.ts';

const CHECK = 'checkpoints';

/** Do the checkpoints belong to the log that is there? Nothing is said of checkpoints that there are not. */
export function judgeCheckpoints(heads: readonly Uint8Array[], partitions: number | undefined): Finding[] {
  if (heads.length === 0) return [];
  const counts = new Set<number>();
  for (const head of heads) {
    try {
      const written = logOfHead(head)?.partitions ?? undefined;
      if (written !== undefined) counts.add(written);
    } catch (error) {
      if (error instanceof CheckpointNewerError)
        return [fail(CHECK, error.message, 'run the version that wrote it')];
      if (!(error instanceof CheckpointFormatError)) throw error;
      return [warn(CHECK, error.message, 'none: the aggregator rebuilds it from the log')];
    }
  }
  const others = [...counts].filter((count) => partitions !== undefined && count !== partitions);
  if (others.length === 0) return [ok(CHECK, `${heads.length}, of the log that is there`)];
  return [
    fail(
      CHECK,
      `the event log has ${partitions} partitions, ${others.join(' and ')} when they were written: centres have moved`,
      'give the topic its number of partitions back; or delete all checkpoints, to have the figures built from the log',
    ),
  ];
}
