export { openRedisBoard, type RedisBoard } from './board.ts';
export { openRedisCheckpoints } from './checkpoints.ts';
export type { RedisConnectionOptions, RedisLogger, RedisPlace } from './connection.ts';
export { openRedisFeed } from './feed.ts';
export { inspectRedis, type RedisFindings } from './inspect.ts';
export { Keys } from './keys.ts';
export { openRedisTickets, type RedisTickets } from './tickets.ts';
export { redisOptions } from './settings.ts';
