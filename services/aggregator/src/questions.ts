import type { Question } from '@vigie/contracts';
import {
  answer,
  QuestionError,
  type Answer,
  type AnswerContext,
  type AnswerText,
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
  #running = 0;
  #answered = 0;
  #refused = 0;

  constructor(runners: ReadonlyMap<PartitionId, PartitionRunner>, context: AnswerContext) {
    this.#runners = runners;
    this.#context = context;
  }

  async ask(question: Question): Promise<OwnerAnswer> {
    try {
      await this.#turn();
      try {
        const { type, text } = this.#answer(question);
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

  #answer(question: Question): Answer {
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
    return answer(live, question, this.#context);
  }
}

/** The whole text, made without holding the event loop for long. */
async function inTurns(text: AnswerText): Promise<readonly string[]> {
  const pieces: string[] = [];
  let until = performance.now() + TURN_MS;
  for (const piece of text) {
    if (piece !== undefined) pieces.push(piece);
    if (performance.now() < until) continue;
    await new Promise((resolve) => setImmediate(resolve));
    until = performance.now() + TURN_MS;
  }
  return pieces;
}
