import { Readable } from 'node:stream';
import { Question, QUESTIONS_PATH } from '@vigie/contracts';
import { QuestionError, type Owners } from '@vigie/engine';
import { ProblemError, problemOf, type ServiceContext } from '@vigie/service-kit';
import { Compile } from 'typebox/compile';

const validator = Compile(Question);
const MAX_QUESTION_BYTES = 256 * 1024;
const INTERNAL = { bodyLimit: MAX_QUESTION_BYTES, config: { access: 'internal' } } as const;

/** Answers gateways of other processes: the question is the body, a problem document says why there is no answer. */
export function addQuestionsRoute(http: ServiceContext['http'], owners: Owners): void {
  http.post(QUESTIONS_PATH, INTERNAL, async (request, reply) => {
    const { body } = request;
    if (!validator.Check(body)) {
      const [fault] = validator.Errors(body);
      throw new ProblemError(400, `the question is not one: ${fault?.instancePath} ${fault?.message}`);
    }
    try {
      const answer = await owners.ask(body);
      return await reply
        .header('cache-control', 'no-store')
        .type(answer.type)
        .send(Readable.from(answer.body, { objectMode: false }));
    } catch (error) {
      throw error instanceof QuestionError ? problemOf(error) : error;
    }
  });
}
