import { formatInstant } from '@vigie/contracts';
import type { LiveCentre } from '../processor/live-centre.ts';
import type { PartitionAccounts } from '../processor/partition.ts';
import { SOURCE_SILENCE_MS } from '../processor/sources.ts';
import type { AnswerContext, AnswerText } from './asked.ts';

/** A source of a centre's facts, and what is known of its standing. */
export interface SourceStanding {
  readonly source: string;
  /** Up to when it vouches; absent: it never did, and is not watched. */
  readonly upTo?: string;
  /** Watched, and silent for longer than a healthy source is. */
  readonly silent: boolean;
  readonly restarts: readonly string[];
}

/** The standing of a centre's feed. */
export interface CentreSources {
  readonly asOf: string;
  /** Everything up to this instant has been consumed, as far as the sources vouch. */
  readonly watermark: string | null;
  readonly sources: readonly SourceStanding[];
  readonly gaps: readonly { readonly source: string; readonly from: string; readonly to: string }[];
  /** What became of the events that were read with those of this centre. */
  readonly accounts: Readonly<PartitionAccounts>;
}

const NO_ACCOUNTS: PartitionAccounts = { applied: 0, duplicate: 0, late: 0, future: 0, rejected: 0 };

/** Where the facts of a centre come from, up to when each source vouches, and what is missing. */
export function* sourcesText(centre: LiveCentre, { accounts }: AnswerContext): AnswerText {
  const { facts, timeline } = centre;
  const { restarts, gaps, upTo } = facts.sources.store();
  const vouched = new Map(upTo);
  const restarted = new Map(restarts);
  const names = [...new Set([...vouched.keys(), ...restarted.keys(), ...gaps.map(({ source }) => source)])];
  const standing: CentreSources = {
    asOf: formatInstant(timeline.now),
    watermark: facts.sources.watermarkMs === undefined ? null : formatInstant(facts.sources.watermarkMs),
    sources: names.sort().map((source) => {
      const upToMs = vouched.get(source);
      return {
        source,
        ...(upToMs === undefined ? {} : { upTo: formatInstant(upToMs) }),
        silent: upToMs !== undefined && timeline.now - upToMs > SOURCE_SILENCE_MS,
        restarts: (restarted.get(source) ?? []).map(({ at }) => formatInstant(at)),
      };
    }),
    gaps: [...gaps, ...facts.sources.logGaps].map(({ source, fromMs, toMs }) => ({
      source,
      from: formatInstant(fromMs),
      to: formatInstant(toMs),
    })),
    accounts: { ...(accounts ?? NO_ACCOUNTS) },
  };
  yield JSON.stringify(standing);
}
