import { pino, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from './config/environment.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** Name of the service, on every line. */
  readonly name: string;
  readonly level?: LogLevel;
  /** Default: standard error, written at once, so that the last line before a crash is there. */
  readonly destination?: DestinationStream;
}

const SECRETS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'headers.authorization',
  'headers.cookie',
];

/** Lines of JSON. Standard output is left to data. Fields that hold secrets are blanked. */
export function createLogger({ name, level = 'info', destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...SECRETS, ...SECRETS.map((path) => `*.${path}`)], censor: '(hidden)' },
    },
    destination ?? pino.destination({ fd: 2, sync: true }),
  );
}
