import type { FeedFrame, LiveFeed } from '@vigie/engine';
import { openRedisFeed } from '@vigie/redis';

import type { Ledger } from './ledger.ts';

/** What a frame said of itself. */
interface Said {
  readonly epoch: number;
  readonly seq: number;
}

/**
 * Listens to the live feed in Redis itself, before any gateway: which part of the log a frame is of, and that no owner
 * publishes after a later one has begun (I3).
 */
export class FeedRecorder {
  readonly #ledger: Ledger;
  readonly #last = new Map<string, Said>();
  /** First offsets not in the figures, by centre, epoch and instant: several while an owner catches up. */
  readonly #offsets = new Map<string, Set<bigint>>();
  #feed: LiveFeed | undefined;
  frames = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  async start(url: string): Promise<void> {
    this.#feed = openRedisFeed({ url });
    await this.#feed.subscribe(
      (frame) => this.#hear(frame),
      () => this.#lose(),
    );
  }

  async stop(): Promise<void> {
    await this.#feed?.close();
  }

  /** The one offset that the figures of that instant are of; `undefined` when the frame was not heard, or tells of two. */
  offsetOf(centre: string, epoch: number, asOfMs: number): bigint | undefined {
    const offsets = this.#offsets.get(`${centre} ${epoch} ${asOfMs}`);
    return offsets?.size === 1 ? [...offsets][0] : undefined;
  }

  /** Redis was restarted, or has forgotten: what comes may follow on anything. */
  #lose(): void {
    this.#last.clear();
  }

  #hear({ epoch, seq, header, complete }: FeedFrame): void {
    this.frames += 1;
    const { centre, asOfMs, nextOffset } = header;
    const before = this.#last.get(centre);
    this.#last.set(centre, { epoch, seq });
    if (nextOffset !== undefined) {
      const key = `${centre} ${epoch} ${asOfMs}`;
      const known = this.#offsets.get(key);
      if (known === undefined) this.#offsets.set(key, new Set([BigInt(nextOffset)]));
      else known.add(BigInt(nextOffset));
    }
    if (before === undefined) return;
    this.#ledger.compared('I3 frames in the order of epochs');
    const place = `centre ${centre}: frame ${epoch}/${seq} after ${before.epoch}/${before.seq}`;
    if (epoch < before.epoch) this.#ledger.violated('I3', `${place}: an earlier owner published`);
    if (epoch === before.epoch && seq <= before.seq) this.#ledger.violated('I3', `${place}: published twice`);
    if (epoch === before.epoch && seq > before.seq + 1 && !complete)
      this.#ledger.violated('I3', `${place}: frames between were refused or lost`);
    if (epoch > before.epoch && !complete)
      this.#ledger.violated('I3', `${place}: the first frame of an epoch is not complete`);
  }
}
