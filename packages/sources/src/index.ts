export * from './asterisk-queue-log/index.ts';
