/** Why the service cannot start, as one sentence for the person who starts it: no stack is shown. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** For `catch`: what an adapter says of its settings is why the service cannot start. */
export function refuseStart(error: unknown): never {
  throw new StartError(error instanceof Error ? error.message : String(error));
}
