import { close, connect, ready, type RedisConnectionOptions } from './connection.ts';
import { Keys } from './keys.ts';

/**
 * What processes of one kind tell each other of themselves: each has a place for its text, which is forgotten when it
 * falls silent.
 */
export interface RedisBoard {
  /** Puts a text into a place for so long, in place of the one before. */
  put(place: string, text: string, lifeMs: number): Promise<void>;
  /** What stands in all other places; of very many those that come first. */
  others(place: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** More places than any deployment has processes: further ones are not read. */
const MOST_PLACES = 100;

/** Connects in the background; `board` is its name. */
export function openRedisBoard(options: RedisConnectionOptions, board: string): RedisBoard {
  const keys = new Keys(options.keyPrefix ?? 'vigie');
  const client = connect(options);
  const index = keys.board(board);
  return {
    async put(place, text, lifeMs) {
      await ready(client);
      await client.set(keys.place(board, place), text, 'PX', lifeMs);
      await client.sadd(index, place);
    },
    async others(place) {
      await ready(client);
      const places = (await client.smembers(index)).filter((each) => each !== place).sort();
      const texts = await Promise.all(
        places.slice(0, MOST_PLACES).map(async (each) => {
          const text = await client.get(keys.place(board, each));
          if (text === null) await client.srem(index, each);
          return text;
        }),
      );
      return texts.filter((text) => text !== null);
    },
    close: async () => await close(client),
  };
}
