import { Keys } from './keys.ts';
import { close, connect, ready, type Client, type RedisConnectionOptions } from './connection.ts';

/** What Redis says of itself. */
export interface RedisFindings {
  readonly version: string;
  readonly role: string;
  readonly maxmemoryPolicy: string;
  /** Bytes; `undefined`: without limit. */
  readonly maxmemory: number | undefined;
  readonly usedMemory: number;
  readonly appendOnly: boolean;
  /** Did the last write of the append-only file and the last snapshot go well? */
  readonly writesWell: boolean;
  /** When snapshots are made, as `CONFIG GET save` has it; empty: never; `undefined`: it does not tell. */
  readonly snapshots: string | undefined;
  /** Its clock minus ours, ms, to within the time that the answer took. */
  readonly clockAheadMs: number;
  /** Of the checkpoints that are there. */
  readonly heads: readonly Uint8Array[];
}

/** Asks Redis about what its checkpoints depend on; changes nothing. Rejects with the reason when it cannot be asked. */
export async function inspectRedis(options: RedisConnectionOptions): Promise<RedisFindings> {
  const client = connect(options);
  try {
    await ready(client);
    const info = await client.info();
    const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
    return {
      version: field('redis_version'),
      role: field('role'),
      maxmemoryPolicy: field('maxmemory_policy'),
      maxmemory: Number(field('maxmemory')) || undefined,
      usedMemory: Number(field('used_memory')),
      appendOnly: field('aof_enabled') === '1',
      writesWell: field('aof_last_write_status') !== 'err' && field('rdb_last_bgsave_status') !== 'err',
      snapshots: await snapshots(client),
      clockAheadMs: await clockAhead(client),
      heads: await headsOf(client, new Keys(options.keyPrefix ?? 'vigie')),
    };
  } finally {
    await close(client);
  }
}

/** Of the partitions that ever published. */
async function headsOf(client: Client, keys: Keys): Promise<readonly Uint8Array[]> {
  const partitions = (await client.smembers(keys.partitions())).map(Number);
  const heads = await Promise.all(
    partitions.map(async (partition) => await client.getBuffer(keys.head(partition))),
  );
  return heads.filter((head) => head !== null);
}

/** Hosted servers hide their configuration. */
async function snapshots(client: Client): Promise<string | undefined> {
  try {
    const [, value] = (await client.call('config', 'get', 'save')) as readonly [string, string?];
    return value;
  } catch {
    return undefined;
  }
}

async function clockAhead(client: Client): Promise<number> {
  const began = Date.now();
  const [seconds, micros] = (await client.call('time')) as readonly [string, string];
  const midway = (began + Date.now()) / 2;
  return Math.round(Number(seconds) * 1000 + Number(micros) / 1000 - midway);
}
