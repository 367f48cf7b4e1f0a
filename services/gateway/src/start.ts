import { FeedReader, type LiveFeed, type Owners } from '@vigie/engine';
import type { RunningService, ServiceContext } from '@vigie/service-kit';
import { FeedLink } from './feed-link.ts';
import { LiveServer } from './live/live-server.ts';
import { planner } from './plan.ts';
import { feedFamilies, gatewayFamilies } from './prometheus/feed-families.ts';
import { kpiFamilies } from './prometheus/kpi-families.ts';
import { addRoutes } from './rest/routes.ts';
import { Fleet, type Board } from './screens/fleet.ts';
import { screenFamilies } from './screens/families.ts';
import { addScreensRoute } from './screens/route.ts';
import { Screens } from './screens/screens.ts';
import { addWallboard } from './wall/pages.ts';
import { addWallRoute } from './wall/route.ts';

export interface GatewayAdapters {
  readonly feed: LiveFeed;
  /** Asked for what the feed does not hold. */
  readonly owners: Owners;
  /** Where gateways tell each other of their screens; absent: there is one gateway. */
  readonly board?: Board;
}

/**
 * Serves the live feed: REST, WebSocket, Prometheus metrics and the wallboard. Stateless: what it holds it read from
 * the feed, so that as many run as viewers need. The feed stays its owner's to close.
 */
export async function start(
  context: ServiceContext,
  { feed, owners, board }: GatewayAdapters,
): Promise<RunningService> {
  const { configuration, clock, health, http, logger, metrics } = context;
  const reader = new FeedReader({
    planOf: planner(configuration),
    known: [configuration.centre],
    maxCentres: configuration.limits.centres,
    nowMs: clock(),
  });
  addRoutes(http, { configuration, reader, owners, clock });
  const build = await addWallboard(http, { basePath: configuration.server.basePath, logger });
  addWallRoute(http, configuration, build);
  const screens = new Screens(() => http.access.screens);
  const fleet = new Fleet({ screens, board, clock, logger });
  addScreensRoute(http, fleet);
  const live = new LiveServer({
    ...{ server: http.server, configuration, reader, owners, clock, logger },
    access: http.access,
    screens,
  });
  const onChange = live.changed.bind(live);
  const link = new FeedLink({ feed, reader, clock, health, logger, onChange });
  const removals = [
    metrics.collect(() => kpiFamilies(reader.centres, configuration.prometheus, clock())),
    metrics.collect(() => screenFamilies(screens.list(clock()), screens.refused)),
    metrics.collect(() => [...feedFamilies(reader.centres, clock()), ...gatewayFamilies(live, link)]),
  ];
  const stop = async () => {
    for (const remove of removals) remove();
    fleet.stop();
    await link.stop();
    await live.stop();
  };
  await link.start();
  live.open();
  return { stop };
}
