import { checkpointStoreConformance, liveFeedConformance } from '@vigie/testkit/conformance';

import { plainPorts, SimRedis } from './sim-redis.ts';

/** The model that the simulation stands on keeps the same promises as Redis. */
checkpointStoreConformance('the simulated Redis', async () => {
  const redis = new SimRedis();
  return { open: async () => plainPorts(redis).checkpoints, close: async () => undefined };
});
liveFeedConformance('the simulated Redis', async () => {
  const redis = new SimRedis();
  return { open: async () => plainPorts(redis).feed, close: async () => undefined };
});
