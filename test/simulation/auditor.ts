import type { ServerMessage } from '@vigie/contracts';
import type { FeedCounters } from '@vigie/engine';

import type { Accepted } from './sim-redis.ts';

/** Watches what the store accepts and what clients are sent, while a schedule runs. */
export class Auditor {
  readonly violations: string[] = [];
  readonly #clock: () => number;
  /** When the last frame was accepted. */
  lastFrameMs: number;
  compared = 0;
  /** The store has lost what was exported: counters may repeat it. */
  #forgetful = false;
  /** The offset that the figures of a frame are of, by epoch and instant. */
  readonly offsets = new Map<string, bigint>();
  readonly #last = new Map<string, { readonly epoch: number; readonly seq: number }>();
  readonly #counters = new Map<string, number>();
  #sent: { connection: number; epoch: number; seq: number; asOf: string } | undefined;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.lastFrameMs = clock();
  }

  violated(invariant: string, text: string): void {
    this.violations.push(`${invariant}: ${text}`);
  }

  /** I3: nothing of an earlier owner after a later one; commits and frames follow each other without gaps. */
  accepted(accepted: Accepted): void {
    const seq = accepted.what === 'commit' ? accepted.seq : accepted.frame.seq;
    const { what, partition, epoch } = accepted;
    const key = `${what} ${partition}`;
    const before = this.#last.get(key);
    this.#last.set(key, { epoch, seq });
    if (accepted.what === 'frame') {
      const { asOfMs, nextOffset } = accepted.frame.header;
      this.lastFrameMs = this.#clock();
      if (nextOffset !== undefined) this.offsets.set(`${epoch} ${asOfMs}`, BigInt(nextOffset));
    }
    this.compared += 1;
    if (before === undefined) return;
    if (epoch < before.epoch) this.violated('I3', `${key}: epoch ${epoch} after ${before.epoch}`);
    // a state that was built anew replaces what is stored, and counts from 1
    const follows =
      what === 'commit'
        ? seq === before.seq + 1 || (seq === 1 && epoch > before.epoch)
        : epoch > before.epoch || seq > before.seq;
    if (!follows) this.violated('I3', `${key}: ${epoch}/${seq} after ${before.epoch}/${before.seq}`);
  }

  /** The store has gone back in time: what was accepted before says nothing of what comes. */
  forget(): void {
    this.#last.clear();
    this.offsets.clear();
    this.#forgetful = true;
  }

  /** I5, I6: what one connection is sent has no gaps, and time does not run back. */
  sent(message: ServerMessage, connection: number): void {
    if (message.op !== 'snapshot' && message.op !== 'delta') return;
    const { epoch, seq, asOf } = message;
    const before = this.#sent?.connection === connection ? this.#sent : undefined;
    this.#sent = { connection, epoch, seq, asOf };
    if (before === undefined) return;
    this.compared += 1;
    const place = `${message.op} ${epoch}/${seq} as of ${asOf} after ${before.epoch}/${before.seq} as of ${before.asOf}`;
    if (message.op === 'delta' && (epoch !== before.epoch || seq !== before.seq + 1))
      this.violated('I5', place);
    if (epoch === before.epoch && (seq < before.seq || asOf < before.asOf)) this.violated('I6', place);
  }

  /** I13: counters never fall, whatever process dies. */
  counted(counters: Iterable<FeedCounters>): void {
    if (this.#forgetful) return;
    for (const { queue, channel, counts } of counters) {
      for (const [name, value] of Object.entries(counts)) {
        const key = `${queue} ${channel} ${name}`;
        const before = this.#counters.get(key) ?? 0;
        if (value < before) this.violated('I13', `${key} fell from ${before} to ${value}`);
        this.#counters.set(key, Math.max(before, value));
        this.compared += 1;
      }
    }
  }
}
