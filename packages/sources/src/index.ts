export * from './asterisk-queue-log/index.ts';
export * from './connector.ts';
export * from './follow/index.ts';
