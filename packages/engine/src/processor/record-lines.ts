/** A line of a record: its text, or why it is none. */
export interface RecordLine {
  /** From 0, empty lines counted. */
  readonly index: number;
  /** Of a line that is refused as much as a dead letter holds; what is no UTF-8 stands as U+FFFD. */
  readonly text: string;
  readonly fault?: { readonly code: 'invalid' | 'too_big'; readonly reason: string };
}

/** Of one event, in characters; ingest takes as many bytes. */
const MAX_LINE = 256 * 1024;
/** Ingest makes none of more than half of it; what is larger is somebody else's, and is refused as one. */
const MAX_RECORD_BYTES = 512 * 1024;
const LINE_END = 0x0a;

const strict = new TextDecoder('utf-8', { fatal: true });
const lenient = new TextDecoder('utf-8');

/** The lines of a record that are not empty. A line that is no text leaves the others alone. Never throws. */
export function linesOf(value: Uint8Array | null): readonly RecordLine[] {
  if (value === null || value.length === 0) return [refused(0, '', 'invalid', 'the record is empty')];
  if (value.length > MAX_RECORD_BYTES) {
    const reason = `the record has ${value.length} bytes: at most ${MAX_RECORD_BYTES} are read`;
    return [refused(0, lenient.decode(value.subarray(0, MAX_LINE)), 'too_big', reason)];
  }
  const text = decode(value);
  const lines = text === undefined ? byteLines(value) : text.split('\n').map(lineOf);
  return lines.filter((line) => line.text !== '');
}

function lineOf(text: string, index: number): RecordLine {
  if (text.length <= MAX_LINE) return { index, text };
  const reason = `the event has ${text.length} characters: at most ${MAX_LINE} are read`;
  return refused(index, text.slice(0, MAX_LINE), 'too_big', reason);
}

function byteLines(value: Uint8Array): RecordLine[] {
  const lines: RecordLine[] = [];
  for (let from = 0; from <= value.length;) {
    const end = value.indexOf(LINE_END, from);
    const bytes = value.subarray(from, end < 0 ? value.length : end);
    const index = lines.length;
    const text = decode(bytes);
    lines.push(
      text === undefined
        ? refused(index, lenient.decode(bytes).slice(0, MAX_LINE), 'invalid', 'the line is no UTF-8 text')
        : lineOf(text, index),
    );
    from += bytes.length + 1;
  }
  return lines;
}

function refused(index: number, text: string, code: 'invalid' | 'too_big', reason: string): RecordLine {
  return { index, text, fault: { code, reason } };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}
