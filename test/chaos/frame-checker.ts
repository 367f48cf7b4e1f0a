import type { DeltaMessage, KpiValue, Row, SnapshotMessage } from '@vigie/contracts';

import type { Ledger } from './ledger.ts';

/** Rows as a viewer holds them, by queue, channel and window. Never changed in place: what was recorded stays as it was. */
export type HeldRows = ReadonlyMap<string, Row>;

/** What one connection holds of one channel. */
export interface Held {
  readonly channel: string;
  readonly epoch: number;
  readonly seq: number;
  readonly asOfMs: number;
  readonly state: string;
  readonly rows: HeldRows;
}

/** States of a channel that are kept to be compared: about a minute at ten frames a second. */
const KEPT_STATES = 600;
const keyOf = ({
  queue,
  channel,
  window,
}: Row | { queue: string; channel: string; window: string }): string => `${queue} ${channel} ${window}`;

/**
 * The frames of the connections to one life of one gateway, merged by a reducer of our own: within a connection, channel
 * and epoch `seq` has no gaps and time does not run back (I5, I6), and whoever is at the same place of a channel holds
 * the same, whichever way it came there (I5, I7).
 */
export class FrameChecker {
  readonly #ledger: Ledger;
  /** By channel, epoch and seq. */
  readonly #states = new Map<string, HeldRows>();
  #compares = true;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /**
   * Redis goes back in time: until it is over gateways may show an older epoch and then the newer one again, whose
   * numbers begin anew. What connections are told is still checked one by one.
   */
  forget(): void {
    this.#states.clear();
    this.#compares = false;
  }

  compareAgain(): void {
    this.#compares = true;
  }

  snapshot(before: Held | undefined, message: SnapshotMessage, who: string): Held {
    const rows = new Map(message.rows.map((row) => [keyOf(row), row]));
    return this.#take(before, message, rows, who);
  }

  /** `undefined`: the delta does not follow what is held, which is a violation unless it was held already. */
  delta(before: Held, message: DeltaMessage, who: string): Held | undefined {
    const { epoch, seq } = message;
    this.#ledger.compared('I5 deltas that follow');
    if (epoch !== before.epoch || seq !== before.seq + 1) {
      this.#ledger.violated('I5', `${who}: delta ${epoch}/${seq} after ${before.epoch}/${before.seq}`);
      return undefined;
    }
    const rows = new Map(before.rows);
    for (const key of message.removed ?? []) rows.delete(keyOf(key));
    for (const row of message.rows) {
      const held = rows.get(keyOf(row));
      rows.set(keyOf(row), held === undefined ? row : { ...row, kpis: { ...held.kpis, ...row.kpis } });
    }
    return this.#take(before, message, rows, who);
  }

  #take(
    before: Held | undefined,
    { channel, epoch, seq, asOf, state }: SnapshotMessage | DeltaMessage,
    rows: HeldRows,
    who: string,
  ): Held {
    const asOfMs = Date.parse(asOf);
    if (before?.channel === channel && before.epoch === epoch) {
      this.#ledger.compared('I6 instants that do not run back');
      if (asOfMs < before.asOfMs || seq < before.seq)
        this.#ledger.violated(
          'I6',
          `${who}: ${epoch}/${seq} as of ${asOf} after ${before.epoch}/${before.seq}`,
        );
    }
    this.#meet(`${channel} ${epoch} ${seq}`, rows, who);
    return { channel, epoch, seq, asOfMs, state, rows };
  }

  #meet(place: string, rows: HeldRows, who: string): void {
    if (!this.#compares) return;
    const other = this.#states.get(place);
    if (other === undefined) {
      this.#states.set(place, rows);
      const [oldest] = this.#states.keys();
      if (this.#states.size > KEPT_STATES && oldest !== undefined) this.#states.delete(oldest);
      return;
    }
    const difference = firstDifference(other, rows);
    this.#ledger.compared('I5 whole states of two viewers at the same place', rows.size);
    if (difference !== undefined) this.#ledger.violated('I5', `${who} at ${place}: ${difference}`);
  }
}

/** Ages that count on by themselves are the same when their beginning is. */
function told(figure: KpiValue | undefined): string {
  if (figure === undefined) return 'nothing';
  const { since } = figure;
  const entries = Object.entries(since === undefined ? figure : { ...figure, value: 0 });
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function firstDifference(a: HeldRows, b: HeldRows): string | undefined {
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const [mine, theirs] = [a.get(key), b.get(key)];
    if (mine === theirs) continue;
    if (mine === undefined || theirs === undefined) return `row ${key} is held by one of two only`;
    for (const id of new Set([...Object.keys(mine.kpis), ...Object.keys(theirs.kpis)])) {
      if (told(mine.kpis[id]) !== told(theirs.kpis[id]))
        return `${key} ${id}: one holds ${told(mine.kpis[id])}, another ${told(theirs.kpis[id])}`;
    }
  }
  return undefined;
}
