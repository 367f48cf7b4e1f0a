import { CORRECTION_REASONS } from '@vigie/contracts';
import { severityOf } from '@vigie/engine';
import type { MetricFamily, MetricSample } from '@vigie/service-kit';
import type { PartitionRunner } from './partition-runner.ts';
import { REBUILD_REASONS } from './taking.ts';

/** The pipeline's figures of the partitions a process owns, rendered at scrape. */
export function aggregatorMetrics(runners: readonly PartitionRunner[]): MetricFamily[] {
  const families: MetricFamily[] = [];
  const family = (
    name: string,
    type: MetricFamily['type'],
    help: string,
    read: (runner: PartitionRunner) => readonly MetricSample[],
    of: readonly PartitionRunner[] = runners,
  ): void => {
    const samples = of.flatMap((runner) =>
      read(runner).map((sample) => ({
        ...sample,
        labels: { partition: String(runner.partition), ...labelsOf(sample) },
      })),
    );
    families.push({ name, type, help, samples });
  };
  /** Until it has caught up a partition counts again what it counted before: told, that would be a counter that fell. */
  const caughtUp = runners.filter(({ figures }) => !figures.recovering);
  const one = (value: number) => [{ value }];
  const sum = (runner: PartitionRunner, of: (centre: RunnerCentre) => number): number =>
    [...runner.processor.centres.values()].reduce((total, centre) => total + of(centre), 0);

  family(
    'vigie_events_total',
    'counter',
    'Events read from the log, by the account they ended in',
    (runner) =>
      Object.entries(runner.processor.accounts).map(([account, value]) => ({ labels: { account }, value })),
    caughtUp,
  );
  family('vigie_consumer_lag', 'gauge', 'Records in the log not yet applied', ({ figures }) =>
    one(Number(figures.lag)),
  );
  family('vigie_log_gaps_total', 'counter', 'Gaps in the log whose records are gone', ({ figures }) =>
    one(figures.gaps),
  );
  family(
    'vigie_log_holes_total',
    'counter',
    'Offsets of the log that no record has and none is missing at',
    ({ figures }) => one(figures.holes),
  );
  family(
    'vigie_checkpoint_rebuilt',
    'gauge',
    '1 when the figures of the partition were built from the log, because its checkpoint was missing or unreadable, or a rebuild was asked for',
    ({ rebuilt }) =>
      REBUILD_REASONS.map((reason) => ({ labels: { reason }, value: rebuilt === reason ? 1 : 0 })),
  );
  family('vigie_checkpoints_total', 'counter', 'Checkpoints written', ({ figures }) => one(figures.commits));
  family(
    'vigie_checkpoint_failures_total',
    'counter',
    'Checkpoints that could not be written',
    ({ figures }) => one(figures.commitFailures),
  );
  family(
    'vigie_offset_commit_failures_total',
    'counter',
    'Offsets that the consumer group was not told, for lag tools; nothing else reads them',
    ({ figures }) => one(figures.progressFailures),
  );
  family('vigie_checkpoint_seconds', 'gauge', 'How long the last checkpoint took to write', ({ figures }) =>
    one(figures.lastCommitMs / 1000),
  );
  family(
    'vigie_publish_failures_total',
    'counter',
    'Live frames that could not be published',
    ({ figures }) => one(figures.publishFailures),
  );
  family(
    'vigie_dead_letter_failures_total',
    'counter',
    'Dead letters that could not be written',
    ({ figures }) => one(figures.deadLetterFailures),
  );
  family('vigie_partition_recovering', 'gauge', '1 while the partition is catching up', ({ figures }) =>
    one(figures.recovering ? 1 : 0),
  );
  family(
    'vigie_conflicting_outcomes_total',
    'counter',
    'Different outcomes told for one stay in a queue',
    (runner) => one(sum(runner, (centre) => centre.facts.counts.conflictsSeen)),
    caughtUp,
  );
  family(
    'vigie_disputed_waits_total',
    'counter',
    'Waits that a source states otherwise than its own instants have them, by more than a second',
    (runner) => one(sum(runner, (centre) => centre.facts.counts.waitsDisputed)),
    caughtUp,
  );
  family(
    'vigie_inferred_stays_total',
    'counter',
    'Stays in a queue that nobody had told of when a snapshot of their source listed them',
    (runner) => one(sum(runner, (centre) => centre.facts.counts.staysInferred)),
    caughtUp,
  );
  family(
    'vigie_held_outcomes',
    'gauge',
    'Outcomes set aside until their entry makes sense of them',
    (runner) => one(sum(runner, (centre) => centre.facts.counts.held)),
  );
  family(
    'vigie_event_to_publish_seconds',
    'histogram',
    'From the ingest of an event until figures with it were published',
    ({ figures }) => figures.delay.samples(),
  );
  family(
    'vigie_final_contributions_refused_total',
    'counter',
    'What would have moved rows of intervals that are final',
    (runner) => one(sum(runner, (centre) => centre.timeline.rows.refused)),
  );
  family(
    'vigie_source_age_seconds',
    'gauge',
    'Time since the instant up to which a watched source vouches',
    (runner) =>
      [...runner.processor.centres.values()].flatMap(({ name, facts, timeline }) =>
        [...facts.sources.watched].map(([source, upToMs]) => ({
          labels: { centre: name, source },
          value: Math.max(0, timeline.now - upToMs) / 1000,
        })),
      ),
    caughtUp,
  );
  family(
    'vigie_ingest_clock_ahead_seconds',
    'gauge',
    'How far the clock of ingest is ahead of the aggregator’s, by its last heartbeat; beyond 5 s it is not believed',
    (runner) =>
      [...runner.processor.centres.values()].map(({ name, facts }) => ({
        labels: { centre: name },
        value: facts.sources.aheadMs / 1000,
      })),
    caughtUp,
  );
  family(
    'vigie_sources_overflowed_total',
    'counter',
    'Words of sources beyond those that a centre can know by name',
    (runner) => one(sum(runner, (centre) => centre.facts.sources.overflowed)),
  );
  family('vigie_facts_dropped_total', 'counter', 'Facts dropped because a contact had too many', (runner) =>
    one(sum(runner, (centre) => centre.facts.counts.factsDropped)),
  );
  family('vigie_queues_overflowed', 'gauge', 'Queues beyond limits.queues, counted under _other', (runner) =>
    one(sum(runner, (centre) => centre.facts.groups.overflowedQueues)),
  );
  family(
    'vigie_agents_overflowed',
    'gauge',
    'Agents beyond limits.agents, counted and not listed',
    (runner) => one(sum(runner, (centre) => centre.facts.overflowedAgents)),
  );
  family(
    'vigie_alarm_state',
    'gauge',
    'State of an alarm: 0 ok, 1 warning, 2 critical; none where it is off or has nothing to judge',
    (runner) =>
      [...runner.processor.centres.values()].flatMap((centre) =>
        centre.alarms
          .list()
          .flatMap(({ rule, queue, channel, state }) =>
            state === 'none' || state === 'off'
              ? []
              : [{ labels: { centre: centre.name, alarm: rule, queue, channel }, value: severityOf(state) }],
          ),
      ),
    caughtUp,
  );
  family('vigie_alarms_left', 'gauge', 'Alarms of patterns that are not judged for want of room', (runner) =>
    one(sum(runner, (centre) => centre.alarms.left)),
  );
  family('vigie_entities', 'gauge', 'Entities whose facts are kept', (runner) =>
    one(sum(runner, (centre) => centre.facts.entities.size)),
  );
  family('vigie_packed_bytes', 'gauge', 'Memory of entities at rest, their index included, bytes', (runner) =>
    one(sum(runner, (centre) => centre.facts.entities.packedBytes)),
  );
  family(
    'vigie_corrections_total',
    'counter',
    'Figures taken back by late or corrected events',
    (runner) =>
      [...runner.processor.centres.values()].flatMap((centre) =>
        [...centre.counters.corrections].map(([kpi, value]) => ({
          labels: { centre: centre.name, kpi },
          value,
        })),
      ),
    caughtUp,
  );
  family(
    'vigie_corrected_rows_total',
    'counter',
    'Quarter hours of a queue whose shown figures were changed by late truth, by why',
    (runner) =>
      CORRECTION_REASONS.map((reason) => ({
        labels: { reason },
        value: sum(runner, (centre) => centre.corrections.counts[reason]),
      })),
  );
  return families.filter(({ samples }) => [...samples].length > 0);
}

type RunnerCentre = PartitionRunner['processor'] extends { readonly centres: Map<string, infer C> }
  ? C
  : never;

function labelsOf({ labels }: MetricSample): Readonly<Record<string, string>> {
  return typeof labels === 'object' ? labels : {};
}
