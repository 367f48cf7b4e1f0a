import { RowBuilder, type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

import { dashboard } from './figures.ts';
import { lines, states } from './panels.ts';
import { once } from './queries.ts';

const quantile = (share: number, metric: string): string =>
  `histogram_quantile(${share}, sum by (le) (rate(${metric}_bucket[$__rate_interval])))`;

/** Is what the figures stand on in order: from the sources to the screens. */
export function pipelineDashboard(): DashboardBuilder {
  return dashboard(
    'vigie-pipeline',
    'Pipeline',
    'Whether figures can be trusted, and where they are held up.',
  )
    .withPanel(
      states('State of the figures', 'What every screen says of the figures of each centre.', {
        expr: once('vigie_feed_state'),
        legend: '{{centre}} {{state}}',
      }),
    )
    .withPanel(
      lines({
        title: 'Age of the figures',
        description:
          'Time since the instant up to which the figures are vouched for. Beyond 10 s they are stale.',
        unit: 's',
        queries: [{ expr: once('vigie_feed_age_seconds'), legend: '{{centre}}' }],
      }),
    )
    .withPanel(
      lines({
        title: 'From event to screen',
        description: 'From the ingest of an event until its figures were published.',
        unit: 's',
        queries: [
          { expr: quantile(0.5, 'vigie_event_to_publish_seconds'), legend: 'median' },
          { expr: quantile(0.99, 'vigie_event_to_publish_seconds'), legend: '99 of 100' },
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Clock of ingest',
        description:
          'How far it is ahead of the aggregator’s. Beyond 5 s it is not believed, and events are misjudged.',
        unit: 's',
        queries: [{ expr: 'max by (centre) (vigie_ingest_clock_ahead_seconds)', legend: '{{centre}}' }],
      }),
    )
    .withRow(new RowBuilder('Events'))
    .withPanel(
      lines({
        title: 'Events a second, by account',
        description: 'Each event read ends in exactly one: applied, duplicate, late, future or rejected.',
        unit: 'short',
        queries: [
          { expr: 'sum by (account) (rate(vigie_events_total[$__rate_interval]))', legend: '{{account}}' },
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Rejected, by reason',
        description: 'What senders got wrong, in 15 minutes.',
        unit: 'short',
        queries: [
          { expr: 'sum by (reason) (increase(vigie_events_rejected_total[15m]))', legend: '{{reason}}' },
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Behind the log',
        description: 'Records that are in the log and not yet counted.',
        unit: 'short',
        queries: [{ expr: 'max by (partition) (vigie_consumer_lag)', legend: 'partition {{partition}}' }],
      }),
    )
    .withPanel(
      lines({
        title: 'Refused by the log',
        description: 'Senders were answered 503 and keep their events.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (instance) (rate(vigie_ingest_append_failures_total[$__rate_interval]))',
            legend: '{{instance}}',
          },
        ],
      }),
    )
    .withRow(new RowBuilder('State'))
    .withPanel(
      lines({
        title: 'Checkpoints',
        description: 'How long the last one took.',
        unit: 's',
        queries: [
          { expr: 'max by (partition) (vigie_checkpoint_seconds)', legend: 'partition {{partition}}' },
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Could not be written',
        description: 'Checkpoints and live figures that the store refused or did not answer.',
        unit: 'short',
        queries: [
          { expr: 'sum(rate(vigie_checkpoint_failures_total[$__rate_interval]))', legend: 'checkpoints' },
          { expr: 'sum(rate(vigie_publish_failures_total[$__rate_interval]))', legend: 'live figures' },
        ],
      }),
    )
    .withRow(new RowBuilder('Screens and processes'))
    .withPanel(
      lines({
        title: 'Viewers',
        description: 'WebSocket clients of each gateway.',
        unit: 'short',
        queries: [{ expr: 'vigie_ws_clients', legend: '{{instance}}' }],
      }),
    )
    .withPanel(
      lines({
        title: 'Slow viewers',
        description: 'Messages left out for viewers who read slowly; a snapshot follows.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (instance) (rate(vigie_ws_skipped_total[$__rate_interval]))',
            legend: '{{instance}}',
          },
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Memory',
        unit: 'bytes',
        queries: [{ expr: 'process_resident_memory_bytes{job=~"vigie.*"}', legend: '{{job}} {{instance}}' }],
      }),
    )
    .withPanel(
      lines({
        title: 'Event loop held',
        description: 'The longest time a process looked at nothing else, 99 of 100.',
        unit: 's',
        queries: [
          { expr: 'nodejs_eventloop_lag_p99_seconds{job=~"vigie.*"}', legend: '{{job}} {{instance}}' },
        ],
      }),
    );
}
