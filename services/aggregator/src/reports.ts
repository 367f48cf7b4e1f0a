import {
  archivedDay,
  correctRebuilt,
  finalReports,
  finish,
  nextFinished,
  nextMatured,
  recentHistory,
  wholeHistory,
  type CheckpointStore,
  type EventLog,
  type Finished,
  type History,
  type LiveCentre,
  type PartitionProcessor,
  type Stretch,
} from '@vigie/engine';
import type { Logger } from '@vigie/service-kit';

/** After a failure the log is left alone for this long, ms. */
const RETRY_AFTER_MS = 5000;
const KEEP_DAYS_MS = 400 * 86_400_000;

/**
 * Tells the topic `vigie.reports` the rows that have become final, quarter hour by quarter hour, each once: what was told
 * is part of the checkpoint. A row told again after a crash is the same, under the same key.
 */
export class Reports {
  readonly #processor: PartitionProcessor;
  readonly #log: Pick<EventLog, 'storeReports'>;
  readonly #checkpoints: Pick<CheckpointStore, 'archived'>;
  readonly #logger: Logger;
  readonly #onTold: () => void;
  #running: Promise<void> | undefined;
  #notBefore = 0;

  /** `onTold`: how far was told has changed, and is to be committed. */
  constructor(
    processor: PartitionProcessor,
    parts: {
      readonly log: Pick<EventLog, 'storeReports'>;
      readonly checkpoints: Pick<CheckpointStore, 'archived'>;
      readonly logger: Logger;
    },
    onTold: () => void,
  ) {
    this.#processor = processor;
    this.#log = parts.log;
    this.#checkpoints = parts.checkpoints;
    this.#logger = parts.logger;
    this.#onTold = onTold;
  }

  /** Tells the next quarter hour that is final, if there is one; cheap to ask. */
  tell(): void {
    if (this.#running !== undefined || performance.now() < this.#notBefore) return;
    for (const centre of this.#processor.centres.values()) {
      const finished = nextFinished(centre);
      const matured = finished === undefined ? nextMatured(centre) : undefined;
      const next = finished ?? matured;
      if (next === undefined) continue;
      const telling = finished === undefined ? this.#tellMatured(centre, next) : this.#tellOf(centre, next);
      this.#running = this.#guarded(centre, telling).finally(() => (this.#running = undefined));
      return;
    }
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #guarded(centre: LiveCentre, telling: Promise<void>): Promise<void> {
    try {
      await telling;
      this.#onTold();
    } catch (error) {
      this.#notBefore = performance.now() + RETRY_AFTER_MS;
      this.#logger.warn({ err: error, centre: centre.name }, 'final rows could not be kept');
    }
  }

  async #tellOf(centre: LiveCentre, { quarter, day }: Finished): Promise<void> {
    if (quarter.toMs <= (centre.finality.rebuiltUntilMs ?? Number.NEGATIVE_INFINITY)) {
      const range = { centre: centre.name, kind: 'quarter' as const, ...quarter };
      correctRebuilt(
        centre,
        quarter,
        await this.#checkpoints.archived(this.#processor.options.partition, range),
      );
    }
    await this.#log.storeReports(finalReports(centre, '15m', quarter));
    if (day !== undefined) await this.#tellDay(centre, day, await this.#historyOf(centre, day.fromMs), false);
    centre.finality.reportedUntilMs = quarter.toMs;
    centre.finality.maturedUntilMs ??= quarter.fromMs;
  }

  /** Rows whose provisional figures are certain now take the place of those told before. */
  async #tellMatured(centre: LiveCentre, { quarter, day }: Finished): Promise<void> {
    const history = await this.#historyOf(centre, quarter.fromMs, quarter.toMs);
    await this.#log.storeReports(finalReports(centre, '15m', quarter, history, true));
    if (day !== undefined)
      await this.#tellDay(centre, day, await this.#historyOf(centre, day.fromMs, day.toMs), true);
    centre.finality.maturedUntilMs = quarter.toMs;
  }

  async #tellDay(centre: LiveCentre, day: Stretch, history: History, matured: boolean): Promise<void> {
    const reports = finalReports(centre, 'day', day, history, matured);
    await this.#log.storeReports(reports);
    if (matured && reports.length === 0) return;
    const { keepDaysMs = KEEP_DAYS_MS } = this.#processor.options;
    centre.finality.addDay(archivedDay(centre, day, history, keepDaysMs));
  }

  /** What was counted from an instant on, at least until another. */
  async #historyOf(centre: LiveCentre, fromMs: number, untilMs = Number.POSITIVE_INFINITY): Promise<History> {
    const reach = { fromMs, toMs: Math.min(untilMs, centre.finality.storedUntilMs) };
    if (reach.fromMs >= reach.toMs) return recentHistory(centre);
    const range = { centre: centre.name, kind: 'quarter' as const, ...reach };
    const parts = await this.#checkpoints.archived(this.#processor.options.partition, range);
    return finish(wholeHistory(centre, reach, parts));
  }
}
