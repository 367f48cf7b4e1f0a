export { openEmbedded, type Embedded } from './open.ts';
export type { EmbeddedLog, EmbeddedLogCounters, EmbeddedLogOptions } from './event-log.ts';
export { DirectoryInUseError } from './directory-lock.ts';
