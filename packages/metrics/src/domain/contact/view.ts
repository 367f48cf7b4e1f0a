import type { Fact } from '../fact.ts';
import type { Bonds } from './bonds.ts';
import type { Callback } from './callbacks.ts';
import type { Feedback } from './feedback.ts';
import type { Movements } from './movements.ts';
import type { Channel, FlowOutCause, SegmentKind } from '@vigie/contracts';

/** Durations a source may not report at all; then they are unknown, not 0. */
export interface Reported {
  readonly hold: boolean;
  readonly acw: boolean;
  readonly ring: boolean;
}

export type OutcomeKind = 'answered' | 'abandoned' | 'flow_out' | 'lost';

/** How a stay in a queue ended. `asserted`: some event said so; otherwise the fold inferred it from what followed. */
export interface Outcome {
  readonly kind: OutcomeKind;
  readonly at: number;
  readonly sequence: string;
  readonly authority: number;
  readonly asserted: boolean;
  readonly cause?: FlowOutCause;
  readonly agent?: string | undefined;
}

/** A ring at an agent, from its start to its end (`undefined`: still ringing). */
export interface Offer {
  readonly id: string | undefined;
  readonly agent: string | undefined;
  readonly from: number;
  to: number | undefined;
}

/** One stay of the contact in one queue. */
export interface Segment {
  readonly id: string | undefined;
  readonly contact: string;
  queue: string | undefined;
  kind: SegmentKind;
  channel: Channel;
  source: string;
  /** Entry into the queue, ms; `undefined` until somebody tells it. */
  enteredAt: number | undefined;
  /** The fact that tells the entry. */
  openedBy: Fact | undefined;
  /** The scan has come to the entry. */
  isOpen: boolean;
  /** It was reopened after somebody said how it had ended. */
  isResumed: boolean;
  /** Outcomes that were told or inferred, in fold order. */
  readonly candidates: Outcome[];
  /** The one that stands. */
  outcome: Outcome | undefined;
  /** Outcomes set aside: their entry is unknown, or they lie too long before it. */
  held: number;
  /** Different outcomes told for this stay, less one. */
  conflicts: number;
  readonly offers: Offer[];
  reported: Reported;
}

/** One agent's work on the contact, from the connection to the end of wrap-up. */
export interface Handling {
  readonly agent: string;
  readonly contact: string;
  readonly segment: Segment | undefined;
  readonly source: string;
  readonly startAt: number;
  /** End of talk. */
  talkEndAt: number | undefined;
  wrapStartAt: number | undefined;
  wrapEndAt: number | undefined;
  /** Wrap-up length stated with the end of the talk, ms. */
  wrapMs: number | undefined;
  /** Hold stated with the end of the talk, ms. */
  holdMs: number | undefined;
  readonly holds: { from: number; to: number | undefined }[];
  /** Its talk ended in a transfer. */
  transferred: boolean;
  reported: Reported;
}

/** What the conversation's gauges say from `at` on, until the next change. */
export interface Awaiting {
  readonly at: number;
  /** The queue it counts for; `undefined`: only in the total. */
  readonly queue: string | undefined;
  /** A customer wrote and no human has answered yet. */
  readonly first: boolean;
  /** Start of the open turn, ms. */
  readonly turnAt: number | undefined;
}

/** Something that happened on the contact, and the queue it counts for (`undefined`: only in the total). */
export interface Happening {
  readonly at: number;
  readonly queue: string | undefined;
}

/** The first human answer of a conversation, and how long the customer had waited by then. */
export interface FirstResponse extends Happening {
  /** Who gave it, if anybody says. */
  readonly agent: string | undefined;
  /** From the configured anchor, ms; `undefined`: there was none. */
  readonly ms: number | undefined;
  /** Within the target. */
  readonly within: boolean;
  /** From each of the anchors, in the order of `ANCHORS`, ms. */
  readonly fromAnchors: readonly (number | undefined)[];
}

/** A response time, attributed to the reply. */
export interface ResponseSample extends Happening {
  readonly agent: string | undefined;
  readonly ms: number;
}

/** How the contact as a whole was decided. */
export type Decision =
  | { readonly kind: 'answered'; readonly at: number }
  | { readonly kind: 'missed'; readonly at: number; readonly reason: MissedReason };
export type MissedReason = 'abandoned' | 'rejected' | 'failed_callback' | Exclude<FlowOutCause, 'lost'>;

/** A stretch of time, ms; without an end it lasts until now. */
export interface Stretch {
  readonly from: number;
  to: number | undefined;
}

/** What folding the facts of a journey gives: the customer's way through the centre, as known now. */
export interface ContactView {
  readonly channel: Channel;
  readonly inbound: boolean;
  readonly segments: readonly Segment[];
  readonly handlings: readonly Handling[];
  /** First entry or rejection, ms; `undefined`: never asked for a human. */
  readonly arrivedAt: number | undefined;
  /** The queue it came to then. */
  readonly arrivedIn: string | undefined;
  /** Last end, transfers apart, and who ended it. */
  readonly ended: { readonly at: number; readonly by: string | undefined } | undefined;
  /** Since when a bot has had to do with it, ms. */
  readonly botSince: number | undefined;
  /** A human talked or wrote to the customer. */
  readonly hasHuman: boolean;
  /** Queues that turned it away. */
  readonly rejectedBy: readonly string[];
  readonly decision: Decision | undefined;
  readonly firstResponse: FirstResponse | undefined;
  /** From when the first response counts by each of the anchors, as far as they are known; ms. */
  readonly anchors: readonly (number | undefined)[];
  readonly responses: readonly ResponseSample[];
  readonly awaiting: readonly Awaiting[];
  /** It was closed without any human answer. */
  readonly unanswered: Happening | undefined;
  /** Turns that were open when it was closed. */
  readonly unansweredTurns: readonly Happening[];
  readonly callbacks: readonly Callback[];
  readonly movements: Movements | undefined;
  readonly feedback: Feedback | undefined;
  /** The cases and the customer it names; `undefined`: none. */
  readonly bonds: Bonds | undefined;
  /** When it was open as an item of asynchronous work, ms; without an end until now. */
  readonly open: readonly Stretch[];
}
