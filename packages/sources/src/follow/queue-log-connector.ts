import type { ConnectorStatus, Emit, SourceConnector } from '../connector.ts';
import { followQueueLog, type FollowQueueLogOptions, type QueueLogFollower } from './queue-log-follower.ts';

export type QueueLogConnectorOptions = Omit<FollowQueueLogOptions, 'onEvents' | 'signal'>;

/** The `asterisk-queue-log` source: follows the file of a PBX on this machine. */
export class QueueLogConnector implements SourceConnector {
  readonly source: string;
  readonly #options: QueueLogConnectorOptions;
  readonly #stopping = new AbortController();
  #follower: QueueLogFollower | undefined;
  #isStopped = false;

  constructor(options: QueueLogConnectorOptions) {
    this.source = options.source;
    this.#options = options;
  }

  async start(emit: Emit, signal: AbortSignal): Promise<void> {
    if (this.#follower !== undefined) throw new Error(`${this.source} was started already: it starts once`);
    this.#follower = followQueueLog({
      ...this.#options,
      onEvents: ({ events, position }) => emit({ events, position }),
      signal: AbortSignal.any([signal, this.#stopping.signal]),
    });
    try {
      await this.#follower.done;
    } finally {
      this.#isStopped = true;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    // A failure is told by the promise of `start`.
    await this.#follower?.done.catch(() => undefined);
  }

  upTo(): number | undefined {
    return this.#follower?.upTo();
  }

  status(): ConnectorStatus {
    const follower = this.#follower;
    if (follower === undefined) return { state: 'idle', counts: {} };
    const { lines, events, skipped, forgottenCalls } = follower.counts();
    const counts: Record<string, number> = { lines, events, forgottenCalls };
    for (const [reason, n] of Object.entries(skipped)) counts[`skipped.${reason}`] = n;
    if (this.#isStopped) return { state: 'stopped', counts };
    const fault = follower.fault();
    if (fault !== undefined) return { state: 'failing', fault, counts };
    return { state: follower.path() === undefined ? 'waiting' : 'running', counts };
  }
}
