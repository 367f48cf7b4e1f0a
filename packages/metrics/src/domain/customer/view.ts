import type { Channel } from '@vigie/contracts';
import type { CustomerCase } from '../case/links.ts';
import type { Link } from '../link.ts';

/** What an inbound contact tells the customer it names. Instants in ms. */
export interface CustomerContact extends Link {
  /** When the customer asked for a human, or began to be served. */
  readonly attemptAt: number;
  /** A human served it from then on. */
  readonly handledAt: number | undefined;
  /** It was decided without a human answer. */
  readonly isMissed: boolean;
  /** The case it names first: its category is the contact's. */
  readonly caseId: string | undefined;
  readonly queue: string | undefined;
  readonly channel: Channel;
}

/** A contact as the customer's figures see it. */
export interface Attempt {
  readonly at: number;
  readonly handledAt: number | undefined;
  readonly isMissed: boolean;
  readonly category: string;
  readonly queue: string | undefined;
  readonly channel: Channel;
}

/** What a customer's contacts and cases come to. */
export interface CustomerView {
  /** Inbound contacts that asked for a human or were served by one, by arrival. */
  readonly attempts: readonly Attempt[];
  /** Cases that were resolved. */
  readonly cases: readonly CustomerCase[];
}
