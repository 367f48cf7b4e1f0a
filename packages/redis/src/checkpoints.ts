import type {
  CheckpointCommit,
  CheckpointStore,
  CommitResult,
  Epoch,
  Owner,
  StoredCheckpoint,
} from '@vigie/engine';

import { randomUUID } from 'node:crypto';

import { type Client, close, connect, ping, ready, type RedisConnectionOptions, run } from './connection.ts';
import { Keys } from './keys.ts';
import { Server } from './server.ts';
import { acquire } from './scripts/acquire.ts';
import { commit as commitScript } from './scripts/commit.ts';
import { forget } from './scripts/forget.ts';

const PAGES = 256;
/** Deltas that may be committed between asking which there are and reading them. */
const DELTA_MARGIN = 16;
const LOAD_ATTEMPTS = 10;
const FENCE_FIELDS = ['committedSeq', 'firstDelta'] as const;

/**
 * Checkpoints on Redis. Connects in the background: calls are rejected while there is no connection. `acquire` and
 * `commit` are sent once; a commit without reply may be repeated by the caller.
 */
export function openRedisCheckpoints(options: RedisConnectionOptions): CheckpointStore {
  return new RedisCheckpoints(options);
}

const DAY_MS = 86_400_000;
const dayOf = (timeMs: number): number => Math.floor(timeMs / DAY_MS);

class RedisCheckpoints implements CheckpointStore {
  readonly #client: Client;
  readonly #keys: Keys;
  readonly #server: Server;
  /** What this handle last acquired of a partition, and from which server: only that one can be asked to keep it. */
  readonly #acquired = new Map<
    number,
    { readonly epoch: Epoch; readonly token: string; readonly server: string | undefined }
  >();

  constructor(options: RedisConnectionOptions) {
    this.#keys = new Keys(options.keyPrefix ?? 'vigie');
    this.#client = connect(options);
    this.#server = new Server(this.#client);
  }

  async acquire(partition: number, owner: { readonly url: string }, atLeast: Epoch = 0): Promise<Epoch> {
    const server = await this.#server.identity();
    const token = randomUUID();
    const keys = [this.#keys.fence(partition)];
    const epoch = Number(await run(this.#client, acquire, keys, [atLeast, owner.url, token]));
    this.#acquired.set(partition, { epoch, token, server });
    return epoch;
  }

  async commit(partition: number, epoch: Epoch, commit: CheckpointCommit): Promise<CommitResult> {
    const { seq, head, delta, page, dropDeltasBelow, archive = [] } = commit;
    const acquired = this.#acquired.get(partition);
    if (acquired?.epoch !== epoch || acquired.server !== (await this.#server.identity())) return 'fenced';
    const keys = [this.#keys.fence(partition), this.#keys.head(partition), this.#keys.delta(partition, seq)];
    if (page !== undefined) {
      if (!Number.isInteger(page.index) || page.index < 0 || page.index >= PAGES) {
        throw new RangeError(`page ${page.index}: 0 to ${PAGES - 1} expected`);
      }
    }
    // Its place is taken even when there is none, so that what follows has a fixed one.
    keys.push(this.#keys.page(partition, page?.index ?? 0));
    for (const { kind, centre, startMs } of archive)
      keys.push(this.#keys.archive(partition, kind, centre, dayOf(startMs)));
    const deltaPrefix = this.#keys.deltaPrefix(partition);
    const rows = archive.flatMap(({ startMs, bytes, keepUntilMs, replaces }) => [
      `${startMs}:${seq}`,
      bytes,
      // A key goes as a whole: with the last of its day.
      Math.ceil((keepUntilMs + DAY_MS) / 1000),
      replaces === true ? `${startMs}:` : '',
    ]);
    const args = [
      epoch,
      seq,
      head,
      delta,
      page?.bytes ?? '',
      dropDeltasBelow,
      deltaPrefix,
      page === undefined ? 0 : 1,
      commit.replaces === true ? 1 : 0,
      this.#keys.pagePrefix(partition),
      acquired.token,
      ...rows,
    ];
    const answer = await run(this.#client, commitScript, keys, args);
    if (answer === 'committed' || answer === 'fenced') return answer;
    throw new RangeError(
      `seq ${seq} of epoch ${epoch}: ${answer}, after the last commit of the epoch before`,
    );
  }

  /** One consistent read: a MULTI over all keys, made again when deltas were added beyond what it asked for. */
  async load(partition: number): Promise<StoredCheckpoint | undefined> {
    await ready(this.#client);
    const fence = this.#keys.fence(partition);
    for (let attempt = 0; attempt < LOAD_ATTEMPTS; attempt += 1) {
      const [lastBefore, firstBefore] = await this.#client.hmget(fence, ...FENCE_FIELDS);
      if (typeof lastBefore !== 'string' || typeof firstBefore !== 'string') return undefined;
      const from = Number(firstBefore);
      const seqs = Array.from({ length: Number(lastBefore) - from + 1 + DELTA_MARGIN }, (_, n) => from + n);
      const answers = await this.#client
        .multi()
        .hmget(fence, ...FENCE_FIELDS)
        .getBuffer(this.#keys.head(partition))
        .mgetBuffer(seqs.map((seq) => this.#keys.delta(partition, seq)))
        .mgetBuffer(Array.from({ length: PAGES }, (_, index) => this.#keys.page(partition, index)))
        .exec();
      const [last, head, deltas, pages] = (answers ?? []).map(([error, value]) => {
        if (error !== null) throw error;
        return value;
      }) as [(string | null)[], Buffer | null, (Buffer | null)[], (Buffer | null)[]];
      if (Number(last[0]) > (seqs.at(-1) ?? 0)) continue;
      return {
        // Deleted or evicted although it was committed: whoever reads it sees that it is no checkpoint.
        head: head ?? new Uint8Array(0),
        pages: new Map(pages.flatMap((bytes, index) => (bytes === null ? [] : [[index, bytes] as const]))),
        deltas: deltas.flatMap((bytes, n) => (bytes === null ? [] : [{ seq: from + n, bytes }])),
      };
    }
    throw new Error(`partition ${partition}: another owner commits faster than its checkpoint can be read`);
  }

  async forget(partition: number): Promise<boolean> {
    await ready(this.#client);
    const keys = [this.#keys.fence(partition), this.#keys.head(partition)];
    const args = [this.#keys.pagePrefix(partition), this.#keys.deltaPrefix(partition)];
    return Number(await run(this.#client, forget, keys, args)) === 1;
  }

  async isForgotten(partition: number): Promise<boolean> {
    await ready(this.#client);
    return (await this.#client.hget(this.#keys.fence(partition), 'forgotten')) === '1';
  }

  async archived(
    partition: number,
    range: Parameters<CheckpointStore['archived']>[1],
  ): Promise<readonly { readonly startMs: number; readonly bytes: Uint8Array }[]> {
    await ready(this.#client);
    const { kind, centre, fromMs, toMs } = range;
    const parts: { startMs: number; seq: number; bytes: Uint8Array }[] = [];
    for (let day = dayOf(fromMs); day <= dayOf(toMs - 1); day++) {
      const fields = await this.#client.hgetallBuffer(this.#keys.archive(partition, kind, centre, day));
      for (const [field, bytes] of Object.entries(fields)) {
        const [startMs = 0, seq = 0] = field.split(':').map(Number);
        if (startMs >= fromMs && startMs < toMs) parts.push({ startMs, seq, bytes });
      }
    }
    return parts.sort((a, b) => a.startMs - b.startMs || a.seq - b.seq);
  }

  async owner(partition: number): Promise<Owner | undefined> {
    await ready(this.#client);
    const [url, epoch] = await this.#client.hmget(this.#keys.fence(partition), 'url', 'epoch');
    return typeof url !== 'string' || typeof epoch !== 'string' ? undefined : { url, epoch: Number(epoch) };
  }

  async ping(): Promise<void> {
    await ping(this.#client);
  }

  async close(): Promise<void> {
    await close(this.#client);
  }
}
