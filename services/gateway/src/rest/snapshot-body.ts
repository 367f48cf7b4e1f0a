import { Readable } from 'node:stream';
import type { SnapshotDocument } from '@vigie/contracts';

/** Rows written in one turn of the event loop. */
const ROWS_PER_CHUNK = 200;

/** A document as JSON: a text, or a stream when it is large, so that writing it does not hold everybody else. */
export function snapshotBody(document: SnapshotDocument): string | Readable {
  return document.rows.length <= ROWS_PER_CHUNK
    ? JSON.stringify(document)
    : Readable.from(chunksOf(document), { objectMode: false });
}

/** The rows are those of the document: what changes meanwhile is not among them. */
async function* chunksOf({ rows, ...head }: SnapshotDocument): AsyncIterable<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[`;
  for (let at = 0; at < rows.length; at += ROWS_PER_CHUNK) {
    const text = JSON.stringify(rows.slice(at, at + ROWS_PER_CHUNK)).slice(1, -1);
    yield at === 0 ? text : `,${text}`;
    await new Promise(setImmediate);
  }
  yield ']}';
}
