import type { MetricSample } from '@vigie/service-kit';

const BOUNDS_SECONDS = [0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** A cumulative histogram of delays in seconds, kept in plain numbers and rendered at scrape. */
export class DelayHistogram {
  readonly #buckets = BOUNDS_SECONDS.map(() => 0);
  #count = 0;
  #sum = 0;

  observe(seconds: number): void {
    const index = BOUNDS_SECONDS.findIndex((bound) => seconds <= bound);
    if (index >= 0) this.#buckets[index]!++;
    this.#count++;
    this.#sum += seconds;
  }

  samples(): MetricSample[] {
    let below = 0;
    const buckets = BOUNDS_SECONDS.map((bound, index) => {
      below += this.#buckets[index]!;
      return { suffix: '_bucket' as const, labels: { le: String(bound) }, value: below };
    });
    return [
      ...buckets,
      { suffix: '_bucket', labels: { le: '+Inf' }, value: this.#count },
      { suffix: '_sum', value: this.#sum },
      { suffix: '_count', value: this.#count },
    ];
  }
}
