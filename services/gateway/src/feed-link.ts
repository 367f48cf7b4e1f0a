import type { Change, FeedFrame, FeedReader, LiveFeed } from '@vigie/engine';
import type { Health, Logger } from '@vigie/service-kit';

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
  #stopped = false;
  /** Readings after the first: how often frames were missed. */
  rereads = -1;

  constructor(options: FeedLinkOptions) {
    this.#options = options;
    this.#gate = options.health.gate('live feed', 'not read yet');
  }

  /** Subscribes and reads, once; what fails is tried again in the background. */
  async start(): Promise<void> {
    this.#silence = setInterval(() => this.#breakSilence(), SILENCE_CHECK_MS);
    this.#read();
    await this.#attempt;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#silence);
    await this.#attempt;
    await this.#unsubscribe?.();
  }

  #apply(frame: FeedFrame): void {
    const { reader, clock, onChange } = this.#options;
    const outcome = reader.apply(frame, clock());
    if (outcome === 'gap') this.#read();
    else if (outcome !== 'ignored') onChange(outcome);
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
      () => this.#read(),
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
