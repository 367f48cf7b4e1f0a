import { type FeedHealth, type FeedState } from '@vigie/client';

import { formatDuration } from '../format.ts';
import type { ScreenStanding, Sources } from './answers.ts';
import type { Moment } from './moment.ts';

export interface Line {
  readonly label: string;
  readonly value: string;
  readonly isBad: boolean;
}
export interface HealthView {
  readonly lines: readonly Line[];
  readonly sources: readonly {
    readonly source: string;
    readonly upTo: string;
    readonly state: string;
    readonly restarts: string;
    readonly isBad: boolean;
  }[];
  readonly gaps: readonly string[];
  readonly screens: readonly {
    readonly screen: string;
    readonly state: string;
    readonly page: string;
    readonly isBad: boolean;
  }[];
  readonly accounts: readonly Line[];
}

/** Consumed further behind than this is worth a look. */
const LAG_MS = 10_000;

/** How the feed of the page, the sources and the pipeline stand. */
export function healthView(
  feed: FeedState,
  health: FeedHealth,
  sources: Sources | null,
  screens: readonly ScreenStanding[] | null,
  { context, desk }: Moment,
): HealthView {
  const { formats, text, atMs } = context;
  const words: Readonly<Record<string, string>> = { ...text.reasons, ...text.refusals, ...desk.feedReasons };
  const reason = health.reason === null ? '' : ` (${words[health.reason] ?? health.reason})`;
  const lag = feed.serverWatermarkMs === null ? null : Math.max(0, atMs - feed.serverWatermarkMs);
  return {
    lines: [
      {
        label: desk.state,
        value: `${desk.states[health.state] ?? health.state}${health.state === 'live' ? '' : reason}${
          health.sinceMs === null || health.state === 'live'
            ? ''
            : `, ${text.since(formats.time(health.sinceMs))}`
        }`,
        isBad: health.state !== 'live',
      },
      {
        label: desk.age,
        value: health.ageMs === null ? '—' : formatDuration(health.ageMs / 1000),
        isBad: health.ageMs === null || health.ageMs > LAG_MS,
      },
      {
        label: `${desk.lag} (${desk.lagHint})`,
        value:
          feed.serverWatermarkMs === null || lag === null
            ? '—'
            : `${formats.time(feed.serverWatermarkMs)} (−${formatDuration(lag / 1000)})`,
        isBad: lag !== null && lag > LAG_MS,
      },
      { label: desk.reconnections, value: formats.count(feed.attempts), isBad: feed.attempts > 0 },
    ],
    sources: (sources?.sources ?? []).map(({ source, upToMs, silent, restarts }) => ({
      source,
      upTo: upToMs === null ? '—' : formats.time(upToMs),
      state: upToMs === null ? desk.notWatched : silent ? desk.silent : desk.speaks,
      restarts: formats.count(restarts),
      isBad: silent,
    })),
    screens: (screens ?? []).map(({ screen, state, sinceMs, page }) => ({
      screen,
      state: `${desk.screenStates[state] ?? state}${sinceMs === null ? '' : ` ${text.since(formats.time(sinceMs))}`}`,
      page,
      isBad: state !== 'live',
    })),
    gaps: (sources?.gaps ?? []).map(
      ({ source, fromMs, toMs }) =>
        `${source}${text.colon} ${formats.dateTime(fromMs)} – ${formats.dateTime(toMs)}`,
    ),
    accounts: Object.entries(sources?.accounts ?? {}).map(([account, count]) => ({
      label: desk.accountNames[account] ?? account,
      value: formats.count(count),
      isBad: (account === 'late' || account === 'rejected' || account === 'future') && count > 0,
    })),
  };
}
