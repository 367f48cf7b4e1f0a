import type { Place } from './conversation.ts';
import type { Fact } from './facts.ts';
import { placeOf } from './mark.ts';
import type { Scan } from './journey.ts';
import { instantMs } from './time.ts';

/** A promise to call back: pending in [fromMs, untilMs), due from `dueMs` on. */
export interface Callback extends Place {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly dueMs: number;
}

const OVER = ['callback.cancelled', 'callback.failed'];

/** The callbacks a customer asked for, each until he is connected, or it failed or was cancelled. */
export function callbacksOf(scan: Scan, channel: string): Callback[] {
  const { facts, segments } = scan;
  const requests: { readonly fact: Fact; readonly dueAt: string | undefined }[] = facts
    .filter(({ type }) => type === 'callback.requested')
    .map((fact) => ({ fact, dueAt: fact.data.dueAt }));
  if (requests.length === 0) {
    const left = segments.filter(
      ({ outcome }) => outcome.kind === 'flow_out' && outcome.cause === 'callback',
    );
    return left.map((segment) => pending(segment, segment.outcome.atMs, undefined));
  }
  return requests.map(({ fact, dueAt }) =>
    pending(placeOf(scan, fact, channel), fact.timeMs, fact.data.callbackId, dueAt),
  );

  function pending(
    { queue, channel: at }: Place,
    fromMs: number,
    callbackId: string | undefined,
    dueAt?: string,
  ): Callback {
    const tries = segments.filter((s) => s.kind === 'callback' && s.enteredMs >= fromMs);
    const done = tries
      .filter(({ outcome }) => outcome.kind === 'answered')
      .map(({ outcome }) => outcome.atMs);
    const over = facts
      .filter(({ type, timeMs }) => OVER.includes(type) && timeMs >= fromMs)
      .filter(
        ({ data }) =>
          callbackId === undefined || data.callbackId === undefined || data.callbackId === callbackId,
      )
      .map(({ timeMs }) => timeMs);
    const told = dueAt === undefined ? fromMs : instantMs(dueAt);
    return {
      queue,
      channel: at,
      fromMs,
      untilMs: Math.min(...done, ...over, Number.POSITIVE_INFINITY),
      dueMs: Math.min(told, ...tries.map((s) => s.enteredMs)),
    };
  }
}
