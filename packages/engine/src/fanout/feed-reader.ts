import type { FeedFrame, FeedState } from '../ports/live-feed.ts';
import { CentreView } from './centre-view.ts';
import type { CentrePlan } from './empty-rows.ts';
import type { Changed } from './merged-feed.ts';

/** What a reading of the feed changed. */
export interface Change {
  readonly centre: CentreView;
  readonly changed: Changed;
}

/** Centres of the feed, each made at its first word. The centres that are `known` are there from the beginning. */
export class FeedReader {
  readonly #centres = new Map<string, CentreView>();
  readonly #planOf: (centre: string) => CentrePlan;
  readonly #maxCentres: number;
  /** Frames of centres beyond the limit. */
  refused = 0;

  constructor(options: {
    readonly planOf: (centre: string) => CentrePlan;
    readonly known: readonly string[];
    readonly maxCentres: number;
    readonly nowMs: number;
  }) {
    this.#planOf = options.planOf;
    this.#maxCentres = options.maxCentres;
    for (const id of options.known) this.#centreOf(id, options.nowMs);
  }

  get centres(): Iterable<CentreView> {
    return this.#centres.values();
  }
  centre(id: string): CentreView | undefined {
    return this.#centres.get(id);
  }

  /** `gap`: frames of this centre are missing; read the feed and {@link load} it. */
  apply(frame: FeedFrame, nowMs: number): Change | 'ignored' | 'gap' {
    const centre = this.#centreOf(frame.header.centre, nowMs);
    if (centre === undefined) return 'ignored';
    const outcome = centre.apply(frame, nowMs);
    return outcome.kind === 'applied' ? { centre, changed: outcome.changed } : outcome.kind;
  }

  /** `again`: frames are missing still. */
  load(states: readonly FeedState[], nowMs: number): { readonly changes: Change[]; readonly again: boolean } {
    const changes: Change[] = [];
    let again = false;
    for (const state of states) {
      const centre = this.#centreOf(state.header.centre, nowMs);
      if (centre === undefined) continue;
      const outcome = centre.load(state, nowMs);
      if (outcome.kind === 'ignored') continue;
      changes.push({ centre, changed: 'all' });
      again ||= outcome.kind === 'gap';
    }
    return { changes, again };
  }

  #centreOf(id: string, nowMs: number): CentreView | undefined {
    const held = this.#centres.get(id);
    if (held !== undefined) return held;
    if (this.#centres.size >= this.#maxCentres) {
      this.refused += 1;
      return undefined;
    }
    const made = new CentreView(id, this.#planOf(id), nowMs);
    this.#centres.set(id, made);
    return made;
  }
}
