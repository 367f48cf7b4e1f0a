import { CODE, FLOW_OUT_CODE, MISSED_CODE } from '@vigie/metrics';
import { WAIT_BOUNDS_SECONDS } from '../ports/live-feed.ts';

/** Cumulative wait histogram of one outcome: counts by bound (the last is +Inf), sum in ms. */
export interface WaitHistogram {
  readonly buckets: number[];
  sumMs: number;
  count: number;
}

/** What one group has counted since ever. */
export interface GroupCounters {
  readonly counts: Map<string, number>;
  readonly waits: Map<string, WaitHistogram>;
}

const COUNTER_NAMES = new Map<number, string>([
  [CODE.offered, 'offered'],
  [CODE.answered, 'answered'],
  [CODE.abandoned, 'abandoned'],
  [CODE.abandonedShort, 'short_abandoned'],
  [CODE.handled, 'handled'],
  [CODE.presented, 'presented'],
  [CODE.lost, 'lost_segments'],
  ...Object.entries(FLOW_OUT_CODE).map(([cause, code]) => [code, `flow_outs:${cause}`] as const),
  ...Object.entries(MISSED_CODE).map(([reason, code]) => [code, `missed_contacts:${reason}`] as const),
]);
const WAIT_OUTCOMES = new Map<number, string>([
  [CODE.answered, 'answered'],
  [CODE.abandoned, 'abandoned'],
  ...Object.values(FLOW_OUT_CODE).map((code) => [code, 'flow_out'] as const),
]);

/**
 * Counters for Prometheus: cumulative and never falling. They count first applications: what one event takes back and
 * gives again nets out, and what is truly taken back is counted as a correction instead.
 */
export class Counters {
  readonly #groups = new Map<number, GroupCounters>();
  /** Figures taken back, by counter. */
  readonly corrections = new Map<string, number>();
  #pending = new Map<string, { group: number; code: number; net: number; values: number[] }>();
  #dirty = new Set<number>();

  /** One contribution that counts now, or is taken back; settled by {@link settle}. */
  record(group: number, code: number, value: number, sign: number): void {
    if (!COUNTER_NAMES.has(code)) return;
    const key = `${group}|${code}`;
    const pending = this.#pending.get(key) ?? { group, code, net: 0, values: [] };
    pending.net += sign;
    if (sign > 0) pending.values.push(value);
    this.#pending.set(key, pending);
  }

  /** Counts what is left of one event's, or one tick's, comings and goings. */
  settle(): void {
    if (this.#pending.size === 0) return;
    for (const { group, code, net, values } of this.#pending.values()) {
      const name = COUNTER_NAMES.get(code) ?? '';
      if (net < 0) this.corrections.set(name, (this.corrections.get(name) ?? 0) - net);
      if (net <= 0) continue;
      const counters = this.of(group);
      counters.counts.set(name, (counters.counts.get(name) ?? 0) + net);
      const outcome = WAIT_OUTCOMES.get(code);
      if (outcome !== undefined)
        for (const value of values.slice(-net)) observeWait(counters, outcome, value);
      this.#dirty.add(group);
    }
    this.#pending.clear();
  }

  of(group: number): GroupCounters {
    let counters = this.#groups.get(group);
    if (counters === undefined) this.#groups.set(group, (counters = { counts: new Map(), waits: new Map() }));
    return counters;
  }

  has(group: number): boolean {
    return this.#groups.has(group);
  }

  takeDirty(): readonly number[] {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    return dirty;
  }

  get groups(): IterableIterator<number> {
    return this.#groups.keys();
  }
}

function observeWait(counters: GroupCounters, outcome: string, waitMs: number): void {
  let waits = counters.waits.get(outcome);
  if (waits === undefined) {
    waits = { buckets: Array.from({ length: WAIT_BOUNDS_SECONDS.length + 1 }, () => 0), sumMs: 0, count: 0 };
    counters.waits.set(outcome, waits);
  }
  const index = WAIT_BOUNDS_SECONDS.findIndex((bound) => waitMs <= bound * 1000);
  waits.buckets[index < 0 ? WAIT_BOUNDS_SECONDS.length : index]!++;
  waits.sumMs += waitMs;
  waits.count++;
}
