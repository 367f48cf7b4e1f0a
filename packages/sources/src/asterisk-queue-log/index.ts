export {
  QueueLogMapper,
  type LineFate,
  type MappedLine,
  type QueueLogCounts,
  type QueueLogState,
} from './mapper.ts';
export { agentAliases, DEFAULT_LIMITS, type QueueLogOptions } from './options.ts';
