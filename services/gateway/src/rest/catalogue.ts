import { CATALOGUE, describeKpi } from '@vigie/metrics';
import type { KpiEntry } from './schemas.ts';

/** What can be said of every KPI: the catalogue without its computing. */
export const KPI_LIST: readonly KpiEntry[] = CATALOGUE.map(describeKpi);
