import type { Change, FeedFrame, FeedReader, LiveFeed } from '@vigie/engine';
import { Attempts, type Health, type Logger } from '@vigie/service-kit';
import { Standstill } from './standstill.ts';

export interface FeedLinkOptions {
  readonly feed: LiveFeed;
  readonly reader: FeedReader;
  readonly clock: () => number;
  readonly health: Health;
  readonly logger: Logger;
  readonly onChange: (change: Change) => void;
}

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5000;
const SILENCE_CHECK_MS = 2000;
/** Owners speak every second: without a word for so long the store itself is asked. */
const QUIET_MS = 1200;
const ASK_EVERY_MS = 250;
/** It answers within a millisecond when it is well. */
const SLOW_ANSWER_MS = 500;

/**
 * Keeps a reader up to date: frames as they come, the whole feed whenever some are missing. Until a reading succeeds
 * what is held ages visibly, and the next attempt is never further than {@link RETRY_MAX_MS} away.
 */
export class FeedLink {
  readonly #options: FeedLinkOptions;
  readonly #gate: ReturnType<Health['gate']>;
  #unsubscribe: (() => Promise<void>) | undefined;
  #attempt: Promise<void> | undefined;
  #reading = false;
  #wanted = false;
  #retryMs = RETRY_MIN_MS;
  #timer: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;
  readonly #store = new Attempts('the store of the live feed does not answer', SLOW_ANSWER_MS);
  #asking: NodeJS.Timeout | undefined;
  #isAsked = false;
  #heardAt = performance.now();
  readonly #standstill = new Standstill(performance.now());
  #stopped = false;
  /** Readings after the first: how often frames were missed. */
  rereads = -1;

  constructor(options: FeedLinkOptions) {
    this.#options = options;
    this.#gate = options.health.gate('live feed', 'not read yet');
    options.health.ready('live feed store', () => this.#store.trouble);
  }

  /** Subscribes and reads, once; what fails is tried again in the background. */
  async start(): Promise<void> {
    this.#silence = setInterval(() => this.#breakSilence(), SILENCE_CHECK_MS);
    this.#asking = setInterval(() => void this.#askStore(), ASK_EVERY_MS);
    this.#read();
    await this.#attempt;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#silence);
    clearInterval(this.#asking);
    await this.#attempt;
    await this.#unsubscribe?.();
  }

  #apply(frame: FeedFrame): void {
    const { reader, clock, onChange } = this.#options;
    this.#heardAt = performance.now();
    const outcome = reader.apply(frame, this.#standstill.saidMs(this.#heardAt, clock()));
    if (outcome === 'gap') this.#read();
    else if (outcome !== 'ignored') onChange(outcome);
  }

  /** So that readiness knows within two seconds that the store is away, and frames are read as soon as it is back. */
  async #askStore(): Promise<void> {
    this.#standstill.runs(performance.now(), this.#options.clock());
    const wasAway = this.#store.trouble !== undefined;
    if (this.#isAsked || (!wasAway && performance.now() - this.#heardAt < QUIET_MS)) return;
    this.#isAsked = true;
    const askedAt = performance.now();
    try {
      await this.#store.watch(this.#options.feed.ping());
      if (wasAway || performance.now() - askedAt > SLOW_ANSWER_MS) this.#readNow();
    } catch {
      // what it said is what readiness says
    } finally {
      this.#isAsked = false;
    }
  }

  /** Reads without waiting for the next attempt. */
  #readNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#retryMs = RETRY_MIN_MS;
    this.#read();
  }

  /** A subscription can die without a word: what is silent is looked for in the store. */
  #breakSilence(): void {
    const { reader, clock } = this.#options;
    const nowMs = clock();
    for (const centre of reader.centres) {
      if (centre.header !== undefined && centre.isSilent(nowMs)) return this.#read();
    }
  }

  /** One reading at a time; what asks during one gets another after it. */
  #read(): void {
    this.#wanted = true;
    if (this.#reading || this.#timer !== undefined || this.#stopped) return;
    this.#reading = true;
    this.#wanted = false;
    this.#attempt = this.#readOnce().then(
      (again) => this.#after(again ? 'again' : 'done'),
      (error: unknown) => {
        this.#options.logger.warn({ err: error, retryMs: this.#retryMs }, 'the live feed cannot be read');
        this.#gate.close('cannot be read');
        this.#after('failed');
      },
    );
  }

  async #readOnce(): Promise<boolean> {
    const { feed, reader, clock, onChange } = this.#options;
    this.#unsubscribe ??= await feed.subscribe(
      (frame) => this.#apply(frame),
      () => this.#readNow(),
    );
    const states = await feed.readAll();
    if (this.#stopped) return false;
    const { changes, again } = reader.load(states, clock());
    this.rereads += 1;
    this.#gate.open();
    for (const change of changes) onChange(change);
    return again;
  }

  /** A reading that did not close the gap, or failed, is followed by one a little later. */
  #after(result: 'done' | 'again' | 'failed'): void {
    this.#reading = false;
    if (this.#stopped) return;
    if (result === 'done' && !this.#wanted) {
      this.#retryMs = RETRY_MIN_MS;
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#read();
    }, this.#retryMs);
    this.#retryMs = Math.min(RETRY_MAX_MS, this.#retryMs * 2);
  }
}
