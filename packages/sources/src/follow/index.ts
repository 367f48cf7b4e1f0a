export { persist, systemClock, type FollowClock } from './clock.ts';
export { decodeUtf8, LineSplitter, type WholeLine } from './lines.ts';
export { QueueLogConnector, type QueueLogConnectorOptions } from './queue-log-connector.ts';
export {
  followQueueLog,
  idHash,
  type FollowQueueLogOptions,
  type QueueLogBatch,
  type QueueLogFollower,
  type QueueLogPosition,
  type QueueLogSettings,
  type RejectedLine,
} from './queue-log-follower.ts';
export { readQueueLog, type QueueLogInput, type ReadBatch } from './read-queue-log.ts';
