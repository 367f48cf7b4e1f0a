import {
  ALL,
  formatInstant,
  isInScope,
  matchesPattern,
  type Alarm,
  type AlarmRule,
  type AlarmState,
  type TargetSetting,
} from '@vigie/contracts';
import {
  figureOf,
  hoursNamed,
  isInRow,
  kpiOf,
  nextStatus,
  UNJUDGED,
  type Kpi,
  type StatusState,
} from '@vigie/metrics';
import { RowMeasures } from '../query/row-measures.ts';
import type { WindowSpec } from '../query/window-spec.ts';
import { judgedBy, severityOf, STATE_OF } from './alarm-judging.ts';
import type { LiveCentre } from './live-centre.ts';

/** Alarms of a centre; of patterns that match more queues the first by name are judged, the others counted. */
export const MAX_ALARMS = 500;

interface Held {
  readonly id: string;
  readonly rule: AlarmRule;
  readonly queue: string;
  readonly kpi: Kpi;
  readonly target: TargetSetting;
  readonly window: number;
  measures: RowMeasures | undefined;
  status: StatusState;
  state: AlarmState;
  sinceMs: number | undefined;
  value: number | null;
  n: number | undefined;
  acknowledged: { readonly by: string; readonly atMs: number } | undefined;
  /** By webhook: the state that it was told last, and took. */
  readonly told: Map<string, AlarmState>;
}

/** What of an alarm outlives a restart. */
export type StoredAlarm = readonly [
  id: string,
  shown: StatusState['shown'],
  since: readonly (number | null)[],
  state: AlarmState,
  sinceMs: number | null,
  acknowledged: readonly [by: string, atMs: number] | null,
  told: readonly (readonly [webhook: string, state: AlarmState])[],
];

/** A webhook has not yet been told what an alarm is now. */
export interface DueNotice {
  readonly webhook: string;
  readonly was: AlarmState;
  readonly alarm: Alarm;
}

/**
 * The alarms of a centre: the automaton of statuses with the limits of each rule, one step at every whole second, so
 * that whoever looks or is told sees the same. What it shows is part of the checkpoint.
 */
export class AlarmBoard {
  readonly #centre: LiveCentre;
  readonly #windows: readonly WindowSpec[];
  readonly #rules: readonly AlarmRule[];
  #alarms = new Map<string, Held>();
  #stored = new Map<string, StoredAlarm>();
  #knownGroups = -1;
  #unstored = false;
  /** Alarms that are not judged for want of room. */
  left = 0;

  constructor(centre: LiveCentre, windows: readonly WindowSpec[], rules: readonly AlarmRule[]) {
    this.#centre = centre;
    this.#windows = windows;
    this.#rules = rules;
  }

  /** Takes the step of the whole second that the clock of the centre stands at. */
  step(): void {
    if (this.#rules.length === 0) return;
    this.#follow();
    for (const held of this.#alarms.values()) this.#judge(held);
  }

  /** Alarms of the queues that may be seen, in the order of the rules. */
  list(scope?: readonly string[]): readonly Alarm[] {
    this.#follow();
    return [...this.#alarms.values()].filter(({ queue }) => isInScope(queue, scope)).map(alarmOf);
  }

  /** Marks an alarm as seen: `undefined` when there is none of that id, `idle` when it is not up. */
  acknowledge(id: string, by: string, scope?: readonly string[]): Alarm | 'idle' | undefined {
    const held = this.#alarms.get(id);
    if (held === undefined || !isInScope(held.queue, scope)) return undefined;
    if (severityOf(held.state) === 0) return 'idle';
    held.acknowledged ??= { by, atMs: this.#centre.timeline.now };
    this.#unstored = true;
    return alarmOf(held);
  }

  /** What webhooks have to be told: how bad an alarm is differs from what they took last. */
  due(): readonly DueNotice[] {
    return [...this.#alarms.values()].flatMap((held) =>
      held.rule.webhooks.flatMap((webhook) => {
        const was = held.told.get(webhook) ?? 'ok';
        return severityOf(was) === severityOf(held.state) ? [] : [{ webhook, was, alarm: alarmOf(held) }];
      }),
    );
  }

  /** A webhook took it. */
  told(id: string, webhook: string, state: AlarmState): void {
    this.#alarms.get(id)?.told.set(webhook, state);
    this.#unstored = true;
  }

  /** Did anything change since somebody asked that has to be stored? */
  takeUnstored(): boolean {
    const unstored = this.#unstored;
    this.#unstored = false;
    return unstored;
  }

  store(): readonly StoredAlarm[] {
    this.#follow();
    return [...this.#alarms.values()].map(({ id, status, state, sinceMs, acknowledged, told }) => [
      ...([id, status.shown, status.since.map((at) => at ?? null), state, sinceMs ?? null] as const),
      acknowledged === undefined ? null : [acknowledged.by, acknowledged.atMs],
      [...told],
    ]);
  }

  /** Takes back what was stored; what has no rule any more is passed over. */
  restore(stored: readonly StoredAlarm[]): void {
    this.#stored = new Map(stored.map((one) => [one[0], one]));
    this.#knownGroups = -1;
  }

  #judge(held: Held): void {
    const { now } = this.#centre.timeline;
    const measures = this.#measuresOf(held)?.read().measures[held.window];
    const figure = measures === undefined ? undefined : figureOf(held.kpi, measures);
    held.value = figure?.value ?? null;
    held.n = figure?.n;
    const { hours } = held.rule;
    const isOff = hours !== undefined && !hoursNamed(this.#centre.facts.versions.at(now), hours).isOpen(now);
    const next =
      isOff || figure === undefined ? UNJUDGED : nextStatus(held.status, figure, held.target, held.kpi, now);
    if (next !== held.status && next.shown !== held.status.shown) this.#unstored = true;
    held.status = next;
    const state = isOff ? 'off' : STATE_OF[next.shown];
    if (state === held.state) return;
    if (severityOf(state) === 0 || severityOf(state) > severityOf(held.state)) held.acknowledged = undefined;
    held.state = state;
    held.sinceMs = now;
    this.#unstored = true;
  }

  /** The row of an alarm; `undefined` as long as nothing is known of its queue. */
  #measuresOf(held: Held): RowMeasures | undefined {
    const { queue, rule } = held;
    const { groups } = this.#centre.facts;
    const isMerged = queue !== ALL && rule.channel === ALL;
    const ids = groups
      .channelsOf(queue)
      .filter((id) => isMerged || groups.nameOf(id).channel === rule.channel);
    if (ids.length === 0) return undefined;
    if (held.measures?.groups !== ids.length)
      held.measures = new RowMeasures(this.#centre, this.#windows, { queue, channel: rule.channel }, ids);
    return held.measures;
  }

  /** New queues may be of a pattern. */
  #follow(): void {
    const { size } = this.#centre.facts.groups;
    if (size === this.#knownGroups) return;
    this.#knownGroups = size;
    const before = this.#alarms;
    this.#alarms = new Map();
    this.left = 0;
    for (const rule of this.#rules) {
      for (const queue of this.#queuesOf(rule)) {
        const id = `${rule.name}:${queue}`;
        if (this.#alarms.size >= MAX_ALARMS) {
          this.left += 1;
          continue;
        }
        const held = before.get(id) ?? this.#made(id, rule, queue);
        if (held !== undefined) this.#alarms.set(id, held);
      }
    }
  }

  #queuesOf({ queue, channel, kpi }: AlarmRule): readonly string[] {
    if (!queue.includes('*')) return [queue];
    const known = kpiOf(kpi);
    return [...this.#centre.facts.groups.queues]
      .filter((name) => matchesPattern(queue, name))
      .filter((name) => known !== undefined && isInRow(known, { queue: name, channel }))
      .sort();
  }

  #made(id: string, rule: AlarmRule, queue: string): Held | undefined {
    const known = kpiOf(rule.kpi);
    if (known === undefined || !isInRow(known, { queue, channel: rule.channel })) return undefined;
    const { kpi, target } = judgedBy(rule, known);
    const [, shown = 'none', since, state = 'none', sinceMs, seen, told = []] = this.#stored.get(id) ?? [];
    const window = this.#windows.findIndex(({ name }) => name === rule.window);
    return {
      ...{ id, rule, queue, kpi, target, window: Math.max(0, window), measures: undefined },
      status: since === undefined ? UNJUDGED : { shown, since: since.map((at) => at ?? undefined) },
      ...{ state, sinceMs: sinceMs ?? undefined, value: null, n: undefined },
      acknowledged: seen === undefined || seen === null ? undefined : { by: seen[0], atMs: seen[1] },
      told: new Map(told),
    };
  }
}

function alarmOf({ id, rule, queue, state, sinceMs, value, n, acknowledged }: Held): Alarm {
  const { name, channel, kpi, window, warning, critical } = rule;
  return {
    ...{ id, rule: name, queue, channel, kpi, window, state },
    since: sinceMs === undefined ? null : formatInstant(sinceMs),
    value,
    n: n ?? null,
    warning: warning ?? null,
    critical: critical ?? null,
    acknowledged:
      acknowledged === undefined ? null : { by: acknowledged.by, at: formatInstant(acknowledged.atMs) },
  };
}
