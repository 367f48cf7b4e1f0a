export { start, type AggregatorAdapters } from './start.ts';
export { CRASH_MOMENTS, CRASH_STEPS, withCrashPoint } from './crash-points.ts';
export { runAggregator } from './main.ts';
