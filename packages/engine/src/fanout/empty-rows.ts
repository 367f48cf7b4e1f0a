import {
  ALL,
  type Channel,
  type KpiValue,
  type NullReason,
  type Presentation,
  type TargetSetting,
} from '@vigie/contracts';
import { CATALOGUE, isInRow, measuresOf } from '@vigie/metrics';
import type { FeedRow } from '../ports/live-feed.ts';
import { computeKpis } from '../query/measure-rows.ts';

/** What configuration makes one expect of a centre before any traffic: its windows and queues. */
export interface CentrePlan {
  /** Window ids, in the order to be shown. */
  readonly windows: readonly string[];
  readonly queues: readonly PlannedQueue[];
  readonly presentation: Presentation;
}

export interface PlannedQueue {
  readonly queue: string;
  readonly channels: readonly Channel[];
  /** False: its channel is only assumed, and makes way for whatever traffic says. */
  readonly named: boolean;
}

/** A queue and channel, `_all` included. */
export interface Group {
  readonly queue: string;
  readonly channel: Channel | typeof ALL;
}

/** The groups that a plan promises and that are absent from `present`, the channels with rows by queue. */
export function missingGroups(
  plan: CentrePlan,
  present: ReadonlyMap<string, ReadonlySet<string>>,
): readonly Group[] {
  const missing = plan.queues.flatMap(({ queue, channels, named }): Group[] => {
    const held = present.get(queue);
    if (held !== undefined && !named) return [];
    const wanted = channels.length > 1 ? ([...channels, ALL] as const) : channels;
    return wanted.filter((channel) => held?.has(channel) !== true).map((channel) => ({ queue, channel }));
  });
  return present.get(ALL)?.has(ALL) === true ? missing : [...missing, { queue: ALL, channel: ALL }];
}

type Kpis = FeedRow['kpis'];

const NOTHING = measuresOf({ rolling: true });

/** Makes rows of queues without traffic. Rows with the same targets share their figures: five thousand cost little. */
export class EmptyRows {
  readonly #presentation: Presentation;
  readonly #byTargets = new Map<ReadonlyMap<string, TargetSetting>, Kpis>();

  constructor(presentation: Presentation) {
    this.#presentation = presentation;
  }

  /**
   * The catalogue over empty measures: counts are 0, ratios `null`, and nobody has judged them. With a `reason` nothing at all is known, and every
   * figure is `null` because of it.
   */
  rowOf({ queue, channel }: Group, window: string, reason?: NullReason): FeedRow {
    const kpis = reason === undefined ? this.#zeros(queue, channel) : unknownKpis({ queue, channel }, reason);
    return { queue, channel, window, state: 'live', kpis };
  }

  #zeros(queue: string, channel: Group['channel']): Kpis {
    const targets = this.#presentation.targetsOf(queue, channel);
    let kpis = this.#byTargets.get(targets);
    if (kpis === undefined) {
      kpis = unjudged(computeKpis({ queue, channel }, NOTHING, this.#presentation));
      this.#byTargets.set(targets, kpis);
    }
    return kpis;
  }
}

function unjudged(kpis: Kpis): Kpis {
  return Object.fromEntries(
    Object.entries(kpis).map(([id, value]) => [
      id,
      value.status === undefined ? value : { ...value, status: 'none' },
    ]),
  );
}

const unknowns = new Map<string, Kpis>();

function unknownKpis(row: Group, reason: NullReason): Kpis {
  const key = `${reason} ${row.queue === ALL} ${row.channel === ALL}`;
  let kpis = unknowns.get(key);
  if (kpis === undefined) {
    const value: KpiValue = { value: null, reason };
    const shown = CATALOGUE.filter((kpi) => isInRow(kpi, row));
    unknowns.set(key, (kpis = Object.fromEntries(shown.map(({ id }) => [id, value]))));
  }
  return kpis;
}
