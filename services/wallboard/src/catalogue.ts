import type { Api } from './api.ts';
import { NO_NAMES, type Names, readKpiNames, readQueueNames } from './names.ts';

const RETRY_MS = 10_000;
/** Queues come and go while a wall hangs. */
const REFRESH_MS = 300_000;

/**
 * Keeps the names of queues and KPIs, from `GET /v1/queues` and `/v1/kpis`, asked again until they answer and every five
 * minutes after. The page works without: ids stand in for names.
 */
export function watchNames(api: Api, onNames: (names: Names) => void, centre: string | null = null): void {
  let names = NO_NAMES;
  const ask = async (): Promise<void> => {
    let again = REFRESH_MS;
    try {
      const [queues, kpis] = await Promise.all([api.get('v1/queues', { centre }), api.get('v1/kpis')]);
      names = { queues: readQueueNames(queues), kpis: readKpiNames(kpis) };
      onNames(names);
    } catch {
      // Named by their ids meanwhile; the feed tells about the connection.
      again = RETRY_MS;
    }
    setTimeout(() => void ask(), again);
  };
  void ask();
}
