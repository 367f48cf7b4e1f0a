import type { Message, Producer } from 'kafkajs';

import { LIMITS } from './options.ts';

/** Per request and topic: below the broker's limit of one record batch (1 MiB) whatever the partition. */
const REQUEST_BYTES = 512 * 1024;
/** Waiting for their turn; beyond it an append is rejected at once. */
const QUEUE_BYTES = 32 * 1024 * 1024;

interface Waiting {
  readonly topic: string;
  readonly message: Message;
  readonly bytes: number;
  readonly call: Call;
}
interface Call {
  left: number;
  /** Rejected or resolved already: what still waits of it is not sent. */
  settled: boolean;
  settle(error?: Error): void;
}

/**
 * Sends in one order, one request at a time: what came while a request was under way goes with the next one. So a
 * caller's records keep their sequence, and load makes requests larger rather than more.
 */
export class Sender {
  readonly #producer: () => Promise<Producer>;
  readonly #retire: (producer: Producer) => void;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | undefined;

  /** `retire`: of a producer that is not to be used again. */
  constructor(producer: () => Promise<Producer>, retire: (producer: Producer) => void) {
    this.#producer = producer;
    this.#retire = retire;
  }

  /** Resolves when all brokers in sync have all messages; rejects when that is not known within the time limit. */
  async send(topic: string, messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    if (this.#waitingBytes > QUEUE_BYTES) {
      throw new Error(
        `${topic}: ${this.#waitingBytes} bytes wait for Kafka already; at most ${QUEUE_BYTES} expected`,
      );
    }
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        call.settle(new Error(`${topic}: Kafka has not acknowledged within ${LIMITS.appendMs} ms`));
      }, LIMITS.appendMs);
      const call: Call = {
        left: messages.length,
        settled: false,
        settle: (error) => {
          if (call.settled) return;
          call.settled = true;
          clearTimeout(timer);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      for (const message of messages) {
        const bytes = sizeOf(message);
        this.#waiting.push({ topic, message, bytes, call });
        this.#waitingBytes += bytes;
      }
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // What the same turn of the event loop appends goes together.
    await new Promise((resolve) => setImmediate(resolve));
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) await this.#request(batch);
    this.#running = undefined;
  }

  #take(): Waiting[] {
    const batch: Waiting[] = [];
    let bytes = 0;
    let count = 0;
    for (const one of this.#waiting) {
      const first = batch[0];
      if (first !== undefined && (one.topic !== first.topic || bytes + one.bytes > REQUEST_BYTES)) break;
      count += 1;
      this.#waitingBytes -= one.bytes;
      if (one.call.settled) continue;
      batch.push(one);
      bytes += one.bytes;
    }
    this.#waiting.splice(0, count);
    return batch;
  }

  async #request(batch: readonly Waiting[]): Promise<void> {
    const topic = batch[0]?.topic ?? '';
    let producer: Producer | undefined;
    try {
      producer = await this.#producer();
      await producer.send({
        topic,
        acks: -1,
        timeout: LIMITS.requestMs,
        messages: batch.map(({ message }) => message),
      });
    } catch (cause) {
      // Perhaps the log has them: kafkajs would give their sequence numbers to what comes next, and the brokers
      // acknowledge that as a repetition, without appending it.
      if (producer !== undefined) this.#retire(producer);
      const reason = cause instanceof Error ? cause.message : String(cause);
      for (const { call } of batch)
        call.settle(new Error(`${topic}: Kafka did not take the records: ${reason}`, { cause }));
      return;
    }
    for (const { call } of batch) {
      call.left -= 1;
      if (call.left === 0) call.settle();
    }
  }
}

function sizeOf({ key, value, headers }: Message): number {
  const own = (part: string | Buffer | null | undefined): number =>
    part === null || part === undefined ? 0 : Buffer.byteLength(part);
  const extra =
    headers === undefined
      ? 0
      : Object.entries(headers).reduce((sum, [name, part]) => sum + name.length + own(part as string), 0);
  return 64 + own(key) + own(value) + extra;
}
