import type { Question } from '@vigie/contracts';

/** What an owner answers: text of a media type, in pieces. */
export interface OwnerAnswer {
  readonly type: string;
  readonly body: Iterable<string> | AsyncIterable<string | Uint8Array>;
}

/**
 * Asks whoever owns a centre's partition what takes records to answer. Rejects with a {@link QuestionError} when there
 * is no answer: nobody owns the partition, its owner is catching up or has too much to do, or the question is wrong.
 */
export interface Owners {
  ask(question: Question): Promise<OwnerAnswer>;
}

/** Why a question has no answer, for whoever asked; the statuses are those of HTTP. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError';
  readonly status: number;
  /** The parameter that is wrong. */
  readonly parameter: string | undefined;
  /** It is worth asking again after so many seconds. */
  readonly retryAfterS: number | undefined;

  constructor(
    status: number,
    detail: string,
    more: { readonly parameter?: string | undefined; readonly retryAfterS?: number | undefined } = {},
  ) {
    super(detail);
    this.status = status;
    this.parameter = more.parameter;
    this.retryAfterS = more.retryAfterS;
  }
}
