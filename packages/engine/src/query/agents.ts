import { formatInstant, isInScope, type KpiValue, type Presentation } from '@vigie/contracts';
import {
  CATALOGUE,
  FIELDS,
  figuresOf,
  lastQueue,
  MEASURES,
  measuresOf,
  NO_STATUS,
  Present,
  queuesOf,
  stateOf,
  statusAfter,
  Totals,
  type AgentJudgement,
  type AgentLink,
  type AgentState,
  type Measures,
  type WorkLink,
} from '@vigie/metrics';
import type { CentreState } from '../processor/centre-state.ts';
import type { Entity } from '../processor/entity.ts';
import { valueOf } from './measure-rows.ts';
import type { Steps } from './steps.ts';
import { windowStart, type WindowSpec } from './window-spec.ts';

/** An agent at an instant, with the figures that are his own. */
export interface AgentRow {
  readonly agent: string;
  readonly name: string;
  readonly state: AgentState;
  /** Why he is paused, if the source says. */
  readonly reason: string | null;
  /** Since when he has been in that state. */
  readonly since: string;
  readonly queues: readonly string[];
  readonly kpis: Readonly<Record<string, KpiValue>>;
}

const AGENT_FIGURES = CATALOGUE.filter(({ dimensions, now }) => dimensions.includes('agent') && !now);

/**
 * Every agent known at an instant, by id, as known now; `window` is what his figures are counted in. With a scope only
 * agents of queues in it, and of their queues those. Pauses after each.
 */
export function* agentRows(
  centre: CentreState,
  presentation: Presentation,
  window: WindowSpec,
  atMs: number,
  scope?: readonly string[],
): Steps<readonly AgentRow[]> {
  centre.settle();
  const fromMs = windowStart(window, atMs, centre.versions.zoneAt(atMs));
  const rows: AgentRow[] = [];
  for (const open of centre.entities.freeze(Number.POSITIVE_INFINITY, isAgent)) {
    const row = new AgentReading(centre, open(), { fromMs, atMs }).row(presentation, window);
    const seen = row === undefined ? undefined : inScope(row, scope);
    if (seen !== undefined) rows.push(seen);
    yield;
  }
  return rows.sort((a, b) => (a.agent < b.agent ? -1 : 1));
}

function inScope(row: AgentRow, scope: readonly string[] | undefined): AgentRow | undefined {
  if (scope === undefined) return row;
  const queues = row.queues.filter((queue) => isInScope(queue, scope));
  return queues.length === 0 ? undefined : { ...row, queues };
}

/** Is it an agent, by its id? */
export function isAgent(id: string): boolean {
  return id.startsWith('agent|');
}

/** Reads one agent's figures off what he and his work add. */
class AgentReading {
  readonly #totals = new Totals(MEASURES);
  readonly #present = new Present(MEASURES);
  readonly #agent: string;
  readonly #judgement: AgentJudgement;
  readonly #links: readonly AgentLink[];
  readonly #span: { readonly fromMs: number; readonly atMs: number };
  #state: AgentState | undefined;
  #since = 0;

  constructor(centre: CentreState, entity: Entity, span: { readonly fromMs: number; readonly atMs: number }) {
    this.#agent = entity.id.slice('agent|'.length);
    this.#judgement = centre.judgementOf(entity) as AgentJudgement;
    this.#links = [...entity.links.byKey.values()] as AgentLink[];
    this.#span = span;
    const group = centre.groups.agentGroup('centre', '');
    const { contributions } = this.#judgement;
    for (let i = 0; i < contributions.length; i += FIELDS)
      if (contributions[i] === group)
        this.#time(contributions[i + 1]!, contributions[i + 2]!, contributions[i + 3]!);
    for (const link of this.#links) figuresOf(link, (at, code, value) => this.#count(at, code, value));
  }

  /** Nothing for one of whom nothing was known yet. */
  row(presentation: Presentation, window: WindowSpec): AgentRow | undefined {
    if (this.#state === undefined) return undefined;
    const { atMs } = this.#span;
    const asserted = this.#judgement.assertedAt(atMs);
    const worked = this.#links.filter(
      (link): link is WorkLink => link.about === 'work' && link.startAt <= atMs,
    );
    const queues = queuesOf(asserted, lastQueue(worked) ?? asserted.workedFor);
    const measures = this.#measures(window);
    return {
      agent: this.#agent,
      name: presentation.agents.get(this.#agent)?.name ?? this.#agent,
      state: this.#state,
      reason: this.#state === 'paused' ? (asserted.reason ?? null) : null,
      since: formatInstant(this.#since),
      queues: [...queues].sort(),
      kpis: Object.fromEntries(AGENT_FIGURES.map((kpi) => [kpi.id, valueOf(kpi.compute(measures))])),
    };
  }

  #time(at: number, code: number, value: number): void {
    if (at > this.#span.atMs) return;
    this.#present.moveLevels(MEASURES.effects[code]!, 1);
    this.#count(at, code, value);
    const status = statusAfter(code);
    if (status === undefined || status === NO_STATUS || stateOf(status) === this.#state) return;
    this.#state = stateOf(status);
    this.#since = at;
  }

  #count(at: number, code: number, value: number): void {
    const { fromMs, atMs } = this.#span;
    if (at >= fromMs && at <= atMs) this.#totals.apply(MEASURES.effects[code]!, value, 1);
  }

  #measures({ sizeMs }: WindowSpec): Measures {
    const { fromMs, atMs } = this.#span;
    const [totals, present] = [this.#totals, this.#present];
    const agents = { totals, levels: present.levels, fromMs, toMs: atMs };
    const rolling = sizeMs !== undefined;
    return measuresOf({ totals, present, nowMs: atMs, agents, rolling, daily: !rolling });
  }
}
