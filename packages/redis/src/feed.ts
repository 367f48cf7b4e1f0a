import type { FeedFrame, FeedState, LiveFeed } from '@vigie/engine';

import { type Client, close, connect, ping, ready, type RedisConnectionOptions, run } from './connection.ts';
import { fieldChanges, stateOf } from './feed-fields.ts';
import { Keys } from './keys.ts';
import { publish } from './scripts/publish.ts';

interface Subscriber {
  readonly onFrame: (frame: FeedFrame) => void;
  readonly onGap: () => void;
}

/** The live feed on Redis: a hash per centre and a pub/sub channel per partition. Connects in the background. */
export function openRedisFeed(options: RedisConnectionOptions): LiveFeed {
  return new RedisFeed(options);
}

class RedisFeed implements LiveFeed {
  readonly #options: RedisConnectionOptions;
  readonly #client: Client;
  readonly #keys: Keys;
  /** KPIs that a centre has had since its last complete frame, by the key of its hash. */
  readonly #kpis = new Map<string, Set<string>>();
  readonly #subscribers = new Set<Subscriber>();
  /** A connection that subscribes can do nothing else. */
  #listening: Promise<Client> | undefined;
  #closed = false;

  constructor(options: RedisConnectionOptions) {
    this.#options = options;
    this.#keys = new Keys(options.keyPrefix ?? 'vigie');
    this.#client = connect(options);
  }

  async publish(frame: FeedFrame): Promise<'published' | 'fenced'> {
    const { partition, epoch, seq, header } = frame;
    const live = this.#keys.live(partition, header.centre);
    const kpis = (frame.complete ? undefined : this.#kpis.get(live)) ?? new Set();
    this.#kpis.set(live, kpis);
    const { deleted, written } = fieldChanges(frame, kpis);
    for (const row of frame.rows) for (const kpi of Object.keys(row.kpis)) kpis.add(kpi);
    if (frame.complete) {
      await ready(this.#client);
      await this.#client.sadd(this.#keys.partitions(), partition);
    }
    const answer = await run(
      this.#client,
      publish,
      [this.#keys.fence(partition), live, this.#keys.centres(partition)],
      [
        epoch,
        seq,
        frame.complete ? 1 : 0,
        JSON.stringify(header),
        header.centre,
        this.#keys.channel(partition),
        JSON.stringify(frame),
        deleted.length,
        ...deleted,
        ...written,
      ],
    );
    if (answer === 'published' || answer === 'fenced') return answer;
    throw new Error(
      `centre ${header.centre}: frame of epoch ${epoch}, seq ${seq} does not follow what the feed holds (${answer}): publish a complete frame`,
    );
  }

  async readAll(): Promise<readonly FeedState[]> {
    await ready(this.#client);
    const partitions = (await this.#client.smembers(this.#keys.partitions())).map(Number);
    const states = await Promise.all(
      partitions.map(async (partition) => {
        const centres = await this.#client.smembers(this.#keys.centres(partition));
        return await Promise.all(
          centres.map(async (centre) => {
            return stateOf(partition, await this.#client.hgetall(this.#keys.live(partition, centre)));
          }),
        );
      }),
    );
    return states.flat().filter((state) => state !== undefined);
  }

  async subscribe(onFrame: (frame: FeedFrame) => void, onGap: () => void): Promise<() => Promise<void>> {
    if (this.#closed) throw new Error('the live feed is closed');
    this.#listening ??= this.#listen().catch((error: unknown) => {
      this.#listening = undefined;
      throw error;
    });
    await this.#listening;
    const subscriber = { onFrame, onGap };
    this.#subscribers.add(subscriber);
    return async () => void this.#subscribers.delete(subscriber);
  }

  async ping(): Promise<void> {
    await ping(this.#client);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#subscribers.clear();
    const listening = await this.#listening?.catch(() => undefined);
    await Promise.all([close(this.#client), listening === undefined ? undefined : close(listening)]);
  }

  async #listen(): Promise<Client> {
    const client = connect(this.#options);
    const subscribe = async (): Promise<void> => void (await client.psubscribe(this.#keys.channels()));
    try {
      await ready(client);
      await subscribe();
    } catch (error) {
      await close(client);
      throw error;
    }
    client.on('pmessage', (_pattern: string, _channel: string, message: string) => {
      const frame = JSON.parse(message) as FeedFrame;
      for (const { onFrame } of [...this.#subscribers]) onFrame(frame);
    });
    // Subscribed again first: what is published from then on comes, what was before is the gap.
    client.on('ready', () => {
      subscribe().then(
        () => {
          for (const { onGap } of [...this.#subscribers]) onGap();
        },
        () => client.disconnect(true),
      );
    });
    return client;
  }
}
