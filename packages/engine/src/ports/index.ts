export * from './event-log.ts';
export * from './checkpoint-store.ts';
export * from './live-feed.ts';
export * from './owner.ts';
