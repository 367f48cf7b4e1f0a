import { Question, QUESTIONS_PATH } from '@vigie/contracts';
import type { Owners } from '@vigie/engine';
import { ProblemError, sendPieces, type ServiceContext } from '@vigie/service-kit';
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
    return await sendPieces(reply, owners.ask(body));
  });
}
