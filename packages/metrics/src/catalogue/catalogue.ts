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

/** KPIs of one subject. */
export interface CatalogueSection {
  readonly title: { readonly en: string; readonly fr: string };
  readonly kpis: readonly Kpi[];
}

function section(en: string, fr: string, kpis: readonly Kpi[]): CatalogueSection {
  return { title: { en, fr }, kpis: kpis.map(byAgentToo) };
}

/** The catalogue by subject. Order: importance for a reader. */
export const CATALOGUE_SECTIONS: readonly CatalogueSection[] = [
  section('Waiting and service level', 'Attente et qualité de service', WAITING_KPIS),
  section('Contacts', 'Contacts', ACTIVITY_KPIS),
  section('Handling', 'Traitement', HANDLING_KPIS),
  section('Responses to messages', 'Réponses aux messages', RESPONSE_KPIS),
  section('Transfers, consults and callbacks', 'Transferts, consultations et rappels', MOVEMENT_KPIS),
  section('Satisfaction and quality', 'Satisfaction et qualité', SATISFACTION_KPIS),
  section('Agents', 'Agents', AGENT_KPIS),
  section('Cases and customers', 'Dossiers et clients', CASE_KPIS),
  section('Business figures', 'Chiffres de gestion', BUSINESS_KPIS),
];

/**
 * Every KPI Vigie computes, declared once. REST, WebSocket, Prometheus, wall, command line, dashboards and documentation
 * derive from this list; adding a KPI is adding an entry. Definitions: `docs/kpis.md`.
 */
export const CATALOGUE: readonly Kpi[] = CATALOGUE_SECTIONS.flatMap(({ kpis }) => kpis);

/** The entry of an id, or `undefined`. */
export function kpiOf(id: string): Kpi | undefined {
  return CATALOGUE.find((kpi) => kpi.id === id);
}
