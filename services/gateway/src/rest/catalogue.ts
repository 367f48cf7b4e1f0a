import { CATALOGUE } from '@vigie/metrics';
import type { KpiEntry } from './schemas.ts';

/** What can be said of every KPI: the catalogue without its computing. */
export const KPI_LIST: readonly KpiEntry[] = CATALOGUE.map((kpi) => ({
  id: kpi.id,
  name: kpi.name,
  ...(kpi.abbreviation === undefined ? {} : { abbreviation: kpi.abbreviation }),
  unit: kpi.unit,
  formula: kpi.formula,
  description: kpi.description,
  better: kpi.better,
  dimensions: [...kpi.dimensions],
  metric: kpi.metric,
  instant: kpi.instant,
  events: [...kpi.events],
}));
