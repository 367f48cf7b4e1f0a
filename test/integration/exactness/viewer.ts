import { connectLive, type LiveFeed, type LiveSocket } from '@vigie/client';
import type { KpiValue, Row, SnapshotDocument } from '@vigie/contracts';
import { WebSocket } from 'ws';

/** Follows everything of one centre, over every reconnection, until it is closed. */
export function watchCentre(url: string, centre: string, channels: readonly string[]): LiveFeed {
  const address = `${url.replace(/^http/, 'ws')}/v1/live`;
  const createSocket = (to: string): LiveSocket => new WebSocket(to) as unknown as LiveSocket;
  return connectLive({ url: address, centre, channels: [...channels], createSocket });
}

/** What a viewer shows at an instant: ages count on by themselves. */
export function shownAt(rows: Iterable<Row>, atMs: number): Row[] {
  return [...rows].map((row) => ({
    ...row,
    kpis: Object.fromEntries(Object.entries(row.kpis).map(([id, figure]) => [id, aged(figure, atMs)])),
  }));
}

function aged(figure: KpiValue, atMs: number): KpiValue {
  const { since } = figure;
  return since === undefined ? figure : { ...figure, value: Math.max(0, (atMs - Date.parse(since)) / 1000) };
}

/** The first few figures that a viewer shows otherwise than the snapshot says; empty when they agree. */
export function differencesToSnapshot(feed: LiveFeed, document: SnapshotDocument): string[] {
  const atMs = Date.parse(document.asOf);
  const text = (rows: Iterable<Row>): Map<string, string> =>
    new Map(
      shownAt(rows, atMs).flatMap(({ queue, channel, window, kpis }) =>
        Object.entries(kpis).map(([id, figure]) => [
          `${queue} ${channel} ${window} ${id}`,
          JSON.stringify(Object.entries(figure).sort(([a], [b]) => (a < b ? -1 : 1))),
        ]),
      ),
    );
  const shown = text(feed.state.rows.values());
  const expected = text(document.rows);
  const keys = new Set([...shown.keys(), ...expected.keys()]);
  return [...keys]
    .filter((key) => shown.get(key) !== expected.get(key))
    .slice(0, 10)
    .map((key) => `${key}: shown ${shown.get(key)}, snapshot ${expected.get(key)}`);
}
