import { configAt } from './config.ts';
import type { Place } from './conversation.ts';
import { feedbackMarks } from './feedback.ts';
import { placeOf, type Judged, type Mark } from './mark.ts';
import { SKEW_MS } from './time.ts';
import type { OracleConfigVersion } from './types.ts';

const NO_FAILURE = ['lost_race', 'caller_gone'];

/** Everything of one contact that is merely counted or summed; `solvedByBot`: cases that a bot resolved. */
export function marksOf(
  judged: Judged,
  timeline: readonly OracleConfigVersion[],
  solvedByBot: ReadonlySet<string>,
): Mark[] {
  const { scan, contact, conversation, segments, handlings } = judged;
  const { channel } = contact;
  const marks: Mark[] = [];
  const mark = (id: string, place: Place, atMs: number, more: Partial<Mark> = {}): void => {
    marks.push({ id, queue: place.queue, channel: place.channel, atMs, value: 1, ...more });
  };
  const whole: Place = { queue: undefined, channel };
  const consults = new Set(scan.segments.filter((s) => s.kind === 'consult').map((s) => s.key));

  const asked = new Set<string>();
  for (const fact of scan.facts) {
    const place = placeOf(scan, fact, channel);
    const inConsult = fact.segmentId !== undefined && consults.has(fact.segmentId);
    const { data, timeMs } = fact;
    switch (fact.type) {
      case 'contact.offer_ended':
        if (!inConsult && !NO_FAILURE.includes(data.cause ?? ''))
          mark('agent_no_answer', place, timeMs, { agent: data.agent?.id });
        break;
      case 'contact.transferred': {
        if (inConsult) break;
        const word = data.kind === undefined ? {} : { word: data.kind };
        mark('transfers_out', place, timeMs, { agent: data.agent?.id, ...word });
        const to = (data.to ?? {}) as { queue?: string; agent?: string };
        const next = segments.find(
          ({ kind, enteredMs }) => kind === 'transfer' && enteredMs >= timeMs - SKEW_MS,
        );
        const queue = to.queue ?? (to.agent === undefined ? next?.queue : undefined) ?? place.queue;
        mark('transfers_in', { queue, channel: next?.channel ?? place.channel }, timeMs, word);
        break;
      }
      case 'contact.consulted':
        mark('consults', place, timeMs, { agent: data.agent?.id });
        break;
      case 'contact.self_care':
      case 'contact.flow_out':
        if (fact.type === 'contact.flow_out' && data.cause !== 'self_care') break;
        if (!marks.some(({ id }) => id === 'self_care_transfers')) mark('self_care_transfers', whole, timeMs);
        break;
      case 'callback.requested':
        asked.add(data.callbackId ?? fact.id);
        mark('callbacks_requested', place, timeMs);
        break;
    }
  }
  for (const segment of segments) {
    if (segment.outcome === 'flow_out' && segment.cause === 'callback' && asked.size === 0)
      mark('callbacks_requested', segment, segment.exitMs);
    if (segment.outcome === 'lost') mark('lost_segments', segment, segment.exitMs);
    if (segment.kind === 'callback' && segment.outcome === 'answered') {
      mark('callbacks_answered', segment, segment.exitMs);
      mark('callback_wait', segment, segment.exitMs, { value: segment.waitMs });
    }
    const { answeredMs } = contact;
    const moved = segments.some(
      ({ kind, enteredMs }) => kind === 'transfer' && enteredMs <= segment.enteredMs,
    );
    if (segment.outcome === 'abandoned' && moved && (answeredMs ?? Infinity) < segment.exitMs)
      mark('abandoned_after_transfer', segment, segment.exitMs);
  }
  for (const fact of scan.held) mark('held_outcomes', placeOf(scan, fact, channel), fact.timeMs);
  for (const handling of handlings) {
    if (handling.leftOnHold && !handling.consult) mark('hold_disconnects', handling, handling.talkEndMs);
  }
  for (const happening of conversation.unanswered)
    mark('unanswered_conversations', happening, happening.atMs);
  for (const happening of conversation.unansweredTurns) mark('unanswered_turns', happening, happening.atMs);

  const { presentedMs, botOnlyMs, endedMs, treatment } = contact;
  const arrivedMs = presentedMs ?? botOnlyMs;
  if (arrivedMs !== undefined) mark('contacts_by_channel', whole, arrivedMs, { word: channel });
  if (presentedMs !== undefined) {
    const home = { queue: contact.queue, channel };
    if (contact.inHours) mark('contacts_in_hours', home, presentedMs);
    else mark('contacts_out_of_hours', home, presentedMs, treatment === undefined ? {} : { word: treatment });
    if (endedMs !== undefined) mark('contact_duration', whole, endedMs, { value: endedMs - presentedMs });
  }
  if (contact.bot && endedMs !== undefined) {
    mark('bot_contacts', whole, endedMs);
    const resolved = scan.facts.some((f) => solvedByBot.has(f.data.case?.id ?? ''));
    const served =
      handlings.some(({ consult }) => !consult) ||
      scan.facts.some(
        ({ type, data }) =>
          type === 'message.posted' && data.from === 'agent' && data.visibility !== 'internal',
      );
    if (!served && (contact.endedBy === 'bot' || resolved)) mark('contained', whole, endedMs);
  }
  const redirectedMs = marks.find(({ id }) => id === 'self_care_transfers')?.atMs;
  if (redirectedMs !== undefined) mark('redirected', whole, redirectedMs);
  const unionMs = redirectedMs ?? presentedMs;
  if (unionMs !== undefined) mark('presented_or_redirected', whole, unionMs);

  const handled = handlings.filter((h) => !h.consult && h.handledMs !== undefined);
  const last = handled.sort((a, b) => (a.handledMs ?? 0) - (b.handledMs ?? 0)).at(-1);
  if (last?.handledMs !== undefined) {
    const { handledMs: atMs } = last;
    mark('handled_contacts', last, atMs, { agent: last.agent });
    const { queues } = configAt(timeline, atMs);
    if (queues?.[last.queue ?? '']?.sales === true) {
      mark('eligible_handled', last, atMs);
      if (scan.facts.some(({ type }) => type === 'contact.converted')) mark('converted_handled', last, atMs);
    }
  }
  marks.push(...feedbackMarks(judged));
  return marks;
}
