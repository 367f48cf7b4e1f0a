import { parseInstant } from '@vigie/contracts';

/** One line of `queue_log`, split: nothing in it is interpreted yet but the time and the number of parameters. */
export interface QueueLogLine {
  /** First column: seconds since 1970, UTC; whole ones in the file, to the millisecond in rows of the realtime table. */
  readonly epochSeconds: number;
  /** A row of the realtime table rather than a line of the file. */
  readonly isRow: boolean;
  /** Uniqueid of the caller's channel; `undefined` for the placeholder `NONE`. */
  readonly callId: string | undefined;
  readonly queue: string | undefined;
  /** Interface or member name, as written; `undefined` for `NONE`. */
  readonly member: string | undefined;
  readonly event: string;
  /** At most as many as the event has: what is left over, separators included, belongs to the last one. */
  readonly parameters: readonly string[];
}

export type ParsedLine =
  | { readonly ok: true; readonly line: QueueLogLine }
  | { readonly ok: false; readonly reason: 'blank' | 'malformed'; readonly detail: string };

/**
 * How many parameters each event has. Nothing in the file is quoted or escaped, so that only this number tells a
 * separator from a `|` inside a pause reason or a withdrawal's note.
 */
const PARAMETER_COUNT: Readonly<Record<string, number>> = {
  ENTERQUEUE: 4,
  RINGNOANSWER: 1,
  RINGCANCELED: 1,
  CONNECT: 3,
  COMPLETEAGENT: 3,
  COMPLETECALLER: 3,
  ABANDON: 3,
  EXITWITHTIMEOUT: 3,
  EXITEMPTY: 3,
  EXITWITHKEY: 4,
  WITHDRAW: 4,
  AGENTDUMP: 0,
  SYSCOMPAT: 0,
  BLINDTRANSFER: 5,
  // BRIDGE and APP have one argument, LINK two: the last three parameters are read from the right.
  ATTENDEDTRANSFER: 6,
  TRANSFER: 5,
  ADDMEMBER: 1,
  REMOVEMEMBER: 1,
  PAUSE: 1,
  UNPAUSE: 1,
  PAUSEALL: 1,
  UNPAUSEALL: 1,
  AGENTLOGIN: 1,
  AGENTLOGOFF: 2,
  AGENTCALLBACKLOGIN: 1,
  AGENTCALLBACKLOGOFF: 3,
};

/** Of an event that is not in the table nothing is read, so its parameters need not be told apart. */
const UNKNOWN_PARAMETER_COUNT = 1;
const FIXED_FIELDS = 5;
/** A line that a crash cut short and the next start of the PBX went on: `…|1` + `1795312010|NONE|NONE|NONE|QUEUESTART|`. */
const GLUED_START = /^(.+?)(\d{10}\|NONE\|NONE\|NONE\|QUEUESTART(?:\|.*)?)$/s;

/** The instants at which clocks on the wall showed a time (given as if it were UTC), rising: none, one or two. */
export type InstantsOf = (clockMs: number) => readonly number[];

/** How the realtime engine writes a time: `2026-11-21 10:15:00.123456`. */
const ROW_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?[|\t]/;

/**
 * Splits one line, without its line end. Never throws. A line may also be a row of the realtime table (time, callid,
 * queuename, agent, event, then `data` or `data1` to `data5`), its columns apart by `|` or tabs. Of two instants that
 * its clock showed it is the first not before `notBeforeMs`; without `instantsOf` its clock is UTC.
 */
export function parseLine(text: string, instantsOf?: InstantsOf, notBeforeMs = -Infinity): ParsedLine {
  const row = ROW_TIME.exec(text);
  if (row !== null) return parseRow(text, row, instantsOf, notBeforeMs);
  if (text.trim() === '') return { ok: false, reason: 'blank', detail: 'the line is empty' };
  const fields: string[] = [];
  let from = 0;
  while (fields.length < FIXED_FIELDS) {
    const bar = text.indexOf('|', from);
    fields.push(bar === -1 ? text.slice(from) : text.slice(from, bar));
    if (bar === -1) {
      from = text.length + 1;
      break;
    }
    from = bar + 1;
  }
  const [time = '', callId = '', queue = '', member = '', event = ''] = fields;
  if (fields.length < FIXED_FIELDS || event === '') {
    return malformed(`${fields.length} fields where at least ${FIXED_FIELDS} were expected`);
  }
  if (!/^\d{1,11}$/.test(time)) return malformed(`the time is ${preview(time)}: must be seconds since 1970`);
  const parameters = from > text.length ? [] : splitAtMost(text.slice(from), PARAMETER_COUNT[event]);
  const line = {
    epochSeconds: Number(time),
    isRow: false,
    callId: placeholderless(callId),
    queue: placeholderless(queue),
    member: placeholderless(member),
    event,
    parameters,
  };
  return { ok: true, line };
}

function parseRow(
  text: string,
  [, day = '', clock = '', fraction = '']: RegExpExecArray,
  instantsOf: InstantsOf = (clockMs) => [clockMs],
  notBeforeMs: number,
): ParsedLine {
  const clockMs = parseInstant(`${day}T${clock}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  const instants = clockMs === undefined ? [] : instantsOf(clockMs);
  const timeMs = instants.find((instant) => instant >= notBeforeMs) ?? instants.at(-1);
  if (timeMs === undefined) return malformed(`the time is ${preview(`${day} ${clock}`)}: no clock showed it`);
  const at = text.search(/[|\t]/);
  const rest = text.slice(at + 1);
  const columns = text[at] === '\t' ? rest.split('\t').map(nullless).join('|') : rest;
  // Columns that were not filled are no parameters.
  const line = columns.replace(/\|+$/, '');
  const parsed = parseLine(`${Math.floor(timeMs / 1000)}|${line}`);
  if (!parsed.ok) return parsed;
  return { ok: true, line: { ...parsed.line, epochSeconds: timeMs / 1000, isRow: true } };
}

/** How exports of MySQL write a column without a value. */
function nullless(column: string): string {
  return column === '\\N' || column === 'NULL' ? '' : column;
}

/**
 * Takes apart a half line and the `QUEUESTART` written behind it by the next start, if this is such a pair: the
 * restart must not be lost with the half line, for it ends every open call.
 */
export function splitGluedStart(text: string): readonly [half: string, start: string] | undefined {
  if (!text.includes('|NONE|NONE|NONE|QUEUESTART')) return undefined;
  const [, half, start] = GLUED_START.exec(text) ?? [];
  return half === undefined || start === undefined ? undefined : [half, start];
}

function splitAtMost(text: string, count = UNKNOWN_PARAMETER_COUNT): string[] {
  const parts: string[] = [];
  let from = 0;
  while (parts.length < count - 1) {
    const bar = text.indexOf('|', from);
    if (bar === -1) break;
    parts.push(text.slice(from, bar));
    from = bar + 1;
  }
  parts.push(text.slice(from));
  return parts;
}

function placeholderless(column: string): string | undefined {
  return column === '' || column === 'NONE' ? undefined : column;
}

function preview(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}

function malformed(detail: string): ParsedLine {
  return { ok: false, reason: 'malformed', detail };
}
