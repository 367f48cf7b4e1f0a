import { isOpen } from './calendar.ts';
import { configAt, settingsOf } from './config.ts';
import { FLOW_OUT_DECIDES_AFTER_MS, type Answer, type Conversation } from './conversation.ts';
import { foldOrder } from './facts.ts';
import { NOT_AN_ARRIVAL, type Scan, type Segment } from './journey.ts';
import type { OracleConfigVersion } from './types.ts';

/** The customer's journey as one contact. */
export interface JudgedContact {
  readonly journey: string;
  readonly channel: string;
  /** Where it arrived. */
  readonly queue: string | undefined;
  /** First entry or rejection; undefined: it never asked for a human. */
  readonly presentedMs: number | undefined;
  /** Of a contact that only a bot held: when it began. */
  readonly botOnlyMs: number | undefined;
  readonly bot: boolean;
  readonly inHours: boolean;
  /** In hours, or counted all the same by the configuration at the decision. */
  readonly counts: boolean;
  /** What became of it when it came out of hours. */
  readonly treatment: string | undefined;
  readonly decidedMs: number | undefined;
  /** Undefined: answered by a human (when decided). */
  readonly missedReason: string | undefined;
  readonly answeredMs: number | undefined;
  /** Answered within the threshold of its channel. */
  readonly inTime: boolean;
  readonly endedMs: number | undefined;
  /** Who ended it. */
  readonly endedBy: string | undefined;
}

/** `kpis.md` §4, "When a contact is decided", and §7. */
export function judgeContact(
  journey: string,
  scan: Scan,
  channel: string,
  answer: Answer | undefined,
  conversation: Conversation,
  timeline: readonly OracleConfigVersion[],
): JudgedContact {
  const rejected = scan.facts.find((fact) => fact.type === 'contact.rejected');
  const first = scan.segments.find((segment) => !NOT_AN_ARRIVAL.includes(segment.kind));
  const enteredFirst = first !== undefined && (rejected === undefined || first.enteredMs <= rejected.timeMs);
  const presentedMs = enteredFirst ? first.enteredMs : rejected?.timeMs;
  const queue = enteredFirst ? first.queue : rejected?.data.queue?.id;
  const inHours = presentedMs === undefined || arrivedInHours(timeline, presentedMs, queue, channel);

  const { decidedMs, missedReason } = decide(scan, first, rejected?.timeMs, answer?.atMs);
  const decidedIn = configAt(timeline, decidedMs ?? 0);
  const ofChannel = settingsOf(decidedIn, undefined, channel);
  const spoken = conversation.firstResponse === undefined || !conversation.asynchronous;
  const waitMs = spoken
    ? (answer?.atMs ?? 0) - (presentedMs ?? 0)
    : (conversation.firstResponse?.durationMs ?? 0);
  const end = scan.steps.filter(({ closesContact }) => closesContact).at(-1)?.fact;
  const created = scan.facts.find((fact) => fact.type === 'contact.created');
  const bot =
    created?.data.bot === true ||
    scan.facts.some(
      (f) => f.type === 'message.posted' && f.data.from === 'bot' && f.data.visibility !== 'internal',
    );
  const begun = scan.facts.find((f) => f.type === 'contact.created' || f.type === 'message.posted');
  const begunMs = begun?.timeMs;
  const voicemail = scan.segments.some(({ outcome }) => outcome.cause === 'voicemail');
  return {
    journey,
    channel,
    queue,
    presentedMs,
    botOnlyMs: bot && presentedMs === undefined ? begunMs : undefined,
    bot,
    inHours,
    counts: inHours || settingsOf(decidedIn, queue, channel).includeOutOfHours,
    treatment: rejected !== undefined ? 'deterrence' : voicemail ? 'voicemail' : bot ? 'bot' : undefined,
    decidedMs: presentedMs === undefined ? undefined : decidedMs,
    missedReason,
    answeredMs: answer?.atMs,
    inTime: ofChannel.inclusive
      ? Math.max(0, waitMs) <= ofChannel.thresholdMs
      : Math.max(0, waitMs) < ofChannel.thresholdMs,
    endedMs: end?.timeMs,
    endedBy: end?.data.by,
  };
}

/** HO or HNO: by the queue's calendar as it was when the contact arrived. */
export function arrivedInHours(
  timeline: readonly OracleConfigVersion[],
  arrivalMs: number,
  queue: string | undefined,
  channel: string,
): boolean {
  const config = configAt(timeline, arrivalMs);
  return isOpen(config, settingsOf(config, queue, channel).calendar, arrivalMs);
}

interface Decision {
  readonly decidedMs: number | undefined;
  readonly missedReason?: string;
}

function decide(
  scan: Scan,
  first: Segment | undefined,
  rejectedMs: number | undefined,
  answeredMs: number | undefined,
): Decision {
  if (answeredMs !== undefined) return { decidedMs: answeredMs };
  const outcomes = scan.segments.filter((segment) => segment.kind !== 'consult');
  const asked = scan.facts.filter(
    (fact) =>
      fact.type === 'callback.requested' ||
      outcomes.some(
        ({ outcome }) =>
          outcome.cause === 'callback' && fact.type === 'contact.flow_out' && outcome.atMs === fact.timeMs,
      ),
  );
  const lastAsked = asked.at(-1);
  if (lastAsked !== undefined) {
    const over = scan.facts.find(
      (fact) =>
        (fact.type === 'callback.failed' || fact.type === 'callback.cancelled') &&
        foldOrder(fact, lastAsked) > 0,
    );
    const missedReason = over?.type === 'callback.failed' ? 'failed_callback' : 'callback';
    return { decidedMs: over?.timeMs, missedReason };
  }
  const last = outcomes.at(-1);
  if (last === undefined || first === undefined) return { decidedMs: rejectedMs, missedReason: 'rejected' };
  if (outcomes.some(({ outcome }) => outcome.overAge)) return { decidedMs: undefined };
  const missedReason = last.outcome.kind === 'flow_out' ? last.outcome.cause : last.outcome.kind;
  const ended = scan.facts.find(
    (fact) => fact.type === 'contact.ended' && fact.data.by !== 'transfer' && fact.timeMs >= last.enteredMs,
  );
  if (ended !== undefined) return { decidedMs: ended.timeMs, missedReason };
  if (last.outcome.kind === 'abandoned') return { decidedMs: last.outcome.atMs, missedReason };
  if (last.outcome.kind !== 'flow_out') return { decidedMs: undefined };
  return { decidedMs: last.outcome.atMs + FLOW_OUT_DECIDES_AFTER_MS, missedReason };
}
