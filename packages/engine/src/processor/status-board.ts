import { ALL, type Channel, type Presentation, type Status, type TargetSetting } from '@vigie/contracts';
import {
  CATALOGUE,
  isInRow,
  isSettled,
  nextStatus,
  UNJUDGED,
  type Figure,
  type Kpi,
  type StatusState,
} from '@vigie/metrics';
import { mergedGroups, RowMeasures } from '../query/row-measures.ts';
import type { WindowSpec } from '../query/window-spec.ts';
import type { LiveCentre } from './live-centre.ts';

/** A figure of a row that has a target. `window`: where a figure of now is judged; its status is that of all windows. */
interface Judged {
  readonly kpi: Kpi;
  readonly target: TargetSetting;
  readonly window: number;
  state: StatusState;
  /** As computed last, and from which version of the window's totals. */
  figure: Figure | undefined;
  version: number;
}

interface JudgedRow {
  readonly measures: RowMeasures;
  readonly figures: readonly Judged[];
}

/** A status that is not simply `none`, as stored: window, KPI, shown, and since when, by verdict. */
export type StoredStatus = readonly [
  window: string,
  kpi: string,
  shown: Status,
  since: readonly (number | null)[],
];

type RowName = { readonly queue: string; readonly channel: string };

/**
 * What the figures of a centre are by their targets: the automata of all rows. They depend on nothing but the figures
 * at whole seconds, so that however often figures are published, statuses are the same.
 */
export class StatusBoard {
  readonly #centre: LiveCentre;
  readonly #windows: readonly WindowSpec[];
  readonly #targetsOf: Presentation['targetsOf'];
  /** By group, and by queue for the rows that merge its channels. */
  readonly #rows = new Map<number | string, JudgedRow>();
  /** Rows that may change though nothing happens: something is held, or an age grows. */
  readonly #restless = new Set<number | string>();
  readonly #unstored = new Set<number | string>();

  constructor(centre: LiveCentre, windows: readonly WindowSpec[], targetsOf: Presentation['targetsOf']) {
    this.#centre = centre;
    this.#windows = windows;
    this.#targetsOf = targetsOf;
  }

  /**
   * Takes the step of the whole second that the clock of the centre stands at. `touched`: groups whose figures may
   * have moved since the last one. Answers the groups and queues whose statuses, or what they wait for, changed.
   */
  step(touched: Iterable<number>): ReadonlySet<number | string> {
    const due = new Set<number | string>(this.#restless);
    for (const group of touched) {
      due.add(group);
      const { queue } = this.#centre.facts.groups.nameOf(group);
      if (mergedGroups(this.#centre, queue).length > 0) due.add(queue);
    }
    const changed = new Set<number | string>();
    for (const key of due) {
      if (!this.#judge(key)) continue;
      changed.add(key);
      this.#unstored.add(key);
    }
    return changed;
  }

  /** Status of a figure with a target, by the group or queue of its row. */
  statusOf(key: number | string, window: number, kpi: Kpi): Status {
    const judged = this.#rows
      .get(key)
      ?.figures.find((figure) => figure.kpi === kpi && (kpi.now || figure.window === window));
    return judged?.state.shown ?? 'none';
  }

  /** Groups and queues whose rows have to be stored since somebody asked. */
  takeChanges(): readonly (number | string)[] {
    const changes = [...this.#unstored];
    this.#unstored.clear();
    return changes;
  }

  /** What is to be stored of a row; nothing when all of it is `none` and at rest. */
  store(key: number | string): readonly StoredStatus[] {
    const figures = this.#rows.get(key)?.figures ?? [];
    return figures.flatMap(({ kpi, window, state }): StoredStatus[] => {
      if (state.shown === 'none' && isSettled(state)) return [];
      return [[this.#windows[window]!.name, kpi.id, state.shown, state.since.map((at) => at ?? null)]];
    });
  }

  /** Rows that were judged, by group or queue. */
  get keys(): readonly (number | string)[] {
    return [...this.#rows.keys()];
  }

  nameOf(key: number | string): RowName {
    return typeof key === 'string' ? { queue: key, channel: ALL } : this.#centre.facts.groups.nameOf(key);
  }

  /** Takes back what was stored of a row; what has no target any more is passed over. */
  restore({ queue, channel }: RowName, stored: readonly StoredStatus[]): void {
    const isMerged = channel === ALL && queue !== ALL;
    const key = isMerged ? queue : this.#centre.facts.groups.idOf(queue, channel as Channel);
    const row = this.#row(key);
    for (const judged of row?.figures ?? []) judged.state = UNJUDGED;
    for (const [window, kpi, shown, since] of stored) {
      const judged = row?.figures.find(
        (figure) => figure.kpi.id === kpi && this.#windows[figure.window]!.name === window,
      );
      if (judged !== undefined) judged.state = { shown, since: since.map((at) => at ?? undefined) };
    }
    this.#restless.add(key);
  }

  #judge(key: number | string): boolean {
    const row = this.#row(key);
    if (row === undefined) return false;
    const { measures, versions } = row.measures.read();
    const { now } = this.#centre.timeline;
    let changed = false;
    let restless = false;
    for (const judged of row.figures) {
      const version = versions[judged.window]!;
      let { figure } = judged;
      const isSame = figure !== undefined && judged.version === version && judged.kpi.fromTotals;
      if (isSame && isSettled(judged.state)) continue;
      if (figure === undefined || !isSame) figure = judged.kpi.compute(measures[judged.window]!);
      judged.figure = figure;
      judged.version = version;
      const next = nextStatus(judged.state, figure, judged.target, judged.kpi, now);
      changed ||= next !== judged.state;
      judged.state = next;
      const grows = figure.sinceMs !== undefined || judged.kpi.level === 'agent';
      restless ||= grows || !isSettled(next);
    }
    if (restless) this.#restless.add(key);
    else this.#restless.delete(key);
    return changed;
  }

  /** The row of a key, made at its first use; `undefined` when none of its figures has a target. */
  #row(key: number | string): JudgedRow | undefined {
    const known = this.#rows.get(key);
    if (known !== undefined && typeof key === 'number') return known;
    const groups = typeof key === 'string' ? mergedGroups(this.#centre, key) : [key];
    if (known?.measures.groups === groups.length) return known;
    const figures = known?.figures ?? this.#figuresOf(this.nameOf(key));
    if (figures.length === 0) return undefined;
    const measures = new RowMeasures(this.#centre, this.#windows, this.nameOf(key), groups);
    const row = { measures, figures };
    this.#rows.set(key, row);
    return row;
  }

  #figuresOf(row: RowName): readonly Judged[] {
    const targets = this.#targetsOf(row.queue, row.channel as Parameters<Presentation['targetsOf']>[1]);
    return CATALOGUE.filter((kpi) => targets.has(kpi.id) && isInRow(kpi, row)).flatMap((kpi) =>
      this.#windows
        .map((_, window): Judged => {
          const target = targets.get(kpi.id)!;
          return { kpi, target, window, state: UNJUDGED, figure: undefined, version: -1 };
        })
        .slice(0, kpi.now ? 1 : this.#windows.length),
    );
  }
}
