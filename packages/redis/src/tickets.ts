import { close, connect, ready, type RedisConnectionOptions } from './connection.ts';
import { Keys } from './keys.ts';

/** Tickets that several gateways share: one made by any is good at any, once. */
export interface RedisTickets {
  /** Keeps whose ticket it is for so long. */
  put(digest: string, holder: string, lifeMs: number): Promise<boolean>;
  /** Takes it out; `undefined` when there is none (any more). Of several who ask at once, one gets it. */
  take(digest: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Connects in the background. A ticket whose reply was lost may be gone: its holder asks for another. */
export function openRedisTickets(options: RedisConnectionOptions): RedisTickets {
  const keys = new Keys(options.keyPrefix ?? 'vigie');
  const client = connect(options);
  return {
    async put(digest, holder, lifeMs) {
      await ready(client);
      await client.set(keys.ticket(digest), holder, 'PX', lifeMs);
      return true;
    },
    async take(digest) {
      await ready(client);
      return (await client.getdel(keys.ticket(digest))) ?? undefined;
    },
    close: async () => await close(client),
  };
}
