/** Launchers of real servers, for tests. Conformance suites, generators and the oracle have entry points of their own. */
export { type Child, type ChildExit, type ChildOptions, startChild } from './servers/child.ts';
export { launchBrowser } from './servers/browser.ts';
export { temporaryDirectory } from './servers/guardian.ts';
export { installKafka, isKafkaInstalled, KAFKA_VERSION } from './servers/kafka-install.ts';
export { type KafkaOptions, type KafkaServer, startKafka } from './servers/kafka.ts';
export { freePort } from './servers/ports.ts';
export { type Proxy, type ProxyMode, type Rewriter, startProxy } from './servers/proxy.ts';
export {
  type PrometheusOptions,
  type PrometheusServer,
  type Sample,
  startPrometheus,
} from './servers/prometheus.ts';
export { redisCommand, type RedisOptions, type RedisServer, startRedis } from './servers/redis.ts';
export { sharedKafka, sharedRedis, uniqueName } from './servers/shared.ts';
export {
  MissingServerError,
  repositoryRoot,
  requireTool,
  type Tool,
  TOOLS,
  whereIs,
} from './servers/tools.ts';
export { spawnVigie, type Vigie, type VigieOptions } from './servers/vigie.ts';
export { GaveUpError, waitFor, type WaitOptions } from './servers/wait.ts';
