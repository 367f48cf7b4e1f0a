import { isMerged, WAIT_BOUNDS_SECONDS, type FeedCounters } from '@vigie/engine';
import { labelText, type MetricSample } from '@vigie/service-kit';

/** Histogram samples of `vigie_wait_seconds`: buckets add up in Prometheus, in the feed they stand for themselves. */
export function waitSamples(centre: string, counters: ReadonlyMap<string, FeedCounters>): MetricSample[] {
  const samples: MetricSample[] = [];
  for (const { queue, channel, waits } of counters.values()) {
    if (isMerged({ queue, channel, window: '' })) continue;
    for (const [outcome, { buckets, sum, count }] of Object.entries(waits)) {
      const labels = labelText({ centre, queue, channel, outcome });
      let upTo = 0;
      for (const [index, bound] of WAIT_BOUNDS_SECONDS.entries()) {
        upTo += buckets[index] ?? 0;
        samples.push({ value: upTo, labels: `${labels},le="${bound}"`, suffix: '_bucket' });
      }
      samples.push({ value: count, labels: `${labels},le="+Inf"`, suffix: '_bucket' });
      samples.push({ value: sum, labels, suffix: '_sum' }, { value: count, labels, suffix: '_count' });
    }
  }
  return samples;
}
