import type { EventLog, PartitionId } from '@vigie/engine';
import type { Logger } from '@vigie/service-kit';
import type { PartitionRunner } from './partition-runner.ts';

/** How often partitions are looked at. */
const LOOK_EVERY_MS = 1000;
/** A partition to which nothing was delivered for so long is looked up in the log, and asked for again. */
const QUIET_MS = 3000;
/** Records that came meanwhile wait for so long: whoever should deliver them does not. */
const STALLED_MS = 10_000;

interface Parts {
  readonly log: Pick<EventLog, 'bounds'>;
  readonly logger: Logger;
  readonly seek: (partition: PartitionId, offset: bigint) => void;
  readonly onFatal: (error: Error) => void;
  /** Of a clock that nobody sets, ms. */
  readonly now?: () => number;
}

/** What was seen of a partition. */
interface Seen {
  batches: number;
  sinceMs: number;
  /** Where the log ended when it was first found ahead; `undefined`: it is not. */
  end: bigint | undefined;
  askedAgain: boolean;
  /** The log did not answer when it was last asked. */
  away: boolean;
}

/**
 * Ends a process to which the log delivers nothing although records come: idle is not lack of progress, and nor is a
 * log that is away. What waits is asked for again first.
 */
export class ProgressWatch {
  readonly #runners: ReadonlyMap<PartitionId, PartitionRunner>;
  readonly #parts: Parts;
  readonly #now: () => number;
  readonly #seen = new WeakMap<PartitionRunner, Seen>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #over = false;

  constructor(runners: ReadonlyMap<PartitionId, PartitionRunner>, parts: Parts) {
    this.#runners = runners;
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One round; nothing while another is under way. */
  async look(): Promise<void> {
    if (this.#looking || this.#over) return;
    this.#looking = true;
    try {
      for (const runner of this.#runners.values()) await this.#lookAt(runner);
    } finally {
      this.#looking = false;
    }
  }

  async #lookAt(runner: PartitionRunner): Promise<void> {
    const now = this.#now();
    const seen = this.#seen.get(runner);
    if (seen === undefined || seen.batches !== runner.figures.batches) {
      this.#rest(runner, now);
      return;
    }
    if (!seen.away && now - seen.sinceMs < QUIET_MS) return;
    const { partition, processor } = runner;
    const end = await this.#endOf(partition);
    if (end === undefined) return this.#rest(runner, now, true);
    seen.away = false;
    if (end <= processor.nextOffset) return this.#rest(runner, now);
    seen.end ??= end;
    if (!seen.askedAgain) {
      seen.askedAgain = true;
      this.#parts.seek(partition, processor.nextOffset);
      return;
    }
    // Its last offsets may have no record: only one whose end still rises has some.
    if (now - seen.sinceMs < STALLED_MS || end === seen.end) return;
    this.stop();
    this.#over = true;
    this.#parts.onFatal(
      new Error(
        `partition ${partition}: ${end - processor.nextOffset} records wait in the log, and none was delivered for ${Math.round((now - seen.sinceMs) / 1000)} s although it answers`,
      ),
    );
  }

  #rest(runner: PartitionRunner, now: number, away = false): void {
    const { batches } = runner.figures;
    this.#seen.set(runner, { batches, sinceMs: now, end: undefined, askedAgain: false, away });
  }

  async #endOf(partition: PartitionId): Promise<bigint | undefined> {
    try {
      return (await this.#parts.log.bounds(partition)).end;
    } catch (error) {
      this.#parts.logger.debug({ err: error, partition }, 'the log does not answer');
      return undefined;
    }
  }
}
