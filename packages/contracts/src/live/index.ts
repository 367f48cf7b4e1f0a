export * from './corrections.ts';
export * from './rows.ts';
export * from './protocol.ts';
export * from './alarms.ts';
export * from './topics.ts';
