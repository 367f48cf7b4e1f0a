import type {
  CheckpointCommit,
  CheckpointStore,
  CommitResult,
  Epoch,
  FeedFrame,
  FeedRow,
  FeedState,
  LiveFeed,
  Owner,
  StoredCheckpoint,
} from '@vigie/engine';

import type { Happening } from './happenings.ts';

interface Held extends FeedState {
  readonly rows: readonly FeedRow[];
}

interface StoredPartition {
  epoch: Epoch;
  url: string;
  committed: { readonly epoch: Epoch; readonly seq: number } | undefined;
  /** What was committed was taken away on purpose. */
  forgotten: boolean;
  head: Uint8Array | undefined;
  pages: Map<number, Uint8Array>;
  deltas: Map<number, Uint8Array>;
  archive: { kind: string; centre: string; startMs: number; seq: number; bytes: Uint8Array }[];
  feedEpoch: Epoch;
  centres: Map<string, Held>;
}

/** What was accepted, for the audit. */
export type Accepted =
  | { readonly what: 'commit'; readonly partition: number; readonly epoch: Epoch; readonly seq: number }
  | { readonly what: 'frame'; readonly partition: number; readonly epoch: Epoch; readonly frame: FeedFrame };

/**
 * What the scripts in Redis do, as a model: one store for checkpoints and feed, so that both go back in time together.
 * Obeys the conformance suites of both ports.
 */
export class SimRedis {
  #partitions = new Map<number, StoredPartition>();
  readonly #subscribers = new Set<(frame: FeedFrame) => void>();
  onAccepted: (accepted: Accepted) => void = () => undefined;
  onMet: (what: Happening) => void = () => undefined;
  /** Rises whenever the server was another one. */
  runId = 1;

  acquire(partition: number, url: string, atLeast: Epoch): Epoch {
    const stored = this.#of(partition);
    this.onMet(stored.url === '' || stored.url === url ? 'partition taken' : 'partition taken from another');
    stored.epoch = Math.max(stored.epoch, atLeast) + 1;
    stored.url = url;
    return stored.epoch;
  }

  load(partition: number): StoredCheckpoint | undefined {
    const { head, pages, deltas } = this.#of(partition);
    if (head === undefined) return undefined;
    const inOrder = [...deltas].sort(([a], [b]) => a - b).map(([seq, bytes]) => ({ seq, bytes }));
    return { head, pages: new Map(pages), deltas: inOrder };
  }

  commit(partition: number, epoch: Epoch, commit: CheckpointCommit): CommitResult {
    const stored = this.#of(partition);
    if (stored.epoch !== epoch) this.onMet('commit of an earlier owner refused');
    if (stored.epoch !== epoch) return 'fenced';
    const { committed } = stored;
    if (committed !== undefined) {
      if (committed.epoch === epoch && committed.seq === commit.seq) {
        this.onMet('commit repeated');
        return 'committed';
      }
      if (commit.replaces !== true && commit.seq !== committed.seq + 1) {
        if (committed.epoch === epoch) return 'fenced';
        throw new Error(`seq ${commit.seq} of epoch ${epoch}: expected ${committed.seq + 1}`);
      }
    } else if (commit.replaces !== true && commit.seq !== 1) return 'fenced';
    if (commit.replaces === true) {
      stored.pages.clear();
      stored.deltas.clear();
    }
    stored.head = commit.head;
    stored.deltas.set(commit.seq, commit.delta);
    if (commit.page !== undefined) stored.pages.set(commit.page.index, commit.page.bytes);
    for (const seq of [...stored.deltas.keys()]) if (seq < commit.dropDeltasBelow) stored.deltas.delete(seq);
    for (const { kind, centre, startMs, bytes, replaces } of commit.archive ?? []) {
      const isSame = (rows: { kind: string; centre: string; startMs: number }): boolean =>
        rows.kind === kind && rows.centre === centre && rows.startMs === startMs;
      if (replaces === true) stored.archive = stored.archive.filter((rows) => !isSame(rows));
      stored.archive.push({ kind, centre, startMs, seq: commit.seq, bytes });
    }
    stored.committed = { epoch, seq: commit.seq };
    stored.forgotten = false;
    this.onAccepted({ what: 'commit', partition, epoch, seq: commit.seq });
    return 'committed';
  }

  forget(partition: number): boolean {
    const stored = this.#of(partition);
    if (stored.epoch === 0) return false;
    stored.epoch += 1;
    stored.forgotten = true;
    stored.committed = stored.head = undefined;
    stored.pages.clear();
    stored.deltas.clear();
    return true;
  }

  isForgotten(partition: number): boolean {
    return this.#of(partition).forgotten;
  }

  archived(
    partition: number,
    { kind, centre, fromMs, toMs }: Parameters<CheckpointStore['archived']>[1],
  ): readonly { readonly startMs: number; readonly bytes: Uint8Array }[] {
    return this.#of(partition)
      .archive.filter((rows) => rows.kind === kind && rows.centre === centre)
      .filter(({ startMs }) => startMs >= fromMs && startMs < toMs)
      .sort((a, b) => a.startMs - b.startMs || a.seq - b.seq);
  }

  owner(partition: number): Owner | undefined {
    const { epoch, url } = this.#of(partition);
    return epoch === 0 ? undefined : { epoch, url };
  }

  publish(frame: FeedFrame): 'published' | 'fenced' {
    const { partition, epoch, seq, header, complete } = frame;
    const stored = this.#of(partition);
    if (epoch < stored.epoch || epoch < stored.feedEpoch) {
      this.onMet('frame of an earlier owner refused');
      return 'fenced';
    }
    const held = stored.centres.get(header.centre);
    const sameEpoch = held?.epoch === epoch;
    if (sameEpoch && seq <= held.seq) return 'published';
    if (!complete && (!sameEpoch || seq !== held.seq + 1)) {
      throw new Error(
        `frame ${epoch}/${seq} does not follow ${held?.epoch}/${held?.seq}: publish a complete frame`,
      );
    }
    stored.feedEpoch = epoch;
    stored.centres.set(header.centre, merged(complete ? undefined : held, frame));
    this.onAccepted({ what: 'frame', partition, epoch, frame });
    for (const onFrame of this.#subscribers) onFrame(frame);
    return 'published';
  }

  readAll(): readonly FeedState[] {
    return [...this.#partitions.values()].flatMap(({ centres }) => [...centres.values()]);
  }

  subscribe(onFrame: (frame: FeedFrame) => void): () => void {
    this.#subscribers.add(onFrame);
    return () => void this.#subscribers.delete(onFrame);
  }

  /** A copy of everything, for {@link rollBack}. */
  keep(): ReadonlyMap<number, StoredPartition> {
    return new Map([...this.#partitions].map(([partition, stored]) => [partition, copyOf(stored)]));
  }

  /** Another server, with what was kept; with nothing when nothing is given. */
  rollBack(kept: ReadonlyMap<number, StoredPartition> = new Map()): void {
    this.#partitions = new Map([...kept].map(([partition, stored]) => [partition, copyOf(stored)]));
    this.runId += 1;
  }

  #of(partition: number): StoredPartition {
    let stored = this.#partitions.get(partition);
    if (stored === undefined) {
      stored = {
        epoch: 0,
        url: '',
        committed: undefined,
        forgotten: false,
        head: undefined,
        pages: new Map(),
        deltas: new Map(),
        archive: [],
        feedEpoch: 0,
        centres: new Map(),
      };
      this.#partitions.set(partition, stored);
    }
    return stored;
  }
}

function copyOf(stored: StoredPartition): StoredPartition {
  return {
    ...stored,
    pages: new Map(stored.pages),
    deltas: new Map(stored.deltas),
    archive: [...stored.archive],
    centres: new Map(stored.centres),
  };
}

const keyOf = ({ queue, channel, window }: { queue: string; channel: string; window: string }): string =>
  JSON.stringify([queue, channel, window]);

function merged(held: Held | undefined, frame: FeedFrame): Held {
  const rows = new Map((held?.rows ?? []).map((row) => [keyOf(row), row]));
  for (const key of frame.removed) rows.delete(keyOf(key));
  for (const row of frame.rows) {
    const before = rows.get(keyOf(row));
    rows.set(keyOf(row), before === undefined ? row : { ...row, kpis: { ...before.kpis, ...row.kpis } });
  }
  const counters = new Map((held?.counters ?? []).map((each) => [`${each.queue} ${each.channel}`, each]));
  for (const each of frame.counters) counters.set(`${each.queue} ${each.channel}`, each);
  const { partition, epoch, seq, header } = frame;
  return { partition, epoch, seq, header, rows: [...rows.values()], counters: [...counters.values()] };
}

/** The model itself as ports, without network or faults: for the conformance suites. */
export function plainPorts(redis: SimRedis): { checkpoints: CheckpointStore; feed: LiveFeed } {
  let closed = false;
  const open = <Given extends unknown[], T>(call: (...given: Given) => T) => {
    return async (...given: Given): Promise<T> => {
      if (closed) throw new Error('the store is closed');
      return call(...given);
    };
  };
  const close = async (): Promise<void> => void (closed = true);
  const ping = open(() => undefined);
  return {
    checkpoints: {
      acquire: open((partition, { url }, atLeast = 0) => redis.acquire(partition, url, atLeast)),
      load: open((partition) => redis.load(partition)),
      commit: open((partition, epoch, commit) => redis.commit(partition, epoch, commit)),
      archived: open((partition, range) => redis.archived(partition, range)),
      owner: open((partition) => redis.owner(partition)),
      forget: open((partition) => redis.forget(partition)),
      isForgotten: open((partition) => redis.isForgotten(partition)),
      ping,
      close,
    },
    feed: {
      publish: open((frame) => redis.publish(frame)),
      readAll: open(() => redis.readAll()),
      subscribe: open((onFrame) => {
        const end = redis.subscribe(onFrame);
        return async () => end();
      }),
      ping,
      close,
    },
  };
}
