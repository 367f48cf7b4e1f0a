export { start, type IngestAdapters, type RunningIngest } from './start.ts';
export type { IntakeResult, RejectedEvent } from './intake.ts';
export { LogUnavailableError } from './log-writer.ts';
export { runIngest } from './main.ts';
export { openPositions, type Positions } from './positions.ts';
