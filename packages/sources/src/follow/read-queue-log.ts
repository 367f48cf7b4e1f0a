import { createReadStream } from 'node:fs';
import type { CanonicalEvent } from '@vigie/contracts';
import { QueueLogMapper, type MappedLine, type QueueLogCounts } from '../asterisk-queue-log/mapper.ts';
import { LineSplitter, type WholeLine } from './lines.ts';
import {
  idHash,
  lineTimeMs,
  mapWhole,
  type QueueLogSettings,
  type RejectedLine,
} from './queue-log-follower.ts';

/** A recording: the path of a file, or a stream under a name. */
export type QueueLogInput = string | { readonly name: string; readonly stream: AsyncIterable<Uint8Array> };

export interface ReadBatch {
  readonly events: readonly CanonicalEvent[];
  /** Lines read for this batch, those without events included. */
  readonly lines: number;
  readonly rejected: readonly RejectedLine[];
}

/** Lines of one input, in chunks; the last chunk tells the bytes of a line without end. */
interface LineChunk {
  readonly lines: readonly WholeLine[];
  readonly halfBytes: number;
}

interface OpenInput {
  readonly name: string;
  readonly chunks: AsyncGenerator<LineChunk, void>;
  /** What had to be read to know where the input belongs. */
  readonly head: LineChunk[];
  readonly firstLine: string;
  readonly firstMs: number;
}

/** An input that begins this much before the last one ended tells the same time again, not what came after. */
const OVERLAP_MS = 2000;
const MAX_HEAD_CHUNKS = 64;

/**
 * Reads whole recordings as one log and maps them: inputs in any order are read by the time of their first line, since
 * a rotated file goes on where the one before ended. One that tells the same time again (a copy, a backup) is read from
 * a fresh state, so that it gives the same ids. A last line without line end is half and is rejected. Throws what
 * opening or reading an input throws.
 */
export async function* readQueueLog(
  inputs: readonly QueueLogInput[],
  settings: QueueLogSettings,
): AsyncGenerator<ReadBatch, QueueLogCounts> {
  const mapper = new QueueLogMapper({ ...settings, hash: idHash });
  const opened: OpenInput[] = [];
  try {
    for (const input of inputs) opened.push(await openInput(input));
    const firstLines = new Set<string>();
    let lastMs = -Infinity;
    for (const input of opened.toSorted((a, b) => a.firstMs - b.firstMs)) {
      if (input.firstMs < lastMs - OVERLAP_MS || firstLines.has(input.firstLine)) mapper.forget();
      firstLines.add(input.firstLine);
      for await (const batch of mapInput(input, mapper)) {
        lastMs = Math.max(lastMs, batch.lastMs);
        yield batch;
      }
    }
  } finally {
    for (const { chunks } of opened) await chunks.return();
  }
  return mapper.counts;
}

async function* mapInput(
  input: OpenInput,
  mapper: QueueLogMapper,
): AsyncGenerator<ReadBatch & { readonly lastMs: number }> {
  let lineNumber = 0;
  let lastMs = -Infinity;
  for await (const { lines, halfBytes } of allChunks(input)) {
    const events: CanonicalEvent[] = [];
    const rejected: RejectedLine[] = [];
    const take = (mapped: MappedLine): void => {
      lineNumber += 1;
      events.push(...mapped.events);
      if (mapped.rejected !== undefined) {
        rejected.push({ file: input.name, line: lineNumber, ...mapped.rejected });
      }
      lastMs = Math.max(lastMs, mapped.timeMs ?? lastMs);
    };
    for (const line of lines) take(mapWhole(mapper, line));
    if (halfBytes > 0) take(mapper.drop('half_line', `${halfBytes} bytes without a line end`));
    yield { events, lines: lines.length + (halfBytes > 0 ? 1 : 0), rejected, lastMs };
  }
}

async function openInput(input: QueueLogInput): Promise<OpenInput> {
  const { name, stream } =
    typeof input === 'string'
      ? { name: input, stream: createReadStream(input) as AsyncIterable<Uint8Array> }
      : input;
  const chunks = chunksOf(stream);
  const head: LineChunk[] = [];
  // Megabytes without a single time are no queue_log: read last, line by line, to say so.
  while (head.length < MAX_HEAD_CHUNKS) {
    const { value } = await chunks.next();
    if (value === undefined) break;
    head.push(value);
    const firstLine = value.lines.find((line) => line !== undefined && lineTimeMs(line) !== undefined);
    if (firstLine !== undefined) {
      return { name, chunks, head, firstLine, firstMs: lineTimeMs(firstLine) ?? Infinity };
    }
  }
  return { name, chunks, head, firstLine: '', firstMs: Infinity };
}

async function* allChunks({ head, chunks }: OpenInput): AsyncGenerator<LineChunk> {
  yield* head;
  yield* chunks;
}

async function* chunksOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<LineChunk, void> {
  const splitter = new LineSplitter();
  for await (const bytes of stream) {
    const lines = splitter.push(bytes);
    if (lines.length > 0) yield { lines, halfBytes: 0 };
  }
  const halfBytes = splitter.dropRest();
  if (halfBytes > 0) yield { lines: [], halfBytes };
}
