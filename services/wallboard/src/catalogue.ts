import type { Api } from './api.ts';
import { type CentreNames, NO_NAMES, type Names, readCentre, readKpiNames, readQueueNames } from './names.ts';

const RETRY_MS = 10_000;
/** Queues come and go while a wall hangs. */
const REFRESH_MS = 300_000;

/** Calls now, and again after as long as it answers. */
function again(step: () => Promise<number>): void {
  void step().then((afterMs) => setTimeout(() => again(step), afterMs));
}

/**
 * Keeps the names of queues and KPIs, from `GET /v1/queues` and `/v1/kpis`, asked again until they answer and every five
 * minutes after. The page works without: ids stand in for names.
 */
export function watchNames(api: Api, onNames: (names: Names) => void, centre: string | null = null): void {
  let names = NO_NAMES;
  again(async () => {
    try {
      const [queues, kpis] = await Promise.all([api.get('v1/queues', { centre }), api.get('v1/kpis')]);
      names = { queues: readQueueNames(queues), kpis: readKpiNames(kpis) };
      onNames(names);
      return REFRESH_MS;
    } catch {
      // Named by their ids meanwhile; the feed tells about the connection.
      return RETRY_MS;
    }
  });
}

/** Keeps the centre's name and zone, as {@link watchNames} does; until they are known the browser's zone holds. */
export function watchCentre(api: Api, onCentre: (centre: CentreNames) => void): void {
  again(async () => {
    const body = await api.get('v1/wall').catch(() => null);
    if (body === null) return RETRY_MS;
    onCentre(readCentre(body));
    return REFRESH_MS;
  });
}
