import { checkConfiguration, type Configuration, type KpiValue } from '@vigie/contracts';
import type { FeedFrame, FeedRow, FeedState } from '../ports/live-feed.ts';
import type { CentrePlan } from './empty-rows.ts';
import { MergedFeed } from './merged-feed.ts';

export const NOW_MS = Date.UTC(2026, 10, 21, 10, 15);

export function configured(file: unknown = {}): Configuration {
  const result = checkConfiguration(file);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join());
  return result.configuration;
}

/** A plan of windows 30m and today, with the given queues of voice. */
export function planOf(...queues: readonly string[]): CentrePlan {
  return {
    windows: ['30m', 'today'],
    queues: queues.map((queue) => ({ queue, channels: ['voice'] as const, named: true })),
    presentation: configured({ queues: Object.fromEntries(queues.map((queue) => [queue, {}])) }).presentation,
  };
}

export function row(
  queue: string,
  kpis: Readonly<Record<string, KpiValue>>,
  more: Partial<FeedRow> = {},
): FeedRow {
  return { queue, channel: 'voice', window: '30m', state: 'live', ...more, kpis };
}

export function frame(seq: number, rows: readonly FeedRow[], more: Partial<FeedFrame> = {}): FeedFrame {
  const asOfMs = NOW_MS + seq * 100;
  return {
    partition: 0,
    epoch: 1,
    seq,
    header: { centre: 'default', asOfMs, watermarkMs: asOfMs, state: 'live', configVersion: 'v1' },
    complete: seq === 1,
    rows,
    removed: [],
    counters: [],
    ...more,
  };
}

/** The frame with other fields in its header. */
export function withHeader(base: FeedFrame, header: Partial<FeedFrame['header']>): FeedFrame {
  return { ...base, header: { ...base.header, ...header } };
}

/** What a feed holds after these frames. */
export function stateAfter(...frames: readonly FeedFrame[]): FeedState {
  const feed = new MergedFeed();
  for (const each of frames) {
    const { kind } = feed.apply(each, NOW_MS);
    if (kind !== 'applied') throw new Error(`frame ${each.epoch}/${each.seq} is ${kind}`);
  }
  const last = frames.at(-1);
  if (last === undefined) throw new Error('a feed without frames has no state');
  const { partition, epoch, seq, header } = last;
  return { partition, epoch, seq, header, rows: [...feed.rows.values()], counters: [...feed.counters] };
}
