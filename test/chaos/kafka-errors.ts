import type { Rewriter } from '@vigie/testkit';

/** Errors of Kafka's protocol, by the names that its documentation gives them. */
export const KAFKA_ERRORS = {
  OFFSET_OUT_OF_RANGE: 1,
  LEADER_NOT_AVAILABLE: 5,
  NOT_LEADER_OR_FOLLOWER: 6,
  REQUEST_TIMED_OUT: 7,
  COORDINATOR_LOAD_IN_PROGRESS: 14,
  COORDINATOR_NOT_AVAILABLE: 15,
  NOT_COORDINATOR: 16,
  NOT_ENOUGH_REPLICAS: 19,
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 20,
  ILLEGAL_GENERATION: 22,
  UNKNOWN_MEMBER_ID: 25,
  REBALANCE_IN_PROGRESS: 27,
} as const;

/** Requests whose answers can be changed: their number, and where the answer has its error. */
const REQUESTS = {
  produce: { api: 0, error: (body: Buffer) => ofFirstPartition(body, 0) },
  fetch: {
    api: 1,
    error: (body: Buffer, version: number) =>
      ofFirstPartition(body, version >= 7 ? 10 : version >= 1 ? 4 : 0),
  },
  listOffsets: {
    api: 2,
    error: (body: Buffer, version: number) => ofFirstPartition(body, version >= 2 ? 4 : 0),
  },
  commitOffsets: {
    api: 8,
    error: (body: Buffer, version: number) => ofFirstPartition(body, version >= 3 ? 4 : 0),
  },
  findCoordinator: { api: 10, error: (_: Buffer, version: number) => (version >= 1 ? 4 : 0) },
  join: { api: 11, error: (_: Buffer, version: number) => (version >= 2 ? 4 : 0) },
  heartbeat: { api: 12, error: (_: Buffer, version: number) => (version >= 1 ? 4 : 0) },
  sync: { api: 14, error: (_: Buffer, version: number) => (version >= 1 ? 4 : 0) },
} as const;
export type KafkaRequest = keyof typeof REQUESTS;

const HEAD_BYTES = 4;

/** Where the first partition of the first topic has its error; `undefined` when the answer names none. */
function ofFirstPartition(body: Buffer, at: number): number | undefined {
  if (body.length < at + 6 || body.readInt32BE(at) < 1) return undefined;
  const partitions = at + 4 + 2 + body.readInt16BE(at + 4);
  if (body.length < partitions + 10 || body.readInt32BE(partitions) < 1) return undefined;
  return partitions + 4 + 4;
}

/**
 * A broker that answers some requests with errors, though it has carried them out: the answers of a connection pass
 * with another error code, at the place where it stands in them.
 */
export function wrongAnswers(options: {
  readonly of: readonly KafkaRequest[];
  readonly errors: readonly number[];
  readonly chance: number;
  readonly random: () => number;
}): Rewriter {
  const { of, errors, chance, random } = options;
  const wanted = new Map(of.map((name) => [REQUESTS[name].api as number, REQUESTS[name]]));
  /** Requests that are not answered yet, by correlation id. */
  const asked = new Map<number, { readonly api: number; readonly version: number }>();
  const requests = new Frames();
  const replies = new Frames();
  return {
    request(bytes) {
      for (const frame of requests.take(bytes)) {
        const at = HEAD_BYTES;
        asked.set(frame.readInt32BE(at + 4), {
          api: frame.readInt16BE(at),
          version: frame.readInt16BE(at + 2),
        });
      }
    },
    reply(bytes) {
      let changed = false;
      const frames = replies.take(bytes).map((frame) => {
        const id = frame.readInt32BE(HEAD_BYTES);
        const request = asked.get(id);
        asked.delete(id);
        const place = request === undefined ? undefined : wanted.get(request.api);
        if (request === undefined || place === undefined || random() >= chance) return frame;
        const body = frame.subarray(HEAD_BYTES + 4);
        const at = place.error(body, request.version);
        if (at === undefined) return frame;
        const copy = Buffer.from(frame);
        copy.writeInt16BE(errors[Math.floor(random() * errors.length)] ?? 0, HEAD_BYTES + 4 + at);
        changed = true;
        return copy;
      });
      return { bytes: Buffer.concat(frames), changed };
    },
  };
}

/** Cuts a stream into messages, each with its length before it. */
class Frames {
  #rest = Buffer.alloc(0);

  take(bytes: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const frames: Buffer[] = [];
    while (this.#rest.length >= HEAD_BYTES) {
      const length = HEAD_BYTES + this.#rest.readInt32BE(0);
      if (this.#rest.length < length) break;
      frames.push(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
    }
    return frames;
  }
}
