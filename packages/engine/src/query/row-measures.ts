import { ALL } from '@vigie/contracts';
import { MEASURES, Present, Totals, type GroupView, type Measures } from '@vigie/metrics';
import type { LiveCentre } from '../processor/live-centre.ts';
import type { WindowSpec } from './window-spec.ts';

interface Held {
  /** Of the parts that `totals` were made of. */
  version: number;
  totals: Totals;
}

/**
 * The measures of one row, read off a live centre: those of a group, or of the channels of a queue added up. Totals of
 * several groups are added up again only when one of them moved.
 */
export class RowMeasures {
  readonly queue: string;
  readonly channel: string;
  readonly #centre: LiveCentre;
  readonly #views: readonly GroupView[];
  readonly #windows: readonly WindowSpec[];
  readonly #held: readonly Held[];
  readonly #today: Held = { version: -1, totals: new Totals(MEASURES) };

  /** `windows`: the rolling ones in the order the timeline has them, `today` anywhere. */
  constructor(
    centre: LiveCentre,
    windows: readonly WindowSpec[],
    name: { readonly queue: string; readonly channel: string },
    groups: readonly number[],
  ) {
    this.queue = name.queue;
    this.channel = name.channel;
    this.#centre = centre;
    this.#windows = windows;
    this.#views = groups.map((group) => centre.timeline.group(group));
    this.#held = windows.map(() => ({ version: -1, totals: new Totals(MEASURES) }));
  }

  /** How many groups it adds up. */
  get groups(): number {
    return this.#views.length;
  }

  /** The measures by window, as they are now; `versions` rise when the totals of a window move. */
  read(): { readonly measures: readonly Measures[]; readonly versions: readonly number[] } {
    const { now } = this.#centre.timeline;
    const present = this.#present();
    const today = this.#refresh(
      this.#today,
      this.#views.map((view) => view.today),
    );
    let rolling = 0;
    const versions: number[] = [];
    const measures = this.#windows.map(({ sizeMs }, w): Measures => {
      const index = sizeMs === undefined ? undefined : rolling++;
      const held =
        index === undefined
          ? today
          : this.#refresh(
              this.#held[w]!,
              this.#views.map((view) => view.windows[index]!),
            );
      versions.push(held.version);
      return {
        totals: held.totals,
        today: today.totals,
        present,
        maxWaitMs: this.#maxOf(index),
        nowMs: now,
        rolling: index !== undefined,
      };
    });
    return { measures, versions };
  }

  /** Versions only rise, so that their sum tells whether one did. */
  #refresh(held: Held, parts: readonly Totals[]): Held {
    let version = 0;
    for (const part of parts) version += part.version;
    if (held.version === version) return held;
    held.version = version;
    if (parts.length === 1) held.totals = parts[0]!;
    else {
      held.totals = new Totals(MEASURES);
      for (const part of parts) held.totals.add(part);
    }
    return held;
  }

  #present(): Present {
    if (this.#views.length === 1) return this.#views[0]!.present;
    const present = new Present(MEASURES);
    for (const view of this.#views) present.add(view.present);
    return present;
  }

  #maxOf(index: number | undefined): number | undefined {
    let most: number | undefined;
    for (const view of this.#views) {
      const max = index === undefined ? view.maxToday() : view.max(index);
      if (max !== undefined && max > (most ?? -1)) most = max;
    }
    return most;
  }
}

/** The groups that the merged row of a queue adds up: none when it takes one channel only. */
export function mergedGroups(centre: LiveCentre, queue: string): readonly number[] {
  const leaves = queue === ALL ? [] : centre.facts.groups.channelsOf(queue);
  return leaves.length < 2 ? [] : leaves;
}
