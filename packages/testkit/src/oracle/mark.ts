import type { JudgedHandling, JudgedSegment } from './centre.ts';
import type { JudgedContact } from './contact.ts';
import type { Conversation, Place } from './conversation.ts';
import type { Fact } from './facts.ts';
import { latestSegment, type Scan } from './journey.ts';

/** Something counted once, at one instant, in one queue (or only in the totals). */
export interface Mark extends Place {
  readonly id: string;
  readonly atMs: number;
  /** What it adds to a sum; 1 where only its number counts. */
  readonly value: number;
  /** Of a figure with a breakdown. */
  readonly word?: string;
  readonly agent?: string | undefined;
}

/** One inbound journey, judged. */
export interface Judged {
  readonly scan: Scan;
  readonly contact: JudgedContact;
  readonly conversation: Conversation;
  readonly segments: readonly JudgedSegment[];
  readonly handlings: readonly JudgedHandling[];
}

/** Where a fact of a contact counts: in the queue of the segment it names, else of the latest one entered. */
export function placeOf(scan: Scan, fact: Fact, channel: string): Place {
  const named = scan.segments.find((s) => s.key === fact.segmentId && s.kind !== 'consult');
  const told = { queue: fact.data.queue?.id, channel: fact.data.contact?.channel ?? channel };
  if (named === undefined && fact.segmentId !== undefined && told.queue !== undefined) return told;
  const segment = named ?? latestSegment(scan.segments, fact.timeMs, fact);
  return segment === undefined ? told : { queue: segment.queue, channel: segment.channel };
}
