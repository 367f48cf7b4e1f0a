export { createTraffic, DEFAULT_RATE, type TrafficOptions } from './traffic/create-traffic.ts';
export { dayShape } from './traffic/plan.ts';
export { SIMULATOR_SOURCE } from './traffic/world.ts';
export { demoConfiguration } from './demo-configuration.ts';
export { play, RefusedError, type PlayOptions, type Post } from './play.ts';
export { httpPost, type HttpPostOptions } from './http-post.ts';
export { start, BACKFILL_MS, type SimulatorAdapters, type SimulatorOptions } from './start.ts';
export { runSimulate, type SimulateFlags } from './main.ts';
