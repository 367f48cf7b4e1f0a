import type {
  DeltaMessage,
  ErrorMessage,
  HeartbeatMessage,
  SnapshotMessage,
  TopicMessage,
} from '@vigie/contracts';

import {
  type FeedEffect,
  type FeedInput,
  type FeedState,
  type FeedStep,
  nextTickMs,
  subscriptionId,
} from './feed-state.ts';
import { type FeedMessage, parseServerMessage } from './parse.ts';
import { mergeRows, replaceRows } from './rows.ts';
import { observeClock } from './server-clock.ts';
import { FEED_LIMITS } from './subscription.ts';
import { mergeItems, replaceItems } from './topics.ts';

/** Close code of a connection that is not allowed: asking again soon changes nothing. */
const POLICY = 1008;

/**
 * One step of a feed. Pure: `nowMs` is the local clock (any origin, may be set back), `random` a number in [0, 1) that
 * spreads reconnections. Total: every input may come in every phase, whatever the server says; what makes no sense
 * there changes nothing but counters.
 */
export function reduceFeed(before: FeedState, input: FeedInput, nowMs: number, random: number): FeedStep {
  const state = atTime(before, nowMs);
  switch (input.type) {
    case 'open':
      return state.phase === 'connecting' ? subscribe(state, []) : stay(state);
    case 'message':
      return receive(state, input.data, random);
    case 'closed':
      return hasSocket(state) ? wait(state, random, [], input.code) : stay(state);
    case 'tick':
      return tick(state, random);
    case 'end':
      return state.phase === 'ended'
        ? stay(state)
        : {
            state: { ...enter(state, 'ended'), channel: null, retryAtMs: null },
            effects: hasSocket(state) ? [{ type: 'drop' }] : [],
          };
  }
}

const stay = (state: FeedState): FeedStep => ({ state, effects: [] });

const hasSocket = ({ phase }: FeedState): boolean => phase !== 'waiting' && phase !== 'ended';

/** The state at `nowMs`. A clock set back is taken as no time passed: all local instants move with it. */
function atTime(state: FeedState, nowMs: number): FeedState {
  const stepMs = nowMs - state.nowMs;
  if (stepMs >= 0) return { ...state, nowMs };
  const moved = (ms: number | null): number | null => (ms === null ? null : ms + stepMs);
  return {
    ...state,
    nowMs,
    phaseSinceMs: state.phaseSinceMs + stepMs,
    heardMs: moved(state.heardMs),
    lostMs: moved(state.lostMs),
    retryAtMs: moved(state.retryAtMs),
    clock: state.clock.map((offsetMs) => offsetMs - stepMs),
  };
}

/** Another phase. Leaving `current` is remembered: from then on what is held is no longer vouched for. */
function enter(state: FeedState, phase: FeedState['phase']): FeedState {
  const lostMs = phase === 'current' ? null : (state.lostMs ?? state.nowMs);
  return { ...state, phase, phaseSinceMs: state.nowMs, lostMs };
}

function subscribe(state: FeedState, effects: readonly FeedEffect[]): FeedStep {
  const asking = { ...enter(state, 'subscribing'), asked: state.asked + 1, channel: null, retryAtMs: null };
  const message = { op: 'subscribe' as const, id: subscriptionId(asking), ...state.subscription };
  return { state: asking, effects: [...effects, { type: 'send', message }] };
}

function wait(state: FeedState, random: number, effects: readonly FeedEffect[], code?: number): FeedStep {
  const refused = code === POLICY;
  return {
    state: {
      ...enter(state, 'waiting'),
      channel: null,
      heardMs: null,
      gaps: 0,
      attempts: state.attempts + 1,
      retryAtMs: state.nowMs + (refused ? refusedDelayMs(random) : retryDelayMs(state.attempts, random)),
      refusal: refused ? 'not_allowed' : null,
    },
    effects,
  };
}

/** Between half a second and five; the spread grows with the failures in a row, so that a thousand screens do not return at once. */
function retryDelayMs(attempts: number, random: number): number {
  const { retryMinMs, retryMaxMs } = FEED_LIMITS;
  const ceilingMs = Math.min(retryMaxMs, 2 * retryMinMs * 2 ** Math.min(attempts, 10));
  return retryMinMs + random * (ceilingMs - retryMinMs);
}

const refusedDelayMs = (random: number): number => FEED_LIMITS.refusedRetryMs * (0.5 + random);
/** As after many lost connections: a centre becomes known with its first event, or once a new gateway has read of it. */
const unknownDelayMs = (random: number): number => retryDelayMs(Number.MAX_SAFE_INTEGER, random);

function tick(state: FeedState, random: number): FeedStep {
  const dueMs = nextTickMs(state);
  if (dueMs === null || state.nowMs < dueMs) return stay(state);
  if (state.phase === 'waiting' || state.phase === 'refused') {
    const effects: FeedEffect[] = state.phase === 'refused' ? [{ type: 'drop' }] : [];
    return {
      state: { ...enter(state, 'connecting'), channel: null, heardMs: null, retryAtMs: null },
      effects: [...effects, { type: 'connect' }],
    };
  }
  // What fell silent was lost when it last spoke, not when that was noticed.
  const lostMs = state.lostMs ?? state.heardMs;
  return wait({ ...state, lostMs }, random, [{ type: 'drop' }]);
}

function receive(state: FeedState, data: unknown, random: number): FeedStep {
  if (!hasSocket(state) || state.phase === 'connecting') return stay(state);
  const message = parseServerMessage(data);
  if (message === null) return stay({ ...state, ignored: state.ignored + 1 });
  const heard = { ...state, heardMs: state.nowMs };
  return understand(heard, message, random);
}

function understand(state: FeedState, message: FeedMessage, random: number): FeedStep {
  switch (message.op) {
    case 'subscribed':
      if (state.phase !== 'subscribing' || message.id !== subscriptionId(state)) return stay(state);
      return stay({ ...enter(state, 'syncing'), channel: message.channel });
    case 'snapshot':
      return stay(isOurs(state, message) ? takeSnapshot(state, message) : state);
    case 'delta':
      if (state.phase !== 'current' || !isOurs(state, message)) return stay(state);
      return takeDelta(state, message, random);
    case 'heartbeat':
      return stay(takeHeartbeat(state, message));
    case 'error':
      return takeError(state, message, random);
  }
}

type Frame = SnapshotMessage | DeltaMessage | TopicMessage;

const isOurs = (state: FeedState, message: Frame): boolean =>
  (state.phase === 'syncing' || state.phase === 'current') && message.channel === state.channel;

/** What every frame and heartbeat says of the feed behind it. */
function takeServerState(state: FeedState, message: Frame | HeartbeatMessage): FeedState {
  const saidMs = message.since === undefined ? null : Date.parse(message.since);
  const unchanged = message.state === state.serverState;
  return {
    ...state,
    serverState: message.state,
    serverSinceMs: saidMs ?? (unchanged ? state.serverSinceMs : null),
    serverUntilMs: message.until === undefined ? null : Date.parse(message.until),
    serverReason: message.reason ?? null,
    serverWatermarkMs:
      message.watermark === undefined
        ? state.serverWatermarkMs
        : message.watermark === null
          ? null
          : Date.parse(message.watermark),
    gaps:
      state.phase === 'current' && state.nowMs - state.phaseSinceMs >= FEED_LIMITS.steadyMs ? 0 : state.gaps,
  };
}

/** What is held once a snapshot came. */
const heldAfterSnapshot = (message: SnapshotMessage | TopicMessage): Pick<FeedState, 'rows' | 'items'> =>
  'topic' in message
    ? { rows: new Map(), items: replaceItems(message.topic, message.items) }
    : { rows: replaceRows(message.rows), items: new Map() };

/** What is held once a delta that applies came. */
const heldAfterDelta = (
  { rows, items }: FeedState,
  message: DeltaMessage | TopicMessage,
): Pick<FeedState, 'rows' | 'items'> =>
  'topic' in message
    ? { rows, items: mergeItems(items, message.topic, message.items, message.removed) }
    : { rows: mergeRows(rows, message.rows, message.removed), items };

function takeSnapshot(state: FeedState, message: SnapshotMessage | TopicMessage): FeedState {
  const asOfMs = Date.parse(message.asOf);
  return {
    ...takeServerState(state.phase === 'current' ? state : enter(state, 'current'), message),
    epoch: message.epoch,
    seq: message.seq,
    ...heldAfterSnapshot(message),
    serverAsOfMs: asOfMs,
    serverVouchedMs: asOfMs,
    clock: state.clock.length === 0 ? observeClock([], asOfMs, state.nowMs) : state.clock,
    attempts: 0,
    refusal: null,
  };
}

function takeDelta(state: FeedState, message: DeltaMessage | TopicMessage, random: number): FeedStep {
  if (message.epoch === state.epoch && state.seq !== null) {
    if (message.seq <= state.seq) return stay(state);
    if (message.seq === state.seq + 1) {
      const asOfMs = Date.parse(message.asOf);
      // A delta that was on its way during a heartbeat takes back nothing that the heartbeat vouched for.
      const vouchedMs = vouches(message) ? Math.max(asOfMs, state.serverVouchedMs ?? asOfMs) : asOfMs;
      return stay({
        ...takeServerState(state, message),
        seq: message.seq,
        ...heldAfterDelta(state, message),
        serverAsOfMs: asOfMs,
        serverVouchedMs: vouchedMs,
      });
    }
  }
  const gaps = state.gaps + 1;
  if (gaps > FEED_LIMITS.gapsBeforeReconnect) return wait(state, random, [{ type: 'drop' }]);
  const id = subscriptionId(state);
  return subscribe({ ...state, gaps }, [{ type: 'send', message: { op: 'unsubscribe', id } }]);
}

/** A heartbeat vouches for what is held up to its instant, when the server stands by its figures. */
function takeHeartbeat(state: FeedState, message: HeartbeatMessage): FeedState {
  const saidMs = Date.parse(message.now);
  const next = { ...takeServerState(state, message), clock: observeClock(state.clock, saidMs, state.nowMs) };
  return state.phase === 'current' && vouches(message)
    ? { ...next, serverVouchedMs: Math.max(saidMs, state.serverVouchedMs ?? saidMs) }
    : next;
}

/** The server stands by its figures: they are the whole truth, or lack only what is said to be missing. */
const vouches = ({ state }: { readonly state: HeartbeatMessage['state'] }): boolean =>
  state === 'live' || state === 'incomplete';

/** Only an error about the present subscription refuses it; any other is a remark. */
function takeError(state: FeedState, message: ErrorMessage, random: number): FeedStep {
  const concerns = state.phase === 'subscribing' || state.phase === 'syncing' || state.phase === 'current';
  if (!concerns || message.id !== subscriptionId(state)) return stay(state);
  return stay({
    ...enter(state, 'refused'),
    channel: null,
    refusal: message.code,
    retryAtMs:
      state.nowMs + (message.code === 'unknown_centre' ? unknownDelayMs(random) : refusedDelayMs(random)),
  });
}
