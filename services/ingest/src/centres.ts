import type { EventLog } from '@vigie/engine';

import { configEvent, effectiveFrom, SINCE_EVER, type SystemEvent } from './system-events.ts';

export interface CentresOptions {
  readonly log: Pick<EventLog, 'configVersions' | 'storeConfigVersion'>;
  /** Resolves once the log has the event. */
  readonly append: (event: SystemEvent) => Promise<void>;
  readonly clock: () => number;
  /** The semantic configuration of this process, the same for every centre. */
  readonly semantic: { readonly version: string; readonly body: Readonly<Record<string, unknown>> };
  readonly futureToleranceMs: number;
  /** Centre that is known from the start. */
  readonly configured: string;
  readonly maxCentres: number;
}

/**
 * The centres this process knows, each with its semantic configuration in the log before its first event.
 *
 * A configuration goes to the event log first and is stored as a version after: a crash between the two appends it
 * once more at the next start, which is harmless; it is never left out.
 */
export class Centres {
  readonly #options: CentresOptions;
  readonly #announced = new Set<string>();
  readonly #underWay = new Map<string, Promise<void>>();
  /** Last stored version by centre; `undefined` until it was read. */
  #stored: Map<string, string> | undefined;
  #loading: Promise<Map<string, string>> | undefined;

  constructor(options: CentresOptions) {
    this.#options = options;
  }

  /** Those whose configuration is in the log. */
  known(): readonly string[] {
    return [...this.#announced];
  }

  /** Is it known, or about to be? */
  isKnown(centre: string): boolean {
    return this.#announced.has(centre) || this.#underWay.has(centre);
  }

  /** Is there room for one more beside `coming` others? Beyond the cap events of further centres are rejected. */
  hasRoom(coming: number): boolean {
    return this.#announced.size + this.#underWay.size + coming < this.#options.maxCentres;
  }

  /** Reads the stored versions, and announces the configuration to every centre that has one and to the configured. */
  async warmUp(): Promise<void> {
    const stored = await this.#load();
    const centres = [...new Set([this.#options.configured, ...stored.keys()])];
    for (const centre of centres.slice(0, this.#options.maxCentres)) await this.ensure(centre);
  }

  /** Resolves once the log has this process's configuration for the centre. Rejects when the log can't be asked. */
  async ensure(centre: string): Promise<void> {
    if (this.#announced.has(centre)) return;
    let announcing = this.#underWay.get(centre);
    if (announcing === undefined) {
      announcing = this.#announce(centre).finally(() => this.#underWay.delete(centre));
      this.#underWay.set(centre, announcing);
    }
    await announcing;
  }

  async #announce(centre: string): Promise<void> {
    const { log, append, clock, semantic, futureToleranceMs } = this.#options;
    const last = (await this.#load()).get(centre);
    if (last !== semantic.version) {
      const nowMs = clock();
      const from = last === undefined ? SINCE_EVER : effectiveFrom(nowMs, futureToleranceMs);
      const version = { ...semantic, effectiveFrom: from };
      await append(configEvent(centre, version, nowMs));
      await log.storeConfigVersion({ centre, ...version });
    }
    this.#announced.add(centre);
  }

  async #load(): Promise<Map<string, string>> {
    if (this.#stored !== undefined) return this.#stored;
    this.#loading ??= this.#options.log
      .configVersions()
      .then((versions) => new Map(versions.map(({ centre, version }) => [centre, version])))
      .finally(() => {
        this.#loading = undefined;
      });
    return (this.#stored = await this.#loading);
  }
}
