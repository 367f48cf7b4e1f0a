/** Why the service cannot start, as one sentence for the person who starts it: no stack is shown. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
