import { foldOrder, type Fact } from './facts.ts';

export type OutcomeKind = 'answered' | 'abandoned' | 'flow_out' | 'lost';

/** An outcome that somebody asserts for a segment, and that makes sense there. */
export interface Candidate {
  readonly kind: OutcomeKind;
  readonly fact: Fact;
  readonly cause: string;
}

/** An outcome nobody asserts, read out of a contact's end. */
export interface Closing {
  readonly kind: 'abandoned' | 'flow_out';
  readonly atMs: number;
  readonly cause: string;
}

export interface Outcome {
  readonly kind: OutcomeKind;
  readonly atMs: number;
  readonly cause: string;
  /** Who answered. */
  readonly agent: string | undefined;
  /** The message that answered, on channels where a message answers. */
  readonly message: Fact | undefined;
  /** Only its age closed it. */
  readonly overAge: boolean;
}

/** One stay in one queue. `entered`, `queue`, `kind` are those of the entry believed. */
export interface Segment {
  readonly key: string;
  readonly entry: Fact;
  readonly contactId: string;
  readonly queue: string | undefined;
  readonly channel: string;
  readonly kind: string;
  readonly enteredMs: number;
  readonly reports: { hold: boolean; acw: boolean; ring: boolean };
  /** A message answers here: asynchronous channels, and chats with `answerEvent: first_agent_message`. */
  readonly answeredByMessage: boolean;
  readonly asynchronous: boolean;
  readonly overAgeMs: number;
  readonly restartMs: number | undefined;
  /** The scan has passed the entry. */
  entered: boolean;
  /** It was reopened after it had been left. */
  resumed: boolean;
  candidates: Candidate[];
  closings: Closing[];
  readonly offers: Fact[];
  outcome: Outcome;
}

/** One agent's work on a contact. */
export interface Handling {
  readonly contactId: string;
  readonly agent: string;
  /** What its `answered` named, known or not. */
  readonly segmentKey: string | undefined;
  /** The queue its answer named. */
  readonly queue: string | undefined;
  readonly segment: Segment | undefined;
  readonly startMs: number;
  readonly reports: { hold: boolean; acw: boolean };
  readonly maxEndMs: number;
  readonly restartMs: number | undefined;
  talkEndMs: number | undefined;
  wrapStartMs: number | undefined;
  wrapEndMs: number | undefined;
  holdFromMs: number | undefined;
  holdMs: number;
  holdFacts: boolean;
  /** The fact that ended the talk. */
  endedBy: Fact | undefined;
  /** The customer was on hold when the talk ended. */
  endedOnHold: boolean;
  /** `measured` of the event that ended the talk. */
  stated: { holdMs?: number; wrapMs?: number };
}

/** A step of the conversation: a fact, and what it means for turns. */
export interface Step {
  readonly fact: Fact;
  /** A `contact.ended` that leaves nothing open. */
  readonly closesContact: boolean;
  /** The customer left while waiting (of asynchronous work: anybody closed it), and nobody talks or waits any more. */
  readonly leavesContact: boolean;
  /** It flowed out of a queue of a live channel, and nobody talks or waits any more. */
  readonly flowsOut: boolean;
}

/** Everything the scan of one journey's facts found. */
export interface Scan {
  readonly facts: readonly Fact[];
  readonly direction: string;
  readonly segments: readonly Segment[];
  readonly handlings: readonly Handling[];
  readonly steps: readonly Step[];
  /** Outcomes set aside. */
  readonly held: readonly Fact[];
  readonly conflicts: number;
}

/** Kinds that are not the customer's own wait for a first human. */
export const NOT_AN_ARRIVAL: readonly string[] = ['consult', 'callback'];

/** The latest segment (consults apart) entered at or before an instant; of the fact's own, before the fact. */
export function latestSegment(segments: readonly Segment[], atMs: number, fact?: Fact): Segment | undefined {
  let latest: Segment | undefined;
  for (const segment of segments) {
    const { entry, enteredMs } = segment;
    if (segment.kind === 'consult' || enteredMs > atMs) continue;
    if (fact !== undefined && entry.timeMs === enteredMs && foldOrder(entry, fact) > 0) continue;
    if (latest === undefined || segment.enteredMs >= latest.enteredMs) latest = segment;
  }
  return latest;
}
