import { formatInstant, type FigureState, type HeartbeatMessage } from '@vigie/contracts';
import type { CentreView } from '@vigie/engine';

const WORST_FIRST: readonly FigureState[] = ['stale', 'recovering', 'incomplete', 'live'];

/** What can be said of several centres at once: the worst of their states, and the least watermark. */
export function heartbeatOf(centres: readonly CentreView[], nowMs: number): HeartbeatMessage {
  const statuses = centres.map((centre) => centre.status(nowMs));
  const worst = WORST_FIRST.flatMap((state) => statuses.filter((status) => status.state === state))[0];
  const watermarks = centres.map(({ watermarkMs }) => watermarkMs);
  const known = watermarks.filter((watermarkMs) => watermarkMs !== null);
  const complete = known.length > 0 && known.length === watermarks.length;
  return {
    op: 'heartbeat',
    now: formatInstant(nowMs),
    watermark: complete ? formatInstant(Math.min(...known)) : null,
    ...(worst ?? { state: 'stale' }),
  };
}
