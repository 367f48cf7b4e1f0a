export { openKafkaLog, type KafkaLog } from './event-log.ts';
export { type KafkaLogger, type KafkaLogOptions, partitionOf, topicNames, type Topics } from './options.ts';
export { inspectKafka, type KafkaFindings, type TopicFindings } from './inspect.ts';
export { kafkaOptions } from './settings.ts';
