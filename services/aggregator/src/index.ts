export { start, type AggregatorAdapters } from './start.ts';
