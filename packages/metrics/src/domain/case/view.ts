import type { Channel } from '@vigie/contracts';
import type { Stretch } from '../contact/view.ts';
import type { Link } from '../link.ts';

/** What a contact tells a case it belongs to. Instants in ms. */
export interface CaseContact extends Link {
  /** Nothing is known of it but that it was named: what its own events tell counts instead, if they ever do. */
  readonly isBare: boolean;
  /** Its first sign of life. */
  readonly startAt: number;
  /** When the customer asked for a human, or began to be served; `undefined`: neither, or it is outbound. */
  readonly attemptAt: number | undefined;
  /** A human served it from then on. */
  readonly handledAt: number | undefined;
  /** When it was decided that the customer had left before a human answer. */
  readonly abandonedAt: number | undefined;
  readonly inbound: boolean;
  readonly isTransferred: boolean;
  /** Humans who worked on it. */
  readonly agents: readonly string[];
  /** Of a contact that only a bot had to do with: its end, unless the bot itself ended it. */
  readonly botEndedAt: number | undefined;
  readonly customer: string | undefined;
  readonly queue: string | undefined;
  readonly channel: Channel;
  /** The case is the contact itself. */
  readonly isItself: boolean;
  /** It is an item of asynchronous work by itself. */
  readonly isItem: boolean;
}

/** What folding the facts of a case and what its contacts tell gives. Instants in ms. */
export interface CaseView {
  /** Its past is known: nothing tells of a resolution before those known. */
  readonly isWhole: boolean;
  /** Told opening; `undefined`: nobody told it. */
  readonly openedAt: number | undefined;
  /** From when resolution is timed: the opening, of a contact that is its own case its first sign of life. */
  readonly timedFrom: number | undefined;
  /** As of now; `undefined`: none was ever told. */
  readonly category: string | undefined;
  readonly customer: string | undefined;
  readonly queue: string | undefined;
  readonly channel: Channel | undefined;
  /** Every action, rising. */
  readonly resolutions: readonly number[];
  readonly reopenings: readonly number[];
  /** First reopening after the first resolution. */
  readonly undoneAt: number | undefined;
  /** A bot resolved it, at some time. */
  readonly byBot: boolean;
  /** How it stands closed now; `undefined`: it is open, or nobody knows. */
  readonly closing: { readonly at: number; readonly isResolved: boolean } | undefined;
  /** When it was open; an open end is now. */
  readonly open: readonly Stretch[];
  /** Its last sign of life. */
  readonly lastAt: number;
  /** By their first sign of life. */
  readonly contacts: readonly CaseContact[];
  /** How many humans worked on it. */
  readonly humans: number;
}
