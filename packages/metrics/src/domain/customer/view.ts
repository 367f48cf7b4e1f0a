import type { Channel } from '@vigie/contracts';
import type { CustomerCase } from '../case/links.ts';
import type { Link } from '../link.ts';

/** What an inbound contact tells the customer it names. Instants in ms. */
export interface CustomerContact extends Link {
  /** When the customer asked for a human, or began to be served. */
  readonly attemptAt: number;
  /** A human served it from then on. */
  readonly handledAt: number | undefined;
  /** It asked for a human, so that it is classified as a repetition or none. */
  readonly isPresented: boolean;
  readonly isAbandoned: boolean;
  /** The case it names last: its category is the contact's. */
  readonly caseId: string | undefined;
  readonly queue: string | undefined;
  readonly channel: Channel;
}

/** A contact with its category as of now. */
export interface Attempt {
  readonly contact: CustomerContact;
  readonly category: string;
}

/** What a customer's contacts and cases come to. */
export interface CustomerView {
  /** By arrival. */
  readonly attempts: readonly Attempt[];
  /** Cases that were resolved. */
  readonly cases: readonly CustomerCase[];
}
