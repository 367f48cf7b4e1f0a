import { DelayHistogram } from './delay-histogram.ts';

/** What a runner tells the metrics. */
export interface RunnerFigures {
  lag: bigint;
  /** Batches that the log has delivered. */
  batches: number;
  /** Gaps in the offsets whose records are gone. */
  gaps: number;
  /** Offsets that no record ever had, or that were compacted away. */
  holes: number;
  stale: number;
  commits: number;
  commitFailures: number;
  /** Offsets that the group was not told, for lag tools. */
  progressFailures: number;
  lastCommitMs: number;
  publishFailures: number;
  deadLetterFailures: number;
  recovering: boolean;
  /** Have viewers been told its figures since it has caught up? */
  shown: boolean;
  /** From the ingest of the oldest event in a frame until the frame was published. */
  readonly delay: DelayHistogram;
}

/** Of a partition that was just taken. */
export function newFigures(): RunnerFigures {
  return {
    lag: 0n,
    batches: 0,
    gaps: 0,
    holes: 0,
    stale: 0,
    commits: 0,
    commitFailures: 0,
    progressFailures: 0,
    lastCommitMs: 0,
    publishFailures: 0,
    deadLetterFailures: 0,
    recovering: true,
    shown: false,
    delay: new DelayHistogram(),
  };
}
