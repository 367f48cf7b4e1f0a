import { HEARTBEAT_EVERY_MS } from './limits.ts';
import { heartbeatEvent, type SystemEvent } from './system-events.ts';

/** A source that this process reads itself, as far as heartbeats need it. */
export interface VouchedSource {
  readonly centre: string;
  readonly source: string;
  /** Everything up to here has been accepted; `undefined` while it can't vouch. */
  upToMs(): number | undefined;
}

export interface HeartbeatOptions {
  /** Resolves once the log has all of them. */
  readonly append: (events: readonly SystemEvent[]) => Promise<void>;
  readonly centres: () => readonly string[];
  readonly sources: () => readonly VouchedSource[];
  readonly clock: () => number;
}

/**
 * Appends a heartbeat for every known centre every {@link HEARTBEAT_EVERY_MS}, the first one at once. While one is
 * still on its way no other is begun; one that fails is not repeated, for the next says more. Answers how to stop.
 */
export function startHeartbeats(options: HeartbeatOptions): () => void {
  let isUnderWay = false;
  const beat = async () => {
    if (isUnderWay) return;
    isUnderWay = true;
    await options.append(heartbeatsOf(options)).catch(() => undefined);
    isUnderWay = false;
  };
  void beat();
  const timer = setInterval(() => void beat(), HEARTBEAT_EVERY_MS);
  return () => clearInterval(timer);
}

/** One heartbeat a centre; a source that can't vouch is left out, and so goes stale. */
export function heartbeatsOf({ centres, sources, clock }: Omit<HeartbeatOptions, 'append'>): SystemEvent[] {
  const nowMs = clock();
  const vouching = sources().flatMap(({ centre, source, upToMs: ask }) => {
    const upToMs = ask();
    return upToMs === undefined ? [] : [{ centre, source, upToMs }];
  });
  return centres().map((centre) =>
    heartbeatEvent(
      centre,
      vouching.filter((source) => source.centre === centre),
      nowMs,
    ),
  );
}
