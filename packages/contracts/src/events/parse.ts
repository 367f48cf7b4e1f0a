import Type from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { isDate } from '../config/values.ts';
import { parseInstant } from '../time.ts';
import { Id, InstantText, isId, isInstant } from './fields.ts';
import { fitsId, MAX_ID_BYTES } from './ids.ts';
import { firstWrong, placesOf, type Places } from './places.ts';
import { scoreFault } from './scores.ts';
import { EVENT_DATA, EVENT_TYPES, type CanonicalEvent, type EventType } from './types.ts';

/** Why an event is refused; the words of `POST /v1/events` and of the dead-letter topic. */
export type RejectionCode =
  'invalid' | 'unknown_type' | 'late' | 'future' | 'skew' | 'too_big' | 'not_allowed';

export interface Rejection {
  readonly code: RejectionCode;
  /** One sentence: the field, what it was, what was expected. Never echoes more than 80 characters of input. */
  readonly reason: string;
}

/** A validated event with its instants as milliseconds since 1970, cut to the millisecond. */
export interface ParsedEvent {
  readonly event: CanonicalEvent;
  readonly timeMs: number;
  /** `undefined` in recordings that never passed an ingest. */
  readonly ingestedMs: number | undefined;
  readonly centre: string;
}

export type ParseResult =
  { readonly ok: true; readonly parsed: ParsedEvent } | { readonly ok: false; readonly rejection: Rejection };

/** Nesting deeper than this is refused: no vendor needs it, and recursion must stay bounded. */
export const MAX_EVENT_DEPTH = 20;
/** `queuedAt` may lie this much after its event's own `time` (clock skew); beyond, the event contradicts itself. */
export const SKEW_TOLERANCE_MS = 2000;
export const DEFAULT_CENTRE = 'default';

const envelopeFields = {
  specversion: Type.Literal('1.0'),
  id: Id,
  source: Type.String({ minLength: 1, maxLength: 500 }),
  time: InstantText,
  sequence: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  subject: Type.Optional(Type.String({ maxLength: 500 })),
  centre: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }),
  ),
  ingestedtime: Type.Optional(InstantText),
};

/** JSON Schema of every event type: what the parser checks, and what `/openapi.json` publishes. */
export const EVENT_SCHEMAS = Object.fromEntries(
  EVENT_TYPES.map((type) => [
    type,
    Type.Object({ ...envelopeFields, type: Type.Literal(type), data: EVENT_DATA[type] }),
  ]),
) as unknown as Record<EventType, ReturnType<typeof Type.Object>>;

/** What is looked at in events of one type. */
interface TypeCheck {
  readonly schema: Validator;
  /** Fields of `data` that are instants. */
  readonly instants: readonly string[];
  /** Those inside lists of `data`. */
  readonly listed: Places | undefined;
  /** Where its ids are. */
  readonly ids: Places | undefined;
}

const checks = new Map<string, TypeCheck>();
function checkOf(type: EventType): TypeCheck {
  let check = checks.get(type);
  if (check === undefined) {
    const { properties } = EVENT_DATA[type];
    const fields = Object.entries<object>(properties);
    const instants = fields.flatMap(([name, field]) => (isInstant(field) ? [name] : []));
    const lists = Object.fromEntries(fields.filter(([, field]) => 'items' in field));
    const listed = placesOf({ properties: lists }, isInstant);
    const ids = placesOf(EVENT_SCHEMAS[type], isId);
    check = { schema: Compile(EVENT_SCHEMAS[type]) as unknown as Validator, instants, listed, ids };
    checks.set(type, check);
  }
  return check;
}
const knownTypes = new Set<string>(EVENT_TYPES);

/** A short, safe picture of a refused value for an error message; it never throws, however deep the value is nested. */
export function preview(value: unknown): string {
  if (value === undefined) return 'nothing';
  let text: string;
  try {
    text = JSON.stringify(value) ?? typeof value;
  } catch {
    return 'a deeply nested value';
  }
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function invalid(reason: string): ParseResult {
  return { ok: false, rejection: { code: 'invalid', reason } };
}

/** Depth and forbidden keys in one walk; answers the offending path, or nothing. */
function structuralFault(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_EVENT_DEPTH) return `nested deeper than ${MAX_EVENT_DEPTH} levels`;
  if (Array.isArray(value)) {
    for (const item of value) {
      const fault = structuralFault(item, depth + 1);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  for (const key in value) {
    if (key === '__proto__') return 'the key "__proto__" is not allowed';
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'object' && item !== null) {
      const fault = structuralFault(item, depth + 1);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

function valueAt(root: unknown, way: readonly string[]): unknown {
  return way.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], root);
}

function firstError(validator: Validator, input: unknown): string {
  const errors = validator.Errors(input) as readonly {
    instancePath: string;
    message: string;
    params?: unknown;
  }[];
  const error = errors.at(0);
  if (error === undefined) return 'the event does not match its schema';
  const way = error.instancePath.split('/').slice(1);
  const field = way.length === 0 ? 'the event' : way.join('.');
  return `${field} is ${preview(valueAt(input, way))}: ${error.message}${paramsText(error.params)}`;
}

function paramsText(params: unknown): string {
  const { allowedValues, requiredProperties } = (params ?? {}) as Record<string, unknown>;
  if (Array.isArray(allowedValues)) return ` (${allowedValues.join(', ')})`;
  return Array.isArray(requiredProperties) ? ` (${requiredProperties.join(', ')})` : '';
}

/**
 * Validates one event, once, at the edge. Guarantees for `ok`: the schema of its type holds, every instant in it is
 * a real instant, it is not nested deeper than {@link MAX_EVENT_DEPTH}, and it does not contradict itself. Whether it
 * is late or early is not judged here: see `judgeTimeliness`.
 */
export function parseEvent(given: unknown): ParseResult {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return invalid(`the event is ${preview(given)}: must be a JSON object`);
  }
  const input = withData(given);
  const fault = structuralFault(input, 1);
  if (fault !== undefined) return invalid(`the event is refused: ${fault}`);
  const { type } = input as { type?: unknown };
  if (typeof type !== 'string')
    return invalid(`type is ${preview(type)}: must be a string such as "vigie.contact.queued"`);
  if (!knownTypes.has(type)) {
    return {
      ok: false,
      rejection: { code: 'unknown_type', reason: `type is ${preview(type)}: not a type Vigie knows` },
    };
  }
  const check = checkOf(type as EventType);
  if (!check.schema.Check(input)) return invalid(firstError(check.schema, input));
  const long = check.ids === undefined ? undefined : firstWrong(input, check.ids, (text) => !fitsId(text));
  if (long !== undefined) {
    const shown = preview(valueAt(input, long));
    return invalid(`${long.join('.')} is ${shown}: must not have more than ${MAX_ID_BYTES} bytes in UTF-8`);
  }
  const event = input as CanonicalEvent;
  const timeMs = parseInstant(event.time);
  if (timeMs === undefined) return invalid(badInstant('time', event.time));
  let ingestedMs: number | undefined;
  if (event.ingestedtime !== undefined) {
    ingestedMs = parseInstant(event.ingestedtime);
    if (ingestedMs === undefined) return invalid(badInstant('ingestedtime', event.ingestedtime));
  }
  const data = event.data as Record<string, unknown>;
  for (const name of check.instants) {
    const text = data[name];
    if (typeof text !== 'string') continue;
    const instantMs = parseInstant(text);
    if (instantMs === undefined) return invalid(badInstant(`data.${name}`, text));
    const aheadMs = instantMs - timeMs;
    if (name === 'queuedAt' && aheadMs > SKEW_TOLERANCE_MS) {
      const reason = `data.queuedAt is ${aheadMs} ms after time: at most ${SKEW_TOLERANCE_MS} ms is taken for clock skew`;
      return { ok: false, rejection: { code: 'skew', reason } };
    }
  }
  const bad =
    check.listed === undefined
      ? undefined
      : firstWrong(data, check.listed, (text) => parseInstant(text) === undefined);
  if (bad !== undefined) return invalid(badInstant(`data.${bad.join('.')}`, valueAt(data, bad) as string));
  if (event.type === 'vigie.business.figure' && !isDate(event.data.date))
    return invalid(`data.date is ${preview(event.data.date)}: must be a day such as "2026-11-21"`);
  if (event.type === 'vigie.source.gap' && parseInstant(event.data.to)! < parseInstant(event.data.from)!)
    return invalid(`data.to is ${preview(event.data.to)}: must not be before data.from, ${event.data.from}`);
  const unscored = scoreFault(event);
  if (unscored !== undefined) return invalid(unscored);
  return { ok: true, parsed: { event, timeMs, ingestedMs, centre: event.centre ?? DEFAULT_CENTRE } };
}

/** These ask nothing of their `data`, which a CloudEvent may leave out. */
const ASKING_NOTHING: ReadonlySet<unknown> = new Set(['vigie.source.restarted', 'vigie.source.heartbeat']);

function withData(event: { readonly type?: unknown; readonly data?: unknown }): object {
  return event.data === undefined && ASKING_NOTHING.has(event.type) ? { ...event, data: {} } : event;
}

function badInstant(field: string, text: string): string {
  return `${field} is ${preview(text)}: must be an RFC 3339 instant such as "2026-11-21T10:15:00.000Z"`;
}

/** What an event's age allows. Late is an outcome, not an error: the caller counts it and dead-letters it. */
export type Timeliness =
  | { readonly kind: 'on_time' }
  | { readonly kind: 'late'; readonly byMs: number }
  | { readonly kind: 'future'; readonly byMs: number };

/**
 * Accepted iff `ingested − allowedLateness ≤ time ≤ ingested + futureTolerance`: a property of the event alone, the
 * same in every replay (`design.md` §6).
 */
export function judgeTimeliness(
  timeMs: number,
  ingestedMs: number,
  limits: { readonly allowedLatenessMs: number; readonly futureToleranceMs: number },
): Timeliness {
  const lateByMs = ingestedMs - limits.allowedLatenessMs - timeMs;
  if (lateByMs > 0) return { kind: 'late', byMs: lateByMs };
  const earlyByMs = timeMs - ingestedMs - limits.futureToleranceMs;
  return earlyByMs > 0 ? { kind: 'future', byMs: earlyByMs } : { kind: 'on_time' };
}
