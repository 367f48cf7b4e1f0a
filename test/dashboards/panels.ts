import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  LineInterpolation,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common';
import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelinePanel } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeseriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Kpi } from '@vigie/metrics';

import { COUNTED_IN, kpiQuery, statusQuery, type Query, type Scope } from './queries.ts';

/** As the provisioned data source names itself. */
export const PROMETHEUS = { type: 'prometheus', uid: 'vigie-prometheus' };

/** Colours that everybody can tell apart (Okabe and Ito). */
const COLOURS = { well: '#0072B2', watch: '#E69F00', act: '#D55E00' } as const;

const UNITS: Readonly<Record<Kpi['unit'], string>> = {
  ratio: 'percentunit',
  seconds: 's',
  count: 'short',
  number: 'none',
  score: 'none',
  currency: 'none',
};

interface Look {
  readonly title: string;
  readonly description?: string;
  readonly unit: string;
  readonly mayBeNegative?: boolean;
  readonly width?: number;
  readonly queries: readonly Query[];
}

const HEIGHT = 8;

/** Lines over time that hold a value until the next one; where there is none, there is no line. */
export function lines({
  title,
  description = '',
  unit,
  mayBeNegative,
  width = 12,
  queries,
}: Look): TimeseriesPanel {
  const panel = new TimeseriesPanel()
    .title(title)
    .description(description)
    .datasource(PROMETHEUS)
    .unit(unit)
    .span(width)
    .height(HEIGHT)
    .drawStyle(GraphDrawStyle.Line)
    .lineInterpolation(LineInterpolation.StepAfter)
    .fillOpacity(8)
    .showPoints(VisibilityMode.Never)
    .spanNulls(false);
  return withQueries(mayBeNegative === true ? panel : panel.min(0), queries);
}

/** A figure of the catalogue over time, with what it means. */
export function kpiLines(kpi: Kpi, scope: Scope): TimeseriesPanel {
  const { name, description, formula, unit } = kpi;
  const title = kpi.counter ? `${name.en}, in ${COUNTED_IN}` : name.en;
  return lines({
    title,
    description: `${description}\n\nFormula: ${formula}`,
    unit: UNITS[unit],
    mayBeNegative: unit === 'score' || unit === 'currency',
    width: 8,
    queries: [kpiQuery(kpi, scope)],
  });
}

/** A figure as a number, with its last hour behind it. */
export function kpiNumber(kpi: Kpi): StatPanel {
  const panel = new StatPanel()
    .title(kpi.name.en)
    .description(kpi.description)
    .datasource(PROMETHEUS)
    .unit(UNITS[kpi.unit])
    .span(4)
    .height(5)
    .colorMode(BigValueColorMode.None)
    .graphMode(BigValueGraphMode.Area)
    .noValue('–');
  return withQueries(panel, [kpiQuery(kpi, 'centre')]);
}

/** What the figures with a target are by it, as on the wall. */
export function statuses(scope: Scope): StateTimelinePanel {
  return bars({
    title: 'Figures by their targets',
    description:
      'As on the wall: minimum sample, hold and hysteresis are in it. Nothing: no target, or too few to judge.',
    values: [
      ['0', 'ok', COLOURS.well],
      ['1', 'warn', COLOURS.watch],
      ['2', 'alert', COLOURS.act],
    ],
    query: statusQuery(scope),
  });
}

/** One bar for each line, coloured where it is 1. */
export function states(title: string, description: string, query: Query): StateTimelinePanel {
  const values = [
    ['0', '', 'transparent'],
    ['1', 'yes', COLOURS.well],
  ] as const;
  return bars({ title, description, values, query });
}

interface Bars {
  readonly title: string;
  readonly description: string;
  readonly values: readonly (readonly [value: string, text: string, color: string])[];
  readonly query: Query;
}

function bars({ title, description, values, query }: Bars): StateTimelinePanel {
  const options = Object.fromEntries(
    values.map(([value, text, color], index) => [value, { text, color, index }]),
  );
  const panel = new StateTimelinePanel()
    .title(title)
    .description(description)
    .datasource(PROMETHEUS)
    .span(24)
    .height(HEIGHT)
    .mergeValues(true)
    .mappings([{ type: MappingType.ValueToText, options }]);
  return withQueries(panel, [query]);
}

function withQueries<T extends { withTarget(target: DataqueryBuilder): T }>(
  panel: T,
  queries: readonly Query[],
): T {
  for (const [index, { expr, legend }] of queries.entries()) {
    const refId = String.fromCharCode('A'.charCodeAt(0) + index);
    panel.withTarget(new DataqueryBuilder().refId(refId).expr(expr).legendFormat(legend).range());
  }
  return panel;
}
