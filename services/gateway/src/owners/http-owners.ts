import { QUESTIONS_PATH, type Question } from '@vigie/contracts';
import { QuestionError, type CheckpointStore, type OwnerAnswer, type Owners } from '@vigie/engine';
import type { Logger } from '@vigie/service-kit';

/** An owner that has not answered within this time is taken for away. */
const ANSWER_TIMEOUT_MS = 15_000;
/** Questions that wait for owners; a further one is refused. */
const MAX_UNDER_WAY = 64;
/** When an owner is away, another takes over within about this time, s. */
const TAKEOVER_S = 5;

/** Asks the owners of partitions by HTTP; where each listens is in the checkpoint store. */
export class HttpOwners implements Owners {
  readonly #store: Pick<CheckpointStore, 'owner'>;
  readonly #logger: Logger;
  readonly #headers: Readonly<Record<string, string>>;
  #underWay = 0;

  /** `internalKey` is what the owners let gateways in by. */
  constructor(store: Pick<CheckpointStore, 'owner'>, logger: Logger, internalKey?: string) {
    this.#headers = {
      'content-type': 'application/json',
      ...(internalKey === undefined ? {} : { authorization: `Bearer ${internalKey}` }),
    };
    this.#store = store;
    this.#logger = logger;
  }

  async ask(question: Question): Promise<OwnerAnswer> {
    if (this.#underWay >= MAX_UNDER_WAY)
      throw away('too many questions wait for the owners of figures already', 2);
    this.#underWay++;
    try {
      const response = await this.#post(await this.#ownerOf(question.partition), question);
      if (response.status === 401) throw this.#notLetIn();
      if (!response.ok || response.body === null) throw await refusalOf(response);
      return { type: response.headers.get('content-type') ?? '', body: response.body };
    } finally {
      this.#underWay--;
    }
  }

  #notLetIn(): QuestionError {
    this.#logger.error(
      'an owner of figures does not let this gateway in: VIGIE_INTERNAL_KEY must be the same',
    );
    return away('the owner of the figures does not let this gateway in', TAKEOVER_S);
  }

  async #ownerOf(partition: number): Promise<string> {
    const owner = await this.#store.owner(partition).catch((error: unknown) => {
      this.#logger.warn({ err: error, partition }, 'the store does not tell who owns a partition');
      throw away('who owns the figures is not known: the store does not answer', 2);
    });
    if (owner === undefined) throw away('nobody owns the figures of this centre yet', TAKEOVER_S);
    return owner.url;
  }

  async #post(url: string, question: Question): Promise<Response> {
    try {
      return await fetch(`${url}${QUESTIONS_PATH}`, {
        method: 'POST',
        headers: this.#headers,
        body: JSON.stringify(question),
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      });
    } catch (error) {
      this.#logger.warn({ err: error, url }, 'the owner of a partition does not answer');
      throw away('the owner of the figures does not answer: another takes over soon', TAKEOVER_S);
    }
  }
}

function away(detail: string, retryAfterS: number): QuestionError {
  return new QuestionError(503, detail, { retryAfterS });
}

/** What an owner says instead of an answer. */
async function refusalOf(response: Response): Promise<QuestionError> {
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; parameter?: string };
  const { status, headers } = response;
  const detail = problem.detail ?? `the owner of the figures answered ${status}`;
  if (status >= 400 && status < 500) return new QuestionError(status, detail, problem);
  return away(detail, Number(headers.get('retry-after') ?? TAKEOVER_S));
}
