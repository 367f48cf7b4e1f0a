import { formatInstant } from '@vigie/contracts';
import { talkingStay, waitingStay, type Calls, type OpenStay, type StayEnd } from './calls.ts';
import type { QueueLogLine } from './line.ts';

/** Lines that are understood, or of nobody's table, and make no event. */
export type SkipReason = 'per_queue_lines_tell' | 'config_reload' | 'not_needed' | 'unknown_event';

/** An event but for what all events of a line share. `type` is without its prefix. */
export interface Draft {
  readonly type: string;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Tells further events of a line from its first one. */
  readonly suffix?: string;
  /** Set where the event is dated by another line than its own. */
  readonly at?: { readonly epochSeconds: number; readonly sequence: string };
}

/** What the translation of a line may ask for. */
export interface LineContext {
  readonly sequence: string;
  readonly calls: Calls;
  readonly reports: Readonly<Record<string, boolean>>;
  isCallbackKey(key: string): boolean;
  agentId(member: string): string;
  /** Id of the line's first event. */
  readonly eventId: string;
  /** Id of the stay that this line opens; ask once a line. */
  segmentId(callId: string, queue: string): string;
  shortId(text: string): string;
}

export type Translation =
  { readonly drafts: readonly Draft[] } | { readonly skip: SkipReason } | { readonly reject: string };

type Translate = (line: QueueLogLine, context: LineContext) => Translation;

/** No duration of a call is longer than a year: beyond, it is two lines written into one. */
const MAX_SECONDS = 366 * 86_400;
/** Below, RINGNOANSWER holds whole seconds of old versions, or 0 of a member that was never rung. */
const MIN_RING_MS = 100;
const MAX_REASON_LENGTH = 200;

/** The table of `sources.md` §4.1, as code. */
const TRANSLATIONS: Readonly<Record<string, Translate>> = {
  ENTERQUEUE: enterQueue,
  RINGNOANSWER: (line, context) => offerEnded(line, context, 'no_answer'),
  RINGCANCELED: (line, context) => offerEnded(line, context, 'caller_gone'),
  AGENTDUMP: (line, context) => offerEnded(line, context, 'rejected'),
  CONNECT: connect,
  COMPLETEAGENT: (line, context) => talkEnded(line, context, 'agent'),
  COMPLETECALLER: (line, context) => talkEnded(line, context, 'customer'),
  BLINDTRANSFER: (line, context) =>
    transferred(line, context, 'blind', number(line.parameters[2]), number(line.parameters[3])),
  TRANSFER: (line, context) =>
    transferred(line, context, 'blind', number(line.parameters[2]), number(line.parameters[3])),
  ATTENDEDTRANSFER: (line, context) =>
    transferred(line, context, 'attended', number(line.parameters.at(-3)), number(line.parameters.at(-2))),
  ABANDON: (line, context) => left(line, context, 'contact.abandoned', number(line.parameters[2]), {}),
  EXITWITHTIMEOUT: (line, context) => flowOut(line, context, 'timeout', number(line.parameters[2])),
  EXITEMPTY: (line, context) => flowOut(line, context, 'empty', number(line.parameters[2])),
  WITHDRAW: (line, context) => flowOut(line, context, 'withdrawn', number(line.parameters[2])),
  SYSCOMPAT: (line, context) => flowOut(line, context, 'system', undefined),
  EXITWITHKEY: exitWithKey,
  // Asterisk leaves these to the dialplan; Wazo, among others, writes them for callers who never got into the queue.
  JOINEMPTY: (line, context) => rejected(line, context, 'empty'),
  FULL: (line, context) => rejected(line, context, 'full'),
  CLOSED: (line, context) => rejected(line, context, 'closed'),
  DIVERT_CA_RATIO: (line, context) => rejected(line, context, 'other'),
  DIVERT_HOLDTIME: (line, context) => rejected(line, context, 'other'),
  ADDMEMBER: (line, context) => membership(line, context, 'added'),
  REMOVEMEMBER: (line, context) => membership(line, context, 'removed'),
  PAUSE: (line, context) => agentState(line, context, 'paused'),
  UNPAUSE: (line, context) => agentState(line, context, 'available'),
  AGENTLOGIN: (line, context) => agentState(line, context, 'available'),
  AGENTCALLBACKLOGIN: (line, context) => agentState(line, context, 'available'),
  AGENTLOGOFF: (line, context) => agentState(line, context, 'logged_out'),
  AGENTCALLBACKLOGOFF: (line, context) => agentState(line, context, 'logged_out'),
  QUEUESTART: (_line, context) => {
    context.calls.clear();
    return { drafts: [{ type: 'source.restarted', subject: '*', data: {} }] };
  },
  // Written in addition to one line per queue: counted once, there.
  PAUSEALL: () => ({ skip: 'per_queue_lines_tell' }),
  UNPAUSEALL: () => ({ skip: 'per_queue_lines_tell' }),
  CONFIGRELOAD: () => ({ skip: 'config_reload' }),
  PENALTY: () => ({ skip: 'not_needed' }),
  RINGINUSE: () => ({ skip: 'not_needed' }),
  DID: () => ({ skip: 'not_needed' }),
  CALLSTATUS: () => ({ skip: 'not_needed' }),
  INFO: () => ({ skip: 'not_needed' }),
};

/** What a line asserts. Changes `context.calls`, nothing else. */
export function translate(line: QueueLogLine, context: LineContext): Translation {
  const translation = Object.hasOwn(TRANSLATIONS, line.event) ? TRANSLATIONS[line.event] : undefined;
  return translation === undefined ? { skip: 'unknown_event' } : translation(line, context);
}

function enterQueue(line: QueueLogLine, context: LineContext): Translation {
  const { callId, queue, epochSeconds } = line;
  if (callId === undefined || queue === undefined) return missing(line);
  const call = context.calls.get(callId);
  // Who enters a queue while he still talks to an agent was transferred: the line that says so may come after.
  const talks = call?.stays.some((stay) => stay.member !== undefined) ?? false;
  const lastEnd = context.calls.lastEnd(callId);
  const known = call !== undefined || lastEnd !== undefined;
  const kind = talks ? 'transfer' : kindAfter(lastEnd, known);
  const position = number(line.parameters[2]);
  const stay: OpenStay = {
    segmentId: context.segmentId(callId, queue),
    queue,
    entered: {
      epochSeconds,
      sequence: context.sequence,
      kind,
      ...(position === undefined ? {} : { position }),
    },
  };
  context.calls.enter(callId, stay, epochSeconds);
  return { drafts: [queued(callId, stay, context, kind, position)] };
}

function kindAfter(lastEnd: StayEnd | undefined, known: boolean): string {
  if (lastEnd === 'transfer') return 'transfer';
  if (lastEnd === 'exit') return 'overflow';
  return known ? 'requeue' : 'initial';
}

function queued(
  callId: string,
  stay: OpenStay,
  context: LineContext,
  kind: string,
  position?: number,
): Draft {
  return {
    type: 'contact.queued',
    subject: context.shortId(callId),
    data: {
      ...about(callId, stay.queue, stay, context),
      kind,
      ...(position === undefined ? {} : { position }),
      reports: context.reports,
    },
  };
}

function connect(line: QueueLogLine, context: LineContext): Translation {
  const { callId, queue, member } = line;
  if (callId === undefined || queue === undefined || member === undefined) return missing(line);
  const [hold, , ring] = line.parameters;
  const holdSeconds = number(hold);
  let stay = waitingStay(context.calls.get(callId), queue);
  const data = about(callId, queue, stay, context);
  if (stay === undefined) {
    stay = { queue };
    context.calls.enter(callId, stay, line.epochSeconds);
  }
  stay.member = member;
  if (holdSeconds !== undefined) stay.holdSeconds = holdSeconds;
  const draft = {
    type: 'contact.answered',
    subject: context.shortId(callId),
    data: {
      ...data,
      agent: { id: context.agentId(member) },
      ...measured({ waitMs: milliseconds(holdSeconds), ringMs: milliseconds(number(ring)) }),
      reports: context.reports,
    },
  };
  return { drafts: [draft] };
}

function offerEnded(line: QueueLogLine, context: LineContext, cause: string): Translation {
  const { callId, queue, member } = line;
  if (callId === undefined || queue === undefined || member === undefined) return missing(line);
  const ringMs = number(line.parameters[0], MAX_SECONDS * 1000);
  const draft = {
    type: 'contact.offer_ended',
    subject: context.shortId(callId),
    data: {
      ...about(callId, queue, waitingStay(context.calls.get(callId), queue), context),
      agent: { id: context.agentId(member) },
      // Rounds of a ring-all repeat agent and start: only the line tells one attempt from the other.
      offerId: context.eventId,
      cause,
      ...measured({ ringMs: ringMs !== undefined && ringMs >= MIN_RING_MS ? ringMs : undefined }),
    },
  };
  return { drafts: [draft] };
}

function talkEnded(line: QueueLogLine, context: LineContext, by: string): Translation {
  const [hold, talk] = line.parameters;
  return endOfTalk(line, context, 'other', number(hold), { type: 'contact.ended', by }, number(talk));
}

function transferred(
  line: QueueLogLine,
  context: LineContext,
  kind: string,
  hold: number | undefined,
  talk: number | undefined,
): Translation {
  const ended = endOfTalk(line, context, 'transfer', hold, { type: 'contact.transferred', kind }, talk);
  const correction = correctedKind(line, context);
  if (correction === undefined || !('drafts' in ended)) return ended;
  return { drafts: [...ended.drafts, correction] };
}

function endOfTalk(
  line: QueueLogLine,
  context: LineContext,
  end: StayEnd,
  hold: number | undefined,
  { type, ...extra }: { readonly type: string; readonly by?: string; readonly kind?: string },
  talk: number | undefined,
): Translation {
  const { callId, queue, member } = line;
  if (callId === undefined || queue === undefined) return missing(line);
  const stay = talkingStay(context.calls.get(callId), queue, member, hold);
  const data = about(callId, queue, stay, context);
  context.calls.end(callId, stay, end, line.epochSeconds);
  const draft = {
    type,
    subject: context.shortId(callId),
    data: {
      ...data,
      ...extra,
      ...(member === undefined ? {} : { agent: { id: context.agentId(member) } }),
      // Not the wait: it would be read as the time from entry to this line.
      ...measured({ talkMs: milliseconds(talk) }),
    },
  };
  return { drafts: [draft] };
}

/**
 * The next stay's ENTERQUEUE may stand before the transfer that caused it. Where the talk was known, it was taken for
 * a transfer at once; where the log was joined in the middle it was not, and is now said again, corrected.
 */
function correctedKind(line: QueueLogLine, context: LineContext): Draft | undefined {
  const { callId, epochSeconds } = line;
  if (callId === undefined) return undefined;
  const stay = context.calls.get(callId)?.stays.at(-1);
  const entered = stay?.entered;
  if (stay === undefined || entered === undefined || entered.kind === 'transfer') return undefined;
  if (epochSeconds - entered.epochSeconds > 1) return undefined;
  entered.kind = 'transfer';
  const draft = queued(callId, stay, context, 'transfer', entered.position);
  return { ...draft, data: { ...draft.data, revision: 1 }, suffix: 'kind', at: entered };
}

function left(
  line: QueueLogLine,
  context: LineContext,
  type: string,
  waitSeconds: number | undefined,
  extra: Readonly<Record<string, unknown>>,
): Translation {
  const { callId, queue } = line;
  if (callId === undefined || queue === undefined) return missing(line);
  const stay = waitingStay(context.calls.get(callId), queue);
  const data = about(callId, queue, stay, context);
  context.calls.end(callId, stay, type === 'contact.abandoned' ? 'other' : 'exit', line.epochSeconds);
  // A member in the agent column of ABANDON was only being connected: nobody answered.
  const draft = {
    type,
    subject: context.shortId(callId),
    data: { ...data, ...extra, ...measured({ waitMs: milliseconds(waitSeconds) }) },
  };
  return { drafts: [draft] };
}

function flowOut(
  line: QueueLogLine,
  context: LineContext,
  cause: string,
  wait: number | undefined,
): Translation {
  return left(line, context, 'contact.flow_out', wait, { cause });
}

function exitWithKey(line: QueueLogLine, context: LineContext): Translation {
  const [key = '', , , wait] = line.parameters;
  const asksCallback = context.isCallbackKey(key);
  const exit = flowOut(line, context, asksCallback ? 'callback' : 'key_exit', number(wait));
  if (!asksCallback || !('drafts' in exit)) return exit;
  const requests = exit.drafts.map(({ subject, data: { contact, queue } }) => ({
    type: 'callback.requested',
    subject,
    data: { contact, queue },
    suffix: 'callback',
  }));
  return { drafts: [...exit.drafts, ...requests] };
}

function rejected(line: QueueLogLine, context: LineContext, cause: string): Translation {
  const { callId, queue } = line;
  if (callId === undefined || queue === undefined) return missing(line);
  const data = { ...about(callId, queue, undefined, context), cause };
  return { drafts: [{ type: 'contact.rejected', subject: context.shortId(callId), data }] };
}

function membership(line: QueueLogLine, context: LineContext, op: 'added' | 'removed'): Translation {
  const { queue, member } = line;
  if (queue === undefined || member === undefined) return missing(line);
  const agent = { id: context.agentId(member) };
  const draft = {
    type: 'agent.queues',
    subject: agent.id,
    data: { agent, op, queues: [context.shortId(queue)] },
  };
  if (op === 'removed' || line.parameters[0] !== 'PAUSED') return { drafts: [draft] };
  const paused = agentState({ ...line, parameters: [] }, context, 'paused');
  return 'drafts' in paused
    ? { drafts: [draft, ...paused.drafts.map((pause) => ({ ...pause, suffix: 'paused' }))] }
    : paused;
}

const PAUSE_EVENTS: ReadonlySet<string> = new Set(['PAUSE', 'UNPAUSE']);

function agentState(line: QueueLogLine, context: LineContext, state: string): Translation {
  const { queue, member } = line;
  if (member === undefined) return missing(line);
  const agent = { id: context.agentId(member) };
  const reason = PAUSE_EVENTS.has(line.event) ? (line.parameters[0] ?? '').slice(0, MAX_REASON_LENGTH) : '';
  const draft = {
    type: 'agent.state',
    subject: agent.id,
    data: {
      agent,
      state,
      since: formatInstant(Math.round(line.epochSeconds * 1000)),
      ...(reason === '' ? {} : { reason }),
      ...(queue === undefined ? {} : { queue: { id: context.shortId(queue) } }),
    },
  };
  return { drafts: [draft] };
}

function about(callId: string, queue: string, stay: OpenStay | undefined, context: LineContext) {
  const segmentId = stay?.segmentId;
  return {
    contact: {
      id: context.shortId(callId),
      ...(segmentId === undefined ? {} : { segmentId }),
      channel: 'voice',
      direction: 'inbound',
    },
    queue: { id: context.shortId(queue) },
  };
}

function measured(durations: Readonly<Record<string, number | undefined>>): {
  measured?: Readonly<Record<string, number>>;
} {
  const known = Object.entries(durations).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  );
  return known.length === 0 ? {} : { measured: Object.fromEntries(known) };
}

/** A whole number of at most `max`; anything else, a negative one of a clock set back too, is not stated. */
function number(text: string | undefined, max = MAX_SECONDS): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

function missing({ event, callId, queue, member }: QueueLogLine): Translation {
  const lacks = [
    callId === undefined ? 'call id' : '',
    queue === undefined ? 'queue' : '',
    member === undefined ? 'member' : '',
  ].filter((name) => name !== '');
  return { reject: `${event} without ${lacks.join(', ')}` };
}
