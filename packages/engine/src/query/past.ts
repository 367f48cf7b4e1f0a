import { ALL, formatInstant, type Presentation, type Row } from '@vigie/contracts';
import {
  FIELDS,
  MEASURES,
  Present,
  QuarterRows,
  QUARTER_MS,
  Totals,
  zoneOf,
  type Kpi,
  type Measures,
  type Zone,
} from '@vigie/metrics';
import type { CentreState } from '../processor/centre-state.ts';
import type { WindowSpec } from './window-spec.ts';
import { computeKpis, makeRow, mergeMeasures } from './measure-rows.ts';

interface Slot {
  readonly totals: Totals;
  maxWaitMs: number | undefined;
}

/** Figures of an interval: `start` and `end` are UTC instants, `label` is local with offset. */
export interface IntervalRow {
  readonly queue: string;
  readonly channel: string;
  readonly start: string;
  readonly end: string;
  readonly label: string;
  readonly final: boolean;
  readonly provisional: readonly string[];
  readonly kpis: ReturnType<typeof computeKpis>;
}

/** Figures of now, and of the service level that counts those waiting now, have no meaning for an interval. */
function belongsToIntervals(kpi: Kpi): boolean {
  return !kpi.now && kpi.id !== 'service_level_live';
}

/**
 * Evaluates any instant, *as known now*, from the contributions of all entities: slow and simple, and the reference that
 * the running windows of {@link LiveCentre} are held against.
 */
export class PastFigures {
  readonly #centre: CentreState;
  readonly #contributions: readonly (readonly number[])[];

  constructor(centre: CentreState) {
    this.#centre = centre;
    this.#contributions = Array.from(centre.entities.since(Number.NEGATIVE_INFINITY), (entity) =>
      centre.contributionsOf(entity),
    );
  }

  /** Rows of every known queue and of the totals, at an instant, for the windows asked for. */
  rowsAt(
    atMs: number,
    windows: readonly WindowSpec[],
    presentation: Presentation | undefined,
  ): readonly Row[] {
    const zone = this.#zoneAt(atMs);
    const dayStart = zone.dayStart(atMs);
    const slots = windows.map(() => new Map<number, Slot>());
    const today = new Map<number, Slot>();
    const present = new Map<number, Present>();
    const firstSeconds = windows.map(({ sizeMs }) =>
      sizeMs === undefined ? undefined : Math.floor(atMs / 1000) - sizeMs / 1000 + 1,
    );
    this.#forEach(atMs, (group, at, code, value) => {
      getOr(present, group, () => new Present(MEASURES)).apply(MEASURES.effects[code]!.present, value, 1);
      if (at >= dayStart) addTo(today, group, code, value);
      firstSeconds.forEach((first, index) => {
        if (first === undefined ? at >= dayStart : Math.floor(at / 1000) >= first)
          addTo(slots[index]!, group, code, value);
      });
    });
    const since = (window: WindowSpec): number | undefined =>
      this.#centre.sources.incompleteSince(
        window.sizeMs === undefined ? dayStart : atMs - window.sizeMs,
        atMs,
      );
    return this.#rowNames(atMs).flatMap(({ queue, channel, groups }) =>
      windows.map((window, index) => {
        const parts = groups.map((group): Measures => {
          const slot = slots[index]!.get(group);
          return {
            totals: slot?.totals ?? new Totals(MEASURES),
            today: today.get(group)?.totals ?? new Totals(MEASURES),
            present: present.get(group) ?? new Present(MEASURES),
            maxWaitMs: slot?.maxWaitMs,
            nowMs: atMs,
            rolling: window.sizeMs !== undefined,
          };
        });
        const gapAt = since(window);
        const state =
          gapAt === undefined
            ? { state: 'live' as const }
            : { state: 'incomplete' as const, since: formatInstant(gapAt) };
        const kpis = computeKpis(queue, channel, mergeMeasures(parts), presentation);
        return makeRow({ queue, channel, window: window.name }, state, kpis);
      }),
    );
  }

  /**
   * Rows of every queue and `_all` for each interval (`sizeMs`, or `day`) of the local days from `fromMs` to `toMs`,
   * judged at `judgedAtMs`: what is dated later is not yet there.
   */
  intervals(options: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly size: number | 'day';
    readonly judgedAtMs: number;
    readonly allowedLatenessMs: number;
  }): readonly IntervalRow[] {
    const { fromMs, toMs, size, judgedAtMs, allowedLatenessMs } = options;
    const rows = new QuarterRows(MEASURES);
    this.#forEach(judgedAtMs, (group, at, code, value) => rows.apply(group, at, code, value, 1));
    const zone = this.#zoneAt(judgedAtMs);
    const names = this.#rowNames(judgedAtMs);
    return intervalsOf(zone, fromMs, toMs, size).flatMap(({ start, end }) => {
      const slots = new Map<number, Slot>();
      rows.forEach(start, end, (_quarter, group, row) => {
        const slot = getOr(slots, group, () => ({ totals: new Totals(MEASURES), maxWaitMs: undefined }));
        slot.totals.add(row.totals);
        if (row.max !== undefined) slot.maxWaitMs = Math.max(slot.maxWaitMs ?? 0, row.max);
      });
      return names.map(({ queue, channel, groups }): IntervalRow => {
        const parts = groups.map((group): Measures => {
          const slot = slots.get(group);
          const totals = slot?.totals ?? new Totals(MEASURES);
          const present = new Present(MEASURES);
          return {
            totals,
            today: totals,
            present,
            maxWaitMs: slot?.maxWaitMs,
            nowMs: judgedAtMs,
            rolling: false,
          };
        });
        return {
          queue,
          channel,
          start: formatInstant(start),
          end: formatInstant(end),
          label: zone.label(start),
          final: judgedAtMs >= end + allowedLatenessMs,
          provisional: [],
          kpis: computeKpis(queue, channel, mergeMeasures(parts), undefined, belongsToIntervals),
        };
      });
    });
  }

  /** Calls `visit` for every contribution dated up to `atMs`. */
  #forEach(atMs: number, visit: (group: number, at: number, code: number, value: number) => void): void {
    for (const contributions of this.#contributions) {
      for (let i = 0; i < contributions.length; i += FIELDS) {
        if (contributions[i + 1]! > atMs) continue;
        visit(contributions[i]!, contributions[i + 1]!, contributions[i + 2]!, contributions[i + 3]!);
      }
    }
  }

  #zoneAt(atMs: number): Zone {
    const { timeZone, dayStartMs } = this.#centre.versions.at(atMs);
    return zoneOf(timeZone, dayStartMs);
  }

  /** Names of the rows and the leaf groups each adds up: every known or configured queue, and the totals. */
  #rowNames(atMs: number): readonly { queue: string; channel: string; groups: readonly number[] }[] {
    const { groups } = this.#centre;
    for (const [queue, channels] of this.#centre.versions.at(atMs).queueChannels) {
      for (const channel of channels) groups.idOf(queue, channel);
    }
    const leaves = Array.from({ length: groups.size }, (_, id) => ({ id, ...groups.nameOf(id) })).filter(
      ({ channel }) => channel !== ALL,
    );
    const names: { queue: string; channel: string; groups: number[] }[] = [];
    const add = (queue: string, channel: string, ids: number[]): void =>
      void names.push({ queue, channel, groups: ids });
    const queues = [...new Set(leaves.map(({ queue }) => queue))].filter((queue) => queue !== ALL).sort();
    for (const queue of queues) {
      const own = leaves.filter((leaf) => leaf.queue === queue);
      for (const leaf of own) add(queue, leaf.channel, [leaf.id]);
      if (own.length > 1)
        add(
          queue,
          ALL,
          own.map(({ id }) => id),
        );
    }
    for (const channel of [...new Set(leaves.map((leaf) => leaf.channel))].sort()) {
      add(
        ALL,
        channel,
        leaves.filter((leaf) => leaf.channel === channel).map(({ id }) => id),
      );
    }
    add(
      ALL,
      ALL,
      leaves.map(({ id }) => id),
    );
    return names;
  }
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function addTo(slots: Map<number, Slot>, group: number, code: number, value: number): void {
  const { counted, isMax } = MEASURES.effects[code]!;
  const slot = getOr(slots, group, () => ({ totals: new Totals(MEASURES), maxWaitMs: undefined }));
  slot.totals.apply(counted, value, 1);
  if (isMax) slot.maxWaitMs = Math.max(slot.maxWaitMs ?? 0, value);
}

/** Every interval of the local days that `fromMs` and `toMs` lie in, empty ones too, aligned on the local clock. */
export function intervalsOf(
  zone: Zone,
  fromMs: number,
  toMs: number,
  size: number | 'day',
): readonly { readonly start: number; readonly end: number }[] {
  const intervals: { start: number; end: number }[] = [];
  let day = zone.dayStart(fromMs);
  const last = zone.dayStart(toMs);
  while (day <= last) {
    const next = zone.nextDayStart(day);
    let start = day;
    while (start < next) {
      const end = size === 'day' ? next : Math.min(alignedEnd(zone, start, size), next);
      intervals.push({ start, end });
      start = end;
    }
    day = next;
  }
  return intervals;
}

/** End of the interval that begins at `start`: the next local multiple of `size`, never across an offset change. */
function alignedEnd(zone: Zone, start: number, size: number): number {
  const local = start + zone.offsetMinutes(start) * 60_000;
  const aligned = start + (size - (((local % size) + size) % size));
  for (let at = start + QUARTER_MS; at < aligned; at += QUARTER_MS) {
    if (zone.offsetMinutes(at) !== zone.offsetMinutes(start)) return at;
  }
  return aligned;
}
