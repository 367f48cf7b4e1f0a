import { NO_NAMES, type Names, readKpiNames, readQueueNames } from './names.ts';

/** The same-origin API of the page: its REST calls and its WebSocket, with the screen's key where there is one. */
export interface Api {
  get(path: string): Promise<unknown>;
  /** Address for one connection to the live feed: with a key, a ticket is fetched first. */
  liveUrl(): Promise<string>;
}

/** `base` is the folder of the page; `key` an access key with the role `read`, or `null` where access is open. */
export function sameOriginApi(base: string, key: string | null): Api {
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const call = async (path: string, method: string): Promise<unknown> => {
    const response = await fetch(new URL(path, base).href, { method, headers });
    if (!response.ok) throw new Error(`${method} ${path}: status ${response.status}, expected 200`);
    return response.json();
  };
  return {
    get: (path) => call(path, 'GET'),
    async liveUrl() {
      const url = new URL('v1/live', base);
      url.protocol = url.protocol.replace('http', 'ws');
      if (key !== null) {
        const { ticket } = (await call('v1/tickets', 'POST')) as { ticket?: string };
        if (typeof ticket !== 'string') throw new Error('POST v1/tickets: no ticket in the answer');
        url.searchParams.set('ticket', ticket);
      }
      return url.href;
    },
  };
}

const RETRY_MS = 10_000;
/** Queues come and go while a wall hangs. */
const REFRESH_MS = 300_000;

/**
 * Keeps the names of queues and KPIs, from `GET /v1/queues` and `/v1/kpis`, asked again until they answer and every five
 * minutes after. The page works without: ids stand in for names.
 */
export function watchNames(api: Api, onNames: (names: Names) => void): void {
  let names = NO_NAMES;
  const ask = async (): Promise<void> => {
    let again = REFRESH_MS;
    try {
      const [queues, kpis] = await Promise.all([api.get('v1/queues'), api.get('v1/kpis')]);
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
