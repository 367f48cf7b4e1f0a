import { createReadStream } from 'node:fs';
import {
  decodeUtf8,
  LineSplitter,
  readQueueLog,
  type QueueLogSettings,
  type WholeLine,
} from '@vigie/sources';
import { fileFailure } from '../errors.ts';
import type { Format } from './formats.ts';

/** Longer lines are no events: the same limit as `POST /v1/events` has. */
const MAX_LINE_BYTES = 256 * 1024;

/** Where something stands in the input. */
export interface Place {
  readonly file: string;
  /** From 1; absent where events of several lines come together. */
  readonly line?: number;
}

/** `file:line`, as editors and compilers write it. */
export function placeText({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** One thing read: an event that is still to be checked, or a line that holds none. */
export type InputItem =
  | { readonly place: Place; readonly value: unknown; readonly text: string | undefined }
  | { readonly place: Place; readonly fault: string };

export interface InputBatch {
  readonly items: readonly InputItem[];
  /** Lines of a vendor's format read for this batch; `undefined` where a line is an event. */
  readonly lines: number | undefined;
  /** Lines of a vendor's format that could not be read; they make no event. */
  readonly rejectedLines: readonly { readonly place: Place; readonly fault: string }[];
}

export interface ReadOptions {
  readonly files: readonly string[];
  readonly format: Format;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** How a vendor's lines are understood. */
  readonly queueLog: QueueLogSettings;
}

/**
 * Reads recordings as batches of events, in bounded memory; `-` is standard input. Rejects with a sentence when a file
 * cannot be read.
 */
export async function* readEvents(options: ReadOptions): AsyncGenerator<InputBatch> {
  if (options.format === 'asterisk-queue-log') yield* readVendor(options);
  else for (const file of options.files) yield* readCloudEvents(file, options.stdin);
}

async function* readCloudEvents(file: string, stdin: AsyncIterable<Uint8Array>): AsyncGenerator<InputBatch> {
  const splitter = new LineSplitter({ maxBytes: MAX_LINE_BYTES, decode: decodeUtf8 });
  let number = 0;
  const take = (lines: readonly WholeLine[]): InputBatch => {
    const items: InputItem[] = [];
    for (const line of lines) {
      number += 1;
      const item = itemOf(line, { file, line: number });
      if (item !== undefined) items.push(item);
    }
    return { items, lines: undefined, rejectedLines: [] };
  };
  try {
    const stream: AsyncIterable<Uint8Array> =
      file === '-' ? stdin : createReadStream(file, { highWaterMark: 1 << 18 });
    for await (const chunk of stream) yield take(splitter.push(chunk));
    yield take(splitter.end());
  } catch (error) {
    throw fileFailure(file, error);
  }
}

function itemOf(line: WholeLine, place: Place): InputItem | undefined {
  if (line === undefined) return { place, fault: `the line is longer than ${MAX_LINE_BYTES} bytes` };
  const text = place.line === 1 && line.startsWith('\uFEFF') ? line.slice(1) : line;
  if (text.trim() === '') return undefined;
  try {
    return { place, value: JSON.parse(text) as unknown, text };
  } catch {
    return { place, fault: 'the line is not JSON: one CloudEvent a line is expected' };
  }
}

async function* readVendor({ files, stdin, queueLog }: ReadOptions): AsyncGenerator<InputBatch> {
  const inputs = files.map((file) => (file === '-' ? { name: '-', stream: stdin } : file));
  try {
    for await (const { events, lines, rejected } of readQueueLog(inputs, queueLog)) {
      const place = { file: files.join(', ') };
      yield {
        items: events.map((value) => ({ place, value, text: undefined })),
        lines,
        rejectedLines: rejected.map(({ file, line, reason, detail }) => ({
          place: { file, line },
          fault: `${reason}: ${detail}`,
        })),
      };
    }
  } catch (error) {
    throw fileFailure((error as NodeJS.ErrnoException).path ?? files.join(', '), error);
  }
}
