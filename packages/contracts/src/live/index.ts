export * from './rows.ts';
export * from './protocol.ts';
