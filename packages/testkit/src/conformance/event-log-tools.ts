import type { DeadLetter, EventLog, NewRecord } from '@vigie/engine';
import { bytes } from './bytes.ts';

export interface EventLogUnderTest {
  /** A handle on the log, in the same consumer group as the others: for Kafka a client of its own. */
  open(): Promise<EventLog>;
  /** Dead letters as stored, oldest first. */
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** What is kept of reports, by key. */
  reports(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

/** How long a test waits for what must come. */
export const WAIT_MS = 45_000;
/** For a consumer whose end would be a fault of the test's subject. */
export const fail = (error: Error): void => {
  throw error;
};
export const record = (key: string, value: string): NewRecord => ({ key, value: bytes(value) });
export const numbered = (prefix: string, length: number): string[] =>
  Array.from({ length }, (_, n) => `${prefix}${n}`);
