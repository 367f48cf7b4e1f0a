/**
 * A computation that pauses now and then, so that whoever drives it can let others have their turn: run to its end by
 * {@link finish}, or step by step by a service that must stay responsive.
 */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Runs a computation without pauses. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
