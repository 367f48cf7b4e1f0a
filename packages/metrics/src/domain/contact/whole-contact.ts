import { ALL } from '@vigie/contracts';
import { CODE } from '../codes.ts';
import { openingHours } from '../opening-hours.ts';
import { judgeWait } from '../service-level.ts';
import type { JudgeContext } from './context.ts';
import { ANCHORS, type Treatment } from './measures.ts';
import type { ContactView } from './view.ts';
import type { Gathering } from '../gathering.ts';

const QUEUE_ENTRY = ANCHORS.indexOf('queueEntry');

/**
 * What a contact adds to the figures of contacts as a whole, whatever its stays: whether it came in hours, how it was
 * decided, whether it sold something, ended, stayed with a bot. Only of inbound contacts. Of whether it was handled its
 * last work tells.
 */
export function wholeContact(
  view: ContactView,
  context: JudgeContext,
  placeOf: (queue: string | undefined) => number,
  out: Gathering,
): void {
  const { channel, arrivedAt, ended, botSince, movements, feedback } = view;
  const group = context.groupOf(ALL, channel);
  const selfCareAt = movements?.selfCareAt;
  if (arrivedAt !== undefined) {
    out.add(group, arrivedAt, CODE.presented(selfCareAt !== undefined, channel));
    arrival(view, arrivedAt, context, out);
    if (ended !== undefined && ended.at >= arrivedAt) {
      out.add(group, ended.at, CODE.contactEnded, ended.at - arrivedAt);
    }
  } else if (botSince !== undefined) out.add(group, botSince, CODE.botOnly(channel));
  if (selfCareAt !== undefined) out.add(group, selfCareAt, CODE.selfCare);
  const sold = feedback?.sold;
  if (sold !== undefined) out.add(placeOf(sold.queue), sold.at, CODE.conversion);
  if (botSince !== undefined && ended !== undefined) {
    out.add(group, ended.at, CODE.botContact(ended.by === 'bot' && !view.hasHuman));
  }
}

/** In or out of hours, by the calendar of the queue it came to; what came out of hours is decided apart. */
function arrival(view: ContactView, arrivedAt: number, context: JudgeContext, out: Gathering): void {
  const { arrivedIn, channel, decision } = view;
  const inHours = cameInHours(context, arrivedIn, channel, arrivedAt);
  const treatment = inHours ? undefined : treatmentOf(view);
  const outOfHours = treatment === undefined ? CODE.outOfHours : CODE.outOfHoursTreated(treatment);
  const code = inHours ? CODE.inHours : outOfHours;
  out.add(context.groupOf(arrivedIn ?? ALL, channel), arrivedAt, code);
  if (decision === undefined) return;
  const config = context.versions.at(decision.at);
  if (!inHours && !config.settings(arrivedIn, channel).includeOutOfHours) return;
  const group = context.groupOf(ALL, channel);
  if (decision.kind === 'missed') {
    out.add(group, decision.at, CODE.missed(decision.reason));
    return;
  }
  // By the threshold of the channel, not the queue; from the first entry, though it was turned away before.
  const { serviceLevel } = config.settings(undefined, channel);
  const waited = Math.max(0, decision.at - (view.anchors[QUEUE_ENTRY] ?? arrivedAt));
  const isAsync = config.settings(arrivedIn, channel).mode === 'async';
  const waitMs = isAsync ? (view.firstResponse?.ms ?? waited) : waited;
  out.add(group, decision.at, CODE.decidedAnswered(judgeWait(waitMs, serviceLevel).within));
}

/** Was that queue open when the contact arrived? Kept for life, whatever happens later. */
export function cameInHours(
  { versions }: JudgeContext,
  queue: string | undefined,
  channel: ContactView['channel'],
  arrivedAt: number,
): boolean {
  return openingHours(versions.at(arrivedAt), queue, channel).isOpen(arrivedAt);
}

/** What was done for a contact that came out of hours, if not what is done for any. */
function treatmentOf({ rejectedBy, segments, botSince }: ContactView): Treatment | undefined {
  if (rejectedBy.length > 0) return 'deterrence';
  if (segments.some(({ outcome }) => outcome?.cause === 'voicemail')) return 'voicemail';
  return botSince === undefined ? undefined : 'bot';
}
