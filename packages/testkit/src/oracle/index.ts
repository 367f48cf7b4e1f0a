export * from './types.ts';
export * from './compare.ts';
export { foldCentre, type Centre } from './centre.ts';
export { configAt, durationMs, settingsOf, timelineOf } from './config.ts';
export { type FactSet, rootsOf, type Lateness, uniteFacts } from './facts.ts';
export { FORMULAS, serviceLevelNumbers } from './figures.ts';
export {
  oracleAccounts,
  oracleIntervals,
  oracleSnapshot,
  snapshotOf,
  WINDOWS,
  type IntervalOptions,
  type OracleOptions,
} from './snapshot.ts';
export { instantMs, localDayOf } from './time.ts';
