/**
 * The oracle's own picture of an event, of a configuration and of a row. It shares no type with the rest of Vigie on
 * purpose: what is checked must not lend its definitions to the checker.
 */

export type Authority = 'record' | 'primary' | 'secondary' | 'inferred';

export type AgentState = 'logged_out' | 'available' | 'on_contact' | 'acw' | 'paused' | 'unknown';

/** `data` of a canonical event: the fields the oracle reads, all optional, others kept. */
export interface OracleData {
  readonly contact?: {
    readonly id: string;
    readonly rootId?: string;
    readonly segmentId?: string;
    readonly channel?: string;
    readonly direction?: string;
  };
  readonly queue?: { readonly id: string };
  readonly agent?: { readonly id: string };
  readonly case?: { readonly id: string; readonly category?: string };
  readonly customer?: { readonly key: string };
  readonly queuedAt?: string;
  readonly measured?: {
    readonly waitMs?: number;
    readonly ringMs?: number;
    readonly talkMs?: number;
    readonly holdMs?: number;
    readonly wrapMs?: number;
  };
  readonly authority?: Authority;
  readonly revision?: number;
  readonly reports?: { readonly hold?: boolean; readonly acw?: boolean; readonly ring?: boolean };
  readonly kind?: string;
  readonly cause?: string;
  readonly by?: string;
  readonly bot?: boolean;
  readonly from?: string;
  readonly visibility?: string;
  readonly messageId?: string;
  readonly offerId?: string;
  readonly callbackId?: string;
  readonly dueAt?: string;
  readonly to?: unknown;
  readonly state?: AgentState;
  readonly since?: string;
  readonly op?: 'added' | 'removed' | 'set';
  readonly queues?: readonly string[];
  readonly agents?: readonly {
    readonly id: string;
    readonly state: AgentState;
    readonly since?: string;
    readonly queues?: readonly string[];
  }[];
  readonly responseId?: string;
  readonly score?: number;
  readonly min?: number;
  readonly max?: number;
  readonly polarity?: 'ease' | 'effort';
  readonly verbatim?: boolean;
  readonly formId?: string;
  readonly calibration?: boolean;
  readonly saleId?: string;
  readonly sentiment?: { readonly score: number; readonly min: number; readonly max: number };
  readonly keywords?: readonly { readonly id: string; readonly hits: number }[];
  readonly transcribed?: boolean;
  readonly name?: string;
  readonly value?: number;
  readonly date?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly effectiveFrom?: string;
  readonly body?: OracleConfig;
  readonly [field: string]: unknown;
}

/** A canonical CloudEvent as a plain JSON object. */
export interface OracleEvent {
  readonly specversion: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly sequence?: string;
  readonly centre?: string;
  readonly ingestedtime?: string;
  readonly data: OracleData;
}

export type Formula =
  | 'answered_over_offered'
  | 'exclude_short_abandons'
  | 'exclude_abandons_within_threshold'
  | 'abandons_within_threshold_positive'
  | 'short_abandons_positive'
  | 'answered_only'
  | 'removed_within_threshold';

export interface ServiceLevelConfig {
  readonly threshold?: string;
  readonly shortAbandon?: string;
  readonly formula?: Formula;
  readonly boundary?: 'inclusive' | 'exclusive';
  readonly includeFlowOuts?: boolean | readonly string[];
  readonly segmentKinds?: readonly string[];
  readonly clock?: 'segment' | 'contact';
  readonly answerEvent?: 'agent_joined' | 'first_agent_message';
}

export interface FirstResponseConfig {
  readonly anchor?: 'customer_first_message' | 'queue_entry' | 'agent_assignment' | 'bot_handoff';
  readonly target?: string;
  readonly clock?: 'elapsed' | 'business';
  readonly responseTimeIncludesFirst?: boolean;
}

/** What a channel says, and a queue or a queue's channel may override. */
export interface ChannelConfig {
  readonly mode?: 'live' | 'async';
  readonly serviceLevel?: ServiceLevelConfig;
  readonly firstResponse?: FirstResponseConfig;
  readonly includeOutOfHours?: boolean;
  readonly calendar?: string;
}

export interface QueueConfig extends ChannelConfig {
  readonly channel?: string;
  readonly team?: string;
  readonly site?: string;
  readonly sales?: boolean;
  readonly channels?: Readonly<Record<string, ChannelConfig>>;
}

/** Openings by weekday (`mon` … `sun`), and closed days. */
export interface CalendarConfig {
  readonly [weekday: string]: readonly string[] | undefined;
  readonly holidays?: readonly string[];
}

/** `vigie.yaml`'s semantic part, in its own spelling; absent keys have their defaults. */
export interface OracleConfig {
  readonly centre?: { readonly timeZone?: string; readonly dayStart?: string };
  readonly time?: {
    readonly maxSegmentAge?: string;
    readonly maxHandlingAge?: string;
    readonly maxAcw?: string;
    readonly maxAsyncAge?: string;
  };
  readonly channels?: Readonly<Record<string, ChannelConfig>>;
  readonly queues?: Readonly<Record<string, QueueConfig>>;
  readonly calendars?: Readonly<Record<string, CalendarConfig>>;
  readonly agents?: Readonly<Record<string, { readonly team?: string }>>;
  readonly cases?: {
    readonly fcrWindow?: string;
    readonly fcrCountAbandons?: boolean;
    readonly fcrTransferBreaks?: boolean;
  };
}

/** A configuration and the instant from which it judges. */
export interface OracleConfigVersion {
  readonly effectiveFromMs: number;
  readonly body: OracleConfig;
}

export interface OracleFigure {
  readonly value: number | null;
  readonly n: number;
  readonly by?: Readonly<Record<string, number>>;
  readonly partial?: readonly string[];
  readonly reason?: string;
  readonly since?: string;
}

export interface OracleRow {
  readonly queue: string;
  readonly channel: string;
  readonly window: string;
  readonly kpis: Readonly<Record<string, OracleFigure>>;
}

export interface OracleIntervalRow {
  readonly queue: string;
  readonly channel: string;
  readonly start: string;
  readonly end: string;
  readonly kpis: Readonly<Record<string, OracleFigure>>;
}

export interface OracleAccounts {
  readonly read: number;
  readonly applied: number;
  readonly duplicate: number;
  readonly late: number;
  readonly future: number;
  readonly held: number;
  readonly conflicts: number;
}
