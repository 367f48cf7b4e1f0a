import type { Question } from '@vigie/contracts';
import {
  answer,
  archiveReach,
  QuestionError,
  wholeHistory,
  type AnswerContext,
  type AnswerText,
  type CheckpointStore,
  type History,
  type LiveCentre,
  type OwnerAnswer,
  type Owners,
  type PartitionId,
} from '@vigie/engine';
import type { MetricFamily } from '@vigie/service-kit';
import type { PartitionRunner } from './partition-runner.ts';

/** Answers that are made at the same time: they share the event loop with the stream of events. */
const AT_ONCE = 2;
/** Questions that wait for their turn; a further one is refused. */
const MAX_WAITING = 32;
/** An answer is worked on for this long in one turn of the event loop, ms. */
const TURN_MS = 8;

/** Answers questions about the centres of the partitions that are owned here, some at a time. */
export class Questions implements Owners {
  readonly #runners: ReadonlyMap<PartitionId, PartitionRunner>;
  readonly #context: AnswerContext;
  readonly #waiting: (() => void)[] = [];
  readonly #store: Pick<CheckpointStore, 'archived'>;
  readonly #keepIntervalsMs: number;
  #running = 0;
  #answered = 0;
  #refused = 0;

  constructor(
    runners: ReadonlyMap<PartitionId, PartitionRunner>,
    store: Pick<CheckpointStore, 'archived'>,
    keepIntervalsMs: number,
    context: AnswerContext,
  ) {
    this.#keepIntervalsMs = keepIntervalsMs;
    this.#runners = runners;
    this.#store = store;
    this.#context = context;
  }

  async ask(question: Question): Promise<OwnerAnswer> {
    try {
      await this.#turn();
      try {
        const live = this.#centreOf(question);
        const history = await this.#historyOf(live, question);
        const accounts = this.#runners.get(question.partition)?.processor.accounts;
        const { type, text } = answer(live, question, { ...this.#context, history, accounts });
        const body = await inTurns(text);
        this.#answered++;
        return { type, body };
      } finally {
        this.#running--;
        this.#waiting.shift()?.();
      }
    } catch (error) {
      this.#refused++;
      throw error;
    }
  }

  *families(): Generator<MetricFamily> {
    yield {
      name: 'vigie_questions_total',
      help: 'Questions of gateways that took records to answer, by what became of them.',
      type: 'counter',
      samples: [
        { value: this.#answered, labels: { outcome: 'answered' } },
        { value: this.#refused, labels: { outcome: 'refused' } },
      ],
    };
  }

  async #turn(): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) {
      throw new QuestionError(503, 'too many questions wait for the owner of the centre already', {
        retryAfterS: 2,
      });
    }
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
  }

  /** Rows of the past with those of the archive, when the question reaches into it. */
  async #historyOf(live: LiveCentre, question: Question): Promise<History | undefined> {
    for (;;) {
      const reach = archiveReach(live, question, this.#keepIntervalsMs);
      if (reach === undefined) return undefined;
      const { storedUntilMs } = live.finality;
      const parts = await this.#store.archived(question.partition, { centre: live.name, ...reach });
      // What left the memory meanwhile would be in neither.
      if (live.finality.storedUntilMs === storedUntilMs)
        return await runInTurns(wholeHistory(live, reach, parts));
    }
  }

  #centreOf(question: Question): LiveCentre {
    const { partition, centre } = question;
    const runner = this.#runners.get(partition);
    if (runner === undefined) {
      throw new QuestionError(503, `partition ${partition} is not owned here (any more)`, { retryAfterS: 1 });
    }
    if (runner.figures.recovering) {
      throw new QuestionError(503, 'the figures are being recovered from the log: ask again in a moment', {
        retryAfterS: 1,
      });
    }
    const live = runner.processor.centres.get(centre);
    if (live === undefined)
      throw new QuestionError(404, `centre: nothing is known of ${JSON.stringify(centre)}`);
    return live;
  }
}

/** The whole text, made without holding the event loop for long. */
async function inTurns(text: AnswerText): Promise<readonly string[]> {
  const pieces: string[] = [];
  await runInTurns(text, (piece) => pieces.push(piece));
  return pieces;
}

/** Runs a computation some milliseconds at a time, and lets others have their turn in between. */
async function runInTurns<T>(
  steps: Generator<string | undefined, T, undefined>,
  onPiece: (piece: string) => void = () => undefined,
): Promise<T> {
  let until = performance.now() + TURN_MS;
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (value !== undefined) onPiece(value);
    if (performance.now() < until) continue;
    await new Promise((resolve) => setImmediate(resolve));
    until = performance.now() + TURN_MS;
  }
}
