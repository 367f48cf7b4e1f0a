import { setTimeout as sleep } from 'node:timers/promises';
import { formatInstant } from '@vigie/contracts';
import type { Positions } from '@vigie/ingest';
import type { SourceConnector } from '@vigie/sources';
import { eventsUrl, postOnce } from '../replay/post.ts';

/** How often the service is told up to when everything was delivered: it waits for five seconds. */
const VOUCH_EVERY_MS = 2000;

export interface ConnectOptions {
  /** Address of the service. */
  readonly to: string;
  /** Under which the position is kept. */
  readonly name: string;
  readonly centre: string | undefined;
  readonly connector: SourceConnector;
  readonly positions: Positions;
  readonly fetch: typeof fetch;
}

export interface ConnectListener {
  /** The service took a batch. */
  delivered(events: number): void;
  /** It did not take one, for this reason; the batch is offered again. */
  failed(reason: string): void;
  /** It refused an event for good. */
  refused(id: string, reason: string): void;
}

/**
 * Posts what a connector reads until the signal is aborted, then resolves. A batch counts as delivered when the service
 * has answered for it, and only then is the position kept: whatever dies, what follows is posted again, and events told
 * twice count once. All the while the service is told up to when everything was delivered.
 */
export async function runConnector(
  options: ConnectOptions,
  listener: ConnectListener,
  signal: AbortSignal,
): Promise<void> {
  const { to, name, connector, positions } = options;
  const vouching = vouch(options, signal);
  await connector.start(async ({ events, position }) => {
    const lines = events.map((event) => JSON.stringify(event));
    const { rejected } = await postOnce(eventsUrl(to), lines, options).catch((error: unknown) => {
      // the connector offers the batch again, with growing pauses
      listener.failed((error as Error).message);
      throw error;
    });
    for (const { index, reason } of rejected) listener.refused(events[index]?.id ?? '', reason);
    if (position !== undefined) await positions.save(name, position());
    listener.delivered(events.length - rejected.length);
  }, signal);
  await vouching;
}

/** One word every two seconds, as long as the connector can give it; one that is lost is not repeated. */
async function vouch(options: ConnectOptions, signal: AbortSignal): Promise<void> {
  const { to, connector } = options;
  while (!signal.aborted) {
    const upToMs = connector.upTo();
    if (upToMs !== undefined) {
      await postOnce(eventsUrl(to), [heartbeat(options, upToMs)], options).catch(() => undefined);
    }
    await sleep(VOUCH_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

function heartbeat({ centre, connector: { source } }: ConnectOptions, upToMs: number): string {
  const upTo = formatInstant(upToMs);
  return JSON.stringify({
    specversion: '1.0',
    id: `heartbeat-${upTo}`,
    source,
    type: 'vigie.source.heartbeat',
    time: upTo,
    subject: '*',
    ...(centre === undefined ? {} : { centre }),
    data: { upTo },
  });
}
