export { start, type AggregatorAdapters } from './start.ts';
export { runAggregator } from './main.ts';
