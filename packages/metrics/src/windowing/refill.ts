import { secondOf, type Buckets } from './buckets.ts';
import type { Visit } from './contribution.ts';
import type { EntryChanges } from './entry-changes.ts';
import type { Maxima } from './maxima.ts';
import type { MeasurePlan, Present, TotalsOfWindows } from './measures.ts';

/** What is kept of a group, and all groups in which it is counted, itself first. */
export interface Counting {
  readonly totals: TotalsOfWindows;
  readonly present: Present;
  readonly maxima: Maxima;
  readonly targets: readonly Counting[];
}

/** What a timeline lends to be stored and put back. */
export interface Lent {
  readonly plan: MeasurePlan;
  readonly buckets: Buckets;
  readonly rollingSeconds: readonly number[];
  readonly depthSeconds: number;
  /** Those there are, by number. */
  readonly groups: readonly (Counting | undefined)[];
  now(): number;
  group(id: number): Counting;
  /** The largest value in a bucket after all its retractions. */
  maxInBucket(group: Counting, second: number): number | undefined;
}

/** The part of a timeline that a checkpoint may have as it is: entries of buckets, from which windows are filled again. */
export class Refill {
  readonly #lent: Lent;

  constructor(lent: Lent) {
    this.#lent = lent;
  }

  /** What came into the buckets, and was taken out of them, since it was cleared. */
  get changes(): EntryChanges {
    return this.#lent.buckets.changes;
  }

  /** Calls `visit` for the entries that windows still need, of all seconds whose remainder by `pages` is `page`. */
  forEachOf(page: number, pages: number, visit: Visit): void {
    const { buckets, plan } = this.#lent;
    const now = this.#lent.now();
    for (const second of buckets.secondsOf(page, pages, this.#oldest() + 1))
      buckets.forEach(second, (group, at, code, value, sign) => {
        if (at > now || plan.effects[code]!.isCounted) visit(group, at, code, value, sign);
      });
  }

  /** Puts an entry back that a bucket had, or takes one out of those put back. It is none of the {@link changes}. */
  restore(group: number, at: number, code: number, value: number, sign: number, isTakenOut: boolean): void {
    if (secondOf(at) <= this.#oldest()) return;
    const { buckets } = this.#lent;
    if (!isTakenOut) buckets.restore(group, at, code, value, sign);
    else if (!buckets.takeOut(group, at, code, value, sign))
      throw new Error(`an entry dated ${at} is taken out that is not there (code ${code})`);
  }

  /** Puts an open item back, or a word about one that is open no more. */
  restoreOpen(group: number, code: number, value: number): void {
    const { present } = this.#lent.group(group);
    for (const { index, by } of this.#lent.plan.effects[code]!.opens) present.opens[index]!.move(value, by);
  }

  /** Fills the rolling windows from the buckets, once these have been put back. */
  fill(): void {
    const { plan, buckets, rollingSeconds: sizes, depthSeconds, groups } = this.#lent;
    const now = this.#lent.now();
    const last = secondOf(now);
    const bySize = [...sizes.keys()].sort((a, b) => sizes[a]! - sizes[b]!);
    for (let second = last - depthSeconds + 1; second <= last; second++) {
      const smallest = bySize.find((index) => last - second < sizes[index]!);
      const window = smallest === undefined ? 0 : 1 << smallest;
      const offering = new Set<Counting>();
      let isAnyLost = false;
      buckets.forEach(second, (group, at, code, value, sign) => {
        const effects = plan.effects[code]!;
        if (at > now || !effects.isCounted) return;
        const own = this.#lent.group(group);
        own.totals.apply(effects, value, sign, window);
        if (!effects.isMax) return;
        offering.add(own);
        if (sign < 0) isAnyLost = true;
        else if (!isAnyLost) for (const target of own.targets) target.maxima.offer(second, value);
      });
      if (isAnyLost) this.#offerAnew(second, offering);
    }
    spread(groups, bySize);
  }

  /** Offers the maxima of a bucket again of which some were taken back. */
  #offerAnew(second: number, offering: ReadonlySet<Counting>): void {
    const targets = new Set([...offering].flatMap((group) => group.targets));
    for (const target of targets) {
      target.maxima.dropAt(second);
      const best = this.#lent.maxInBucket(target, second);
      if (best !== undefined) target.maxima.offer(second, best);
    }
  }

  #oldest(): number {
    return secondOf(this.#lent.now()) - this.#lent.depthSeconds;
  }
}

/**
 * Completes totals that were filled with what happened in their own group alone, each thing in the smallest window that
 * holds it: what is in a window is in every larger one (`bySize`: from the smallest on), and in all that a group is
 * counted in.
 */
function spread(groups: readonly (Counting | undefined)[], bySize: readonly number[]): void {
  const counting = groups.filter((group) => group !== undefined);
  for (const { totals } of counting)
    for (let i = 1; i < bySize.length; i++) totals.each[bySize[i]!]!.add(totals.each[bySize[i - 1]!]!);
  // A group that is counted in fewer others is told first, so that it tells its own alone.
  for (const { totals, targets } of counting.toSorted((a, b) => a.targets.length - b.targets.length))
    for (const target of targets.slice(1))
      for (const window of bySize) target.totals.each[window]!.add(totals.each[window]!);
}
