import { formatDuration, type Configuration } from '@vigie/contracts';
import { fail, ok, warn, type Finding } from './finding.ts';

const HOUR_MS = 3_600_000;
/** Of the longest local day, by which "today" is measured. */
const LONGEST_DAY_MS = 25 * HOUR_MS;

/** How far back the log must reach so that a rebuild from it gives the same figures. */
export interface LogNeed {
  readonly ms: number;
  /** What asks for that. */
  readonly because: string;
  /** So far back conversations may have begun that are still open. */
  readonly openMs: number;
}

/**
 * The longest reach of anything that is shown: a rebuild needs the events of all of it, and of the lateness before,
 * since an event may tell of something that began earlier.
 */
export function neededLog({ semantic, windows, retention }: Configuration): LogNeed {
  const { allowedLatenessMs, maxAsyncAgeMs, maxHandlingAgeMs } = semantic.time;
  const reaches: readonly (readonly [string, number])[] = [
    ...windows.map(({ id, lengthMs }) => [`the window ${id}`, lengthMs ?? LONGEST_DAY_MS] as const),
    ['retention.fine', retention.fineMs],
    ['time.maxHandlingAge', maxHandlingAgeMs],
    ['cases.fcrWindow', semantic.cases.fcrWindowMs],
  ];
  const [because, ms] = reaches.reduce((longest, one) => (one[1] > longest[1] ? one : longest));
  return {
    ms: ms + allowedLatenessMs,
    because: `${because} (${formatDuration(ms)}) and time.allowedLateness`,
    openMs: maxAsyncAgeMs,
  };
}

/** Does what keeps the log keep enough of it? `where` names the setting. */
export function judgeRetention(where: string, keptMs: number | undefined, need: LogNeed): Finding {
  const needed = `${formatDuration(need.ms)} for ${need.because}`;
  if (keptMs === undefined) return ok(where, 'everything is kept');
  if (keptMs >= Math.max(need.ms, need.openMs)) {
    return ok(where, `${formatDuration(keptMs)}; a rebuild needs ${needed}`);
  }
  if (keptMs >= need.ms) {
    return warn(
      where,
      `${formatDuration(keptMs)}: conversations may be open for ${formatDuration(need.openMs)}`,
      `raise ${where} to that, or after a rebuild older open ones are missing`,
    );
  }
  return fail(
    where,
    `${formatDuration(keptMs)}: a rebuild needs ${needed}`,
    `raise ${where} to at least ${formatDuration(need.ms)}`,
  );
}
