import { setTimeout as pause } from 'node:timers/promises';

import { seeded, shuffle } from '@vigie/testkit/generator';
import type { OracleConfig, OracleEvent } from '@vigie/testkit/oracle';

import { post } from '../integration/exactness/sender.ts';
import { makeStory, type Story } from '../integration/exactness/story.ts';
import type { Ledger } from './ledger.ts';

/** Contacts of each centre in a chapter, and the requests that it is cut into. */
const CONTACTS = 8;
const BATCHES = 40;
const BATCH_EVERY_MS = 600;
/** Batches that can be sent once more. */
const KEPT_BATCHES = 20;
const RETRY_MS = 50;
const FUTURE_MS = 45_000;

/**
 * Senders that may lose nothing: events of chance, shuffled, a third of them twice, sent until they are acknowledged,
 * over whatever happens. Chapter by chapter, each about the last three quarters of an hour.
 */
export class Traffic {
  readonly #url: string;
  readonly #seed: number;
  readonly #centres: readonly string[];
  readonly #ledger: Ledger;
  readonly #random;
  readonly config: OracleConfig;
  #chapters = 0;
  #queue: (readonly OracleEvent[])[] = [];
  #held = true;
  /** To the end of the chapter without pauses, and no further. */
  #hurried = false;
  #stopped = false;
  #lanes: Promise<void>[] = [];
  #busy = 0;
  /** Of the next chapter, from what it would be. */
  #skewMs = 0;
  /** The last that were acknowledged. */
  readonly #sent: (readonly OracleEvent[])[] = [];
  /** Events that were acknowledged: the log has each of them. */
  readonly promised = new Map<string, OracleEvent>();
  acknowledged = 0;
  retries = 0;

  constructor(url: string, options: { seed: number; centres: readonly string[]; ledger: Ledger }) {
    this.#url = url;
    this.#seed = options.seed;
    this.#centres = options.centres;
    this.#ledger = options.ledger;
    this.#random = seeded(options.seed);
    this.config = this.#chapter().config;
  }

  start(): void {
    this.#held = false;
    this.#lanes = [this.#lane(), this.#lane()];
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#lanes);
  }

  /** Sends the chapter to its end, so that every contact is told whole, and nothing after it. */
  async hold(): Promise<void> {
    this.#hurried = true;
    while (this.#busy > 0 || this.#queue.length > 0) await pause(5);
    this.#hurried = false;
    this.#held = true;
  }

  release(): void {
    this.#held = false;
  }

  /** Sends the last so many batches once more, in between. */
  again(batches: number): void {
    this.#queue = [...this.#sent.slice(-batches), ...this.#queue];
  }

  /** The next chapter comes at once, from producers whose clocks are off by so much. */
  skewed(byMs: number): void {
    this.#skewMs = byMs;
    this.#queue = [...shuffle([...this.#chapter().batches, ...this.#queue], this.#seed + this.#chapters)];
  }

  async #lane(): Promise<void> {
    while (!this.#stopped) {
      if (this.#held || (this.#hurried && this.#queue.length === 0)) {
        await pause(5);
        continue;
      }
      this.#busy += 1;
      await this.deliver(this.#next()).finally(() => (this.#busy -= 1));
      if (!this.#hurried) await pause(BATCH_EVERY_MS * (0.5 + this.#random.next()));
    }
  }

  #next(): readonly OracleEvent[] {
    if (this.#queue.length === 0) this.#queue = [...this.#chapter().batches];
    return this.#queue.shift() ?? [];
  }

  #chapter(): Story {
    this.#chapters += 1;
    const story = makeStory({
      seed: this.#seed * 1000 + this.#chapters * 10,
      centres: this.#centres,
      contacts: CONTACTS,
      batches: BATCHES,
      endMs: Date.now() + FUTURE_MS + this.#skewMs,
    });
    this.#skewMs = 0;
    // sources of their own: one that restarts ends the talks of its chapter, not of those before
    const own = (event: OracleEvent): OracleEvent => ({
      ...event,
      source: `${event.source}/${this.#chapters}`,
    });
    // figures of a whole day that every chapter would tell anew
    const isOfDay = ({ type }: OracleEvent): boolean => type === 'vigie.business.figure';
    const batches = story.batches.map((batch) => batch.filter((event) => !isOfDay(event)).map(own));
    return { ...story, batches: batches.filter(({ length }) => length > 0) };
  }

  /** Sends until it is acknowledged. What is right and refused is a violation. */
  async deliver(batch: readonly OracleEvent[]): Promise<void> {
    try {
      while (!(await post(this.#url, batch))) {
        this.retries += 1;
        await pause(RETRY_MS);
      }
      this.acknowledged += 1;
      for (const event of batch) this.promised.set(`${event.source} ${event.id}`, event);
      this.#sent.push(batch);
      if (this.#sent.length > KEPT_BATCHES) this.#sent.shift();
    } catch (error) {
      this.#ledger.violated('I14', `what was right was refused: ${(error as Error).message.slice(0, 400)}`);
    }
  }
}
