import type { CanonicalEvent } from '@vigie/contracts';

/** What a connector hands over at once; small enough to be one request or one record. */
export interface ConnectorBatch {
  readonly events: readonly CanonicalEvent[];
  /**
   * Where the connector would go on after this batch: JSON-safe and opaque. To be kept once the batch is safe, and
   * given back at the next start. Only valid to be called before the promise of `emit` settles. Absent: the source
   * can't be asked again for what it said before.
   */
  readonly position?: () => unknown;
}

/**
 * Takes a batch over: resolves once the log has it. The connector reads no further meanwhile (back-pressure), and
 * offers the same batch again, with growing pauses, when it rejects.
 */
export type Emit = (batch: ConnectorBatch) => Promise<void>;

export interface ConnectorStatus {
  /** `waiting`: its vendor's side is not there (no file, no connection); `failing`: the last attempt went wrong. */
  readonly state: 'idle' | 'waiting' | 'running' | 'failing' | 'stopped';
  /** Last thing that went wrong, for a person to read; gone when it works again. */
  readonly fault?: string;
  /** What was read, made and left out, by name; they only grow. */
  readonly counts: Readonly<Record<string, number>>;
}

/** A live source: the only thing ingest knows of a vendor. */
export interface SourceConnector {
  /** The `source` of its events and of its heartbeats. */
  readonly source: string;
  /**
   * Runs until the signal is aborted or `stop` is called, then resolves; rejects only with what waiting can't mend.
   * May be called once.
   */
  start(emit: Emit, signal: AbortSignal): Promise<void>;
  /** Ends the run, and resolves when nothing more will be emitted. Harmless when it isn't running. */
  stop(): Promise<void>;
  /**
   * For heartbeats: everything that happened up to this instant (milliseconds since 1970) has been emitted and
   * accepted; `undefined` while nothing can be vouched for. By the clock of this machine.
   */
  upTo(): number | undefined;
  status(): ConnectorStatus;
}
