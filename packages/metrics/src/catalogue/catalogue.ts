import { ACTIVITY_KPIS } from './activity.ts';
import { AGENT_KPIS, byAgentToo } from './agents.ts';
import { BUSINESS_KPIS } from './business.ts';
import { CASE_KPIS } from './cases.ts';
import { HANDLING_KPIS } from './handling.ts';
import type { Kpi } from './kpi.ts';
import { MOVEMENT_KPIS } from './movements.ts';
import { RESPONSE_KPIS } from './responses.ts';
import { SATISFACTION_KPIS } from './satisfaction.ts';
import { WAITING_KPIS } from './waiting.ts';

/**
 * Every KPI Vigie computes, declared once. REST, WebSocket, Prometheus, wall, command line and documentation derive from
 * this list; adding a KPI is adding an entry. Definitions: `docs/kpis.md`. Order: importance for a reader.
 */
export const CATALOGUE: readonly Kpi[] = [
  ...WAITING_KPIS,
  ...ACTIVITY_KPIS,
  ...HANDLING_KPIS,
  ...RESPONSE_KPIS,
  ...MOVEMENT_KPIS,
  ...SATISFACTION_KPIS,
  ...AGENT_KPIS,
  ...CASE_KPIS,
  ...BUSINESS_KPIS,
].map(byAgentToo);

/** The entry of an id, or `undefined`. */
export function kpiOf(id: string): Kpi | undefined {
  return CATALOGUE.find((kpi) => kpi.id === id);
}
