export * from './ports/index.ts';
export * from './processor/centre-state.ts';
export * from './processor/live-centre.ts';
export * from './query/live-rows.ts';
export * from './query/measure-rows.ts';
export * from './query/past.ts';
export * from './fanout/index.ts';
