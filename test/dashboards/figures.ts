import {
  DashboardBuilder,
  DashboardCursorSync,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { CATALOGUE_SECTIONS, kpiOf, type Kpi } from '@vigie/metrics';

import { kpiLines, kpiNumber, PROMETHEUS, statuses } from './panels.ts';
import type { Scope } from './queries.ts';

/** What one looks at first; all the others are in the rows of their subjects. */
const HEADLINES = [
  'service_level_live',
  'waiting_now',
  'longest_wait_now',
  'abandonment_rate',
  'asa',
  'in_progress_now',
];

/** What all dashboards share. */
export function dashboard(uid: string, title: string, description: string): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['vigie'])
    .readonly()
    .refresh('5s')
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair);
}

/** The figures of centres as a whole. */
export function centreDashboard(): DashboardBuilder {
  const board = dashboard('vigie-centre', 'Centre', 'Every figure of a centre as a whole.')
    .withVariable(variable('centre', 'Centre', 'label_values(vigie_feed_state, centre)'))
    .withVariable(windowVariable());
  for (const id of HEADLINES) board.withPanel(kpiNumber(figure(id)));
  return withFigures(board, 'centre');
}

/** The figures of queues beside one another. */
export function queuesDashboard(): DashboardBuilder {
  const queues = 'label_values(vigie_contacts_waiting{centre=~"$centre"}, queue)';
  const board = dashboard('vigie-queues', 'Queues', 'Every figure of the chosen queues, beside one another.')
    .withVariable(variable('centre', 'Centre', 'label_values(vigie_feed_state, centre)'))
    .withVariable(variable('queue', 'Queue', queues))
    .withVariable(windowVariable());
  return withFigures(board, 'queues');
}

function withFigures(board: DashboardBuilder, scope: Scope): DashboardBuilder {
  board.withPanel(statuses(scope));
  for (const id of HEADLINES) board.withPanel(kpiLines(figure(id), scope));
  for (const { title, kpis } of CATALOGUE_SECTIONS) {
    const others = kpis.filter(
      (kpi) => !HEADLINES.includes(kpi.id) && (scope === 'centre' || isOfQueues(kpi)),
    );
    if (others.length === 0) continue;
    const row = new RowBuilder(title.en).collapsed(true);
    for (const kpi of others) row.withPanel(kpiLines(kpi, scope));
    board.withRow(row);
  }
  return board;
}

/** Figures of contacts as a whole belong to no queue. */
const isOfQueues = ({ level }: Kpi): boolean => level !== 'contact';

function figure(id: string): Kpi {
  const kpi = kpiOf(id);
  if (kpi === undefined) throw new Error(`${id} is no KPI of the catalogue`);
  return kpi;
}

/** One or several of the values that a label has; all of them at first. */
function variable(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(PROMETHEUS)
    .query({ query, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ text: 'All', value: '$__all' });
}

function windowVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder('window')
    .label('Window')
    .datasource(PROMETHEUS)
    .query({ query: 'label_values(vigie_kpi_sample_size, window)', refId: 'window' })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(false)
    .includeAll(false)
    .current({ text: '30m', value: '30m' });
}
