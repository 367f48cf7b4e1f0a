export { start, type AggregatorAdapters } from './start.ts';
export { runAggregator, type AggregatorFlags } from './main.ts';
