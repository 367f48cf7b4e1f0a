import type { Rejection } from '@vigie/contracts';

import { tooBig } from './admission.ts';
import { jsonFault, type TextPlace } from './json-fault.ts';
import { MAX_EVENT_BYTES, MAX_EVENTS_PER_REQUEST } from './limits.ts';

/** One event of a request, before it is judged. */
export type Candidate =
  | { readonly value: unknown }
  /** Already refused: not JSON, or too long to be looked at. */
  | { readonly text: string; readonly rejection: Rejection };

export type BodyResult =
  | { readonly ok: true; readonly candidates: readonly Candidate[] }
  | { readonly ok: false; readonly status: 400 | 413; readonly detail: string };

export type BodyForm = 'event' | 'batch' | 'lines';

export const MEDIA_TYPES: Readonly<Record<string, BodyForm>> = {
  'application/cloudevents+json': 'event',
  'application/cloudevents-batch+json': 'batch',
  'application/x-ndjson': 'lines',
};

/**
 * Takes a request apart into its events. A body that can't be read as a whole is refused as a whole; of lines only
 * those that can't be read are. Blank lines are not counted.
 */
export function readBody(form: BodyForm, body: Buffer): BodyResult {
  const text = decoded(body);
  if (form === 'lines') return readLines(text ?? body);
  if (text === undefined) return refuse(400, 'The body is not UTF-8.');
  if (text.trim() === '') return refuse(400, 'The body is empty: expected JSON.');
  if (form === 'event') {
    const rejection = tooBig(body.length);
    if (rejection !== undefined) return { ok: true, candidates: [{ text, rejection }] };
  }
  const parsed = parseJson(text);
  if (!parsed.ok) {
    const { line, column } = parsed.at;
    return refuse(400, `The body is not JSON: it breaks at line ${line}, column ${column}.`);
  }
  if (form === 'event') return { ok: true, candidates: [{ value: parsed.value }] };
  if (!Array.isArray(parsed.value)) return refuse(400, 'The body of a batch must be a JSON array of events.');
  if (parsed.value.length === 0) return refuse(400, 'There is no event in the request.');
  if (parsed.value.length > MAX_EVENTS_PER_REQUEST) return tooMany();
  return { ok: true, candidates: parsed.value.map((value: unknown) => ({ value })) };
}

function refuse(status: 400 | 413, detail: string): BodyResult {
  return { ok: false, status, detail };
}

function tooMany(): BodyResult {
  return refuse(
    413,
    `There are too many events in the request: at most ${MAX_EVENTS_PER_REQUEST} are taken.`,
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decoded(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function readLines(body: string | Buffer): BodyResult {
  const candidates: Candidate[] = [];
  for (let start = 0; start < body.length;) {
    const found = body.indexOf('\n', start);
    const end = found === -1 ? body.length : found;
    const candidate = readLine(typeof body === 'string' ? body.slice(start, end) : body.subarray(start, end));
    if (candidate !== undefined) candidates.push(candidate);
    if (candidates.length > MAX_EVENTS_PER_REQUEST) return tooMany();
    start = end + 1;
  }
  return candidates.length === 0
    ? refuse(400, 'There is no event in the request.')
    : { ok: true, candidates };
}

/** `undefined` for a blank line. */
function readLine(raw: string | Buffer): Candidate | undefined {
  const text = typeof raw === 'string' ? raw : decoded(raw);
  if (text === undefined) {
    return {
      text: raw.toString(),
      rejection: { code: 'invalid', reason: 'the line is not UTF-8: must be one event as JSON' },
    };
  }
  // A UTF-16 unit is at most three bytes of UTF-8, so most lines need not be measured.
  const rejection = text.length * 3 > MAX_EVENT_BYTES ? tooBig(Buffer.byteLength(text)) : undefined;
  if (rejection !== undefined) return { text, rejection };
  const parsed = parseJson(text);
  if (parsed.ok) return { value: parsed.value };
  if (text.trim() === '') return undefined;
  const reason = `the line is not JSON: it breaks at column ${parsed.at.column}`;
  return { text, rejection: { code: 'invalid', reason } };
}

function parseJson(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly at: TextPlace } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, at: jsonFault(text) ?? { line: 1, column: 1 } };
  }
}
