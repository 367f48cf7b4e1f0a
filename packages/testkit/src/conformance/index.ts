/**
 * One conformance suite per port: the guarantees that the ports' docstrings state, as tests that every adapter passes
 * against the real thing. Call a suite from a test file of the adapter's package.
 */
export { checkpointStoreConformance, type CheckpointStoreUnderTest } from './checkpoint-store.ts';
export { eventLogConformance, type EventLogUnderTest } from './event-log.ts';
export { liveFeedConformance, type LiveFeedUnderTest } from './live-feed.ts';
