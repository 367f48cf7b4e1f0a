import Type, { type Static } from 'typebox';
import { MAX_ID_BYTES } from './ids.ts';

const ID_LENGTH = { minLength: 1, maxLength: MAX_ID_BYTES };
/** Ids are opaque and short: never empty, at most 200 characters, and no more bytes, which `fitsId` tells. */
export const Id = Type.String(ID_LENGTH);

/** Is a field an {@link Id}, optional or not? No other text is of that length. */
export function isId(field: Partial<typeof ID_LENGTH>): boolean {
  return field.minLength === ID_LENGTH.minLength && field.maxLength === ID_LENGTH.maxLength;
}

const INSTANT_LENGTH = { minLength: 20, maxLength: 40 };
/** An RFC 3339 instant. Its meaning is checked by the parser; the schema only asks for a short string. */
export const InstantText = Type.String(INSTANT_LENGTH);

/** Is a field an {@link InstantText}, optional or not? No other text is of that length. */
export function isInstant(field: Partial<typeof INSTANT_LENGTH>): boolean {
  return field.minLength === INSTANT_LENGTH.minLength && field.maxLength === INSTANT_LENGTH.maxLength;
}

const DurationMs = Type.Number({ minimum: 0, maximum: 1e12 });
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const ShortText = Type.String({ maxLength: 200 });

const words = <const T extends readonly string[]>(...values: T) =>
  Type.Unsafe<T[number]>(Type.String({ enum: [...values] }));

export const CHANNELS = ['voice', 'chat', 'email', 'sms', 'social', 'video', 'task'] as const;
export type Channel = (typeof CHANNELS)[number];
export const DIRECTIONS = ['inbound', 'outbound', 'internal'] as const;
export type Direction = (typeof DIRECTIONS)[number];
export const SEGMENT_KINDS = [
  'initial',
  'overflow',
  'transfer',
  'requeue',
  'callback',
  'consult',
  'resume',
] as const;
export type SegmentKind = (typeof SEGMENT_KINDS)[number];
/** Whose word a fact is, weakest first: the fold believes the strongest. */
export const AUTHORITIES = ['inferred', 'secondary', 'primary', 'record'] as const;
export type Authority = (typeof AUTHORITIES)[number];
/** Why a contact left a queue without an agent (`lost`: nobody knows). */
export const FLOW_OUT_CAUSES = [
  'overflow',
  'transfer',
  'timeout',
  'empty',
  'key_exit',
  'withdrawn',
  'agent_gone',
  'system',
  'callback',
  'voicemail',
  'closed',
  'self_care',
  'lost',
] as const;
export type FlowOutCause = (typeof FLOW_OUT_CAUSES)[number];

export const Contact = Type.Object({
  id: Id,
  rootId: Type.Optional(Id),
  segmentId: Type.Optional(Id),
  previousId: Type.Optional(Id),
  channel: Type.Optional(words(...CHANNELS)),
  direction: Type.Optional(words(...DIRECTIONS)),
});
export const Queue = Type.Object({ id: Id, name: Type.Optional(ShortText) });
export const Agent = Type.Object({ id: Id, name: Type.Optional(ShortText) });
export const Case = Type.Object({ id: Id, category: Type.Optional(ShortText) });
export const Customer = Type.Object({ key: Id });
/** Durations stated by the vendor, in milliseconds. */
export const Measured = Type.Object({
  waitMs: Type.Optional(DurationMs),
  ringMs: Type.Optional(DurationMs),
  talkMs: Type.Optional(DurationMs),
  holdMs: Type.Optional(DurationMs),
  wrapMs: Type.Optional(DurationMs),
});
/** Does this source tell hold, wrap-up and the start of ringing at all? Absent means true. */
export const Reports = Type.Object({
  hold: Type.Optional(Type.Boolean()),
  acw: Type.Optional(Type.Boolean()),
  ring: Type.Optional(Type.Boolean()),
});
export type Reports = Static<typeof Reports>;

/** Fields that any event's `data` may carry. Unknown fields are kept and ignored. */
export const commonFields = {
  contact: Type.Optional(Contact),
  queue: Type.Optional(Queue),
  agent: Type.Optional(Agent),
  case: Type.Optional(Case),
  customer: Type.Optional(Customer),
  queuedAt: Type.Optional(InstantText),
  measured: Type.Optional(Measured),
  authority: Type.Optional(words(...AUTHORITIES)),
  revision: Type.Optional(Count),
  reports: Type.Optional(Reports),
};

export { Count, DurationMs, ShortText, words };
