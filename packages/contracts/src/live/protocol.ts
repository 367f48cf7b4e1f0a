import Type, { type Static } from 'typebox';
import type { TopicName } from './topics.ts';
import type { FigureState, NullReason, Row, RowKey } from './rows.ts';

/** Version of the live protocol; a test pins the hash of its schemas to it. */
export const LIVE_PROTOCOL_VERSION = 2;

const Names = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 1000 });

/** What a client may send. Anything else is answered with an `error`; the connection stays. */
export const SubscribeMessage = Type.Object(
  {
    op: Type.Literal('subscribe'),
    id: Type.String({ minLength: 1, maxLength: 64 }),
    topic: Type.Optional(Type.String({ maxLength: 32 })),
    centre: Type.Optional(Type.String({ maxLength: 100 })),
    windows: Type.Optional(Names),
    queues: Type.Optional(Names),
    channels: Type.Optional(Names),
    kpis: Type.Optional(Names),
  },
  { additionalProperties: false },
);
export const UnsubscribeMessage = Type.Object(
  { op: Type.Literal('unsubscribe'), id: Type.String({ minLength: 1, maxLength: 64 }) },
  { additionalProperties: false },
);
/** What a wall screen says of itself, every five seconds, as long as its page paints. It is not answered. */
export const ReportMessage = Type.Object(
  {
    op: Type.Literal('report'),
    /** Name of the screen; one that has a key of its own needs none. */
    screen: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._ -]{0,99}$' })),
    /** Build of its page. */
    version: Type.String({ minLength: 1, maxLength: 64 }),
    /** What it shows. */
    page: Type.String({ maxLength: 200 }),
    /** Age of its figures; `null`: it has none. */
    lagMs: Type.Union([Type.Integer({ minimum: 0, maximum: 1e12 }), Type.Null()]),
  },
  { additionalProperties: false },
);
export const ClientMessage = Type.Union([SubscribeMessage, UnsubscribeMessage, ReportMessage]);
export type SubscribeMessage = Static<typeof SubscribeMessage>;
export type UnsubscribeMessage = Static<typeof UnsubscribeMessage>;
export type ReportMessage = Static<typeof ReportMessage>;
export type ClientMessage = Static<typeof ClientMessage>;

export type LiveErrorCode =
  | 'bad_message'
  | 'unknown_topic'
  | 'unknown_window'
  | 'unknown_kpi'
  | 'unknown_centre'
  | 'not_allowed'
  | 'too_many';

export interface SubscribedMessage {
  readonly op: 'subscribed';
  readonly id: string;
  readonly channel: string;
}
interface Frame {
  readonly channel: string;
  /** Rises when the partition changes owner or restarts: what is held of an older epoch is void. */
  readonly epoch: number;
  /** Without gaps within a channel and epoch. */
  readonly seq: number;
  readonly asOf: string;
  readonly watermark?: string | null;
  readonly state: FigureState;
  readonly since?: string;
  readonly until?: string;
  readonly reason?: NullReason;
}
/** The whole content of a channel: replaces what the client holds. */
export interface SnapshotMessage extends Frame {
  readonly op: 'snapshot';
  readonly rows: readonly Row[];
}
/** Applies only to `seq` − 1. A row carries the KPIs that changed; they replace those held. */
export interface DeltaMessage extends Frame {
  readonly op: 'delta';
  readonly rows: readonly Row[];
  readonly removed?: readonly RowKey[];
}
/**
 * The things of a topic: all of them in a snapshot, those that are new or changed in a delta, which applies only to
 * `seq` − 1; `removed` names those that are gone by the fields that tell them apart.
 */
export interface TopicMessage extends Frame {
  readonly op: 'snapshot' | 'delta';
  readonly topic: TopicName;
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly removed?: readonly Readonly<Record<string, unknown>>[];
}

/** At least every 2 s, so that a viewer knows stale from quiet. */
export interface HeartbeatMessage {
  readonly op: 'heartbeat';
  readonly now: string;
  readonly watermark: string | null;
  readonly state: FigureState;
  readonly since?: string;
  readonly until?: string;
  readonly reason?: NullReason;
}
export interface ErrorMessage {
  readonly op: 'error';
  readonly id?: string;
  readonly code: LiveErrorCode;
  readonly message: string;
}
/** What a subscriber of figures is told. */
export type ServerMessage =
  SubscribedMessage | SnapshotMessage | DeltaMessage | HeartbeatMessage | ErrorMessage;

/** WebSocket close codes: what the client should do next. */
export const CLOSE_CODES = { policy: 1008, tooBig: 1009, tryAgainLater: 1013 } as const;
