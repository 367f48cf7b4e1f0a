import type { JudgeContext } from './contributions.ts';
import type { ContactView, Handling, Segment } from './view.ts';

/** When an agent's work on a contact ends, by what was told and by the greatest ages the configuration allows. */
export interface Work {
  readonly startAt: number;
  readonly talkEndAt: number;
  /** End of wrap-up. */
  readonly endAt: number;
  /** 0 where the source does not report it. */
  readonly holdMs: number;
  readonly acwMs: number;
  /** Counted as handled; a restart of the source ends what it cannot tell of, uncounted. */
  readonly isCounted: boolean;
}

/** The times of a handling as known now. */
export function workOf(handling: Handling, context: JudgeContext): Work {
  const { startAt, reported } = handling;
  const restartAt = context.restarts.get(handling.source)?.find(({ at }) => at >= startAt)?.at;
  if (handling.talkEndAt === undefined && restartAt !== undefined) {
    return { startAt, talkEndAt: restartAt, endAt: restartAt, holdMs: 0, acwMs: 0, isCounted: false };
  }
  const { maxHandlingAgeMs } = context.versions.at(startAt).time;
  const talkEndAt = Math.max(startAt, handling.talkEndAt ?? startAt + maxHandlingAgeMs);
  const wrapStartAt = Math.max(handling.wrapStartAt ?? talkEndAt, talkEndAt);
  const acwMs = acwOf(handling, wrapStartAt, context);
  return {
    startAt,
    talkEndAt,
    endAt: wrapStartAt + acwMs,
    holdMs: reported.hold ? Math.min(holdOf(handling, talkEndAt), talkEndAt - startAt) : 0,
    acwMs: reported.acw ? acwMs : 0,
    isCounted: true,
  };
}

/** The segment whose queue a handling counts for: its own, else where the contact waited last before it. */
export function segmentOfWork(view: ContactView, handling: Handling): Segment | undefined {
  const { segment } = handling;
  if (segment?.queue !== undefined) return segment;
  let last: Segment | undefined;
  for (const before of view.segments) {
    const { enteredAt, kind } = before;
    if (enteredAt === undefined || enteredAt > handling.startAt || kind === 'consult') continue;
    if (last === undefined || enteredAt >= last.enteredAt!) last = before;
  }
  return last?.queue === undefined ? undefined : last;
}

function acwOf(handling: Handling, wrapStartAt: number, context: JudgeContext): number {
  const { maxAcwMs } = context.versions.at(wrapStartAt).time;
  if (handling.wrapStartAt === undefined && handling.wrapEndAt === undefined) {
    return Math.min(handling.wrapMs ?? 0, maxAcwMs);
  }
  if (handling.wrapEndAt === undefined) {
    const movedOnAt = context.agentMovedOn(handling.agent, wrapStartAt);
    return movedOnAt === undefined ? maxAcwMs : Math.min(movedOnAt - wrapStartAt, maxAcwMs);
  }
  return Math.min(Math.max(0, handling.wrapEndAt - wrapStartAt), maxAcwMs);
}

function holdOf(handling: Handling, talkEndAt: number): number {
  if (handling.holds.length === 0) return Math.max(0, Math.round(handling.holdMs ?? 0));
  return handling.holds.reduce(
    (sum, hold) => sum + Math.max(0, Math.min(hold.to ?? talkEndAt, talkEndAt) - hold.from),
    0,
  );
}
