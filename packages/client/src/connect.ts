import { type FeedHealth, feedHealth } from './feed-health.ts';
import type { ReportMessage } from '@vigie/contracts';
import { reduceFeed } from './feed-reducer.ts';
import { type FeedInput, type FeedState, nextTickMs, startFeed } from './feed-state.ts';
import type { Subscription } from './subscription.ts';

/** What is used of a WebSocket: the browser's own, or the one of `ws` in Node. */
export interface LiveSocket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface Timers {
  set(callback: () => void, afterMs: number): unknown;
  clear(handle: unknown): void;
}

export interface LiveOptions extends Subscription {
  /**
   * `ws://…/v1/live`. A function is asked anew for every connection, since a ticket serves once. When it rejects with an
   * error whose `status` is 401 or 403, the connection is not allowed.
   */
  readonly url: string | (() => Promise<string>);
  /** Default: the global WebSocket. Node 20 has none: pass `(url) => new WebSocket(url)` of `ws`. */
  readonly createSocket?: (url: string) => LiveSocket;
  /** Called after every step that changed something. */
  readonly onChange?: (feed: LiveFeed) => void;
  /** Local milliseconds, default `Date.now`. */
  readonly clock?: () => number;
  /** A number in [0, 1), default `Math.random`. */
  readonly random?: () => number;
  readonly timers?: Timers;
}

/** A running subscription. */
export interface LiveFeed {
  readonly state: FeedState;
  /** Whether the figures held may be shown as true, now. */
  health(): FeedHealth;
  /** Tells the server about this screen; dropped where there is no connection. */
  report(report: Omit<ReportMessage, 'op'>): void;
  /** Ends the subscription for good. */
  close(): void;
}

const GLOBAL_TIMERS: Timers = {
  set: (callback, afterMs) => setTimeout(callback, afterMs),
  clear: (handle) => clearTimeout(handle as number),
};

const hasSubscribed = ({ phase }: FeedState): boolean =>
  phase === 'subscribing' || phase === 'syncing' || phase === 'current';

/** Not allowed is not the same as not reached: asking again soon changes nothing. */
function codeOf(error: unknown): { readonly code?: number } {
  const { status } = (error ?? {}) as { readonly status?: unknown };
  return status === 401 || status === 403 ? { code: 1008 } : {};
}

/** The platform's own socket. Without one no attempt could ever succeed: that is a mistake of the caller, told at once. */
function platformSocket(): (url: string) => LiveSocket {
  if (typeof WebSocket === 'undefined')
    throw new TypeError('createSocket: there is no WebSocket here: pass (url) => new WebSocket(url) of ws');
  return (url) => new WebSocket(url) as unknown as LiveSocket;
}

/**
 * Keeps one subscription of `/v1/live` going until it is closed: connects, subscribes, reconnects. Throws only where
 * there is neither a `createSocket` nor a WebSocket of the platform; whatever happens later is told by `health()`.
 */
export function connectLive(options: LiveOptions): LiveFeed {
  const {
    url,
    createSocket = platformSocket(),
    onChange = () => undefined,
    clock = () => Date.now(),
    random = () => Math.random(),
    timers = GLOBAL_TIMERS,
    ...subscription
  } = options;

  let socket: LiveSocket | null = null;
  /** Rises with every connection: what an older socket still says is not heard. */
  let generation = 0;
  let timer: unknown = null;
  const first = startFeed(subscription, clock());
  let state = first.state;

  const feed: LiveFeed = {
    get state() {
      return state;
    },
    health: () => feedHealth(state, clock()),
    report: (report) => {
      if (hasSubscribed(state)) send(JSON.stringify({ op: 'report', ...report }));
    },
    close: () => step({ type: 'end' }),
  };

  function step(input: FeedInput): void {
    const { state: next, effects } = reduceFeed(state, input, clock(), random());
    state = next;
    for (const effect of effects) {
      if (effect.type === 'connect') connect();
      else if (effect.type === 'drop') drop();
      else send(JSON.stringify(effect.message));
    }
    arm();
    onChange(feed);
  }

  function arm(): void {
    timers.clear(timer);
    const dueMs = nextTickMs(state);
    timer = dueMs === null ? null : timers.set(() => step({ type: 'tick' }), Math.max(0, dueMs - clock()));
  }

  function send(text: string): void {
    try {
      socket?.send(text);
    } catch {
      // A socket that is closing refuses: its close event is on its way.
    }
  }

  function drop(): void {
    generation += 1;
    const dropped = socket;
    socket = null;
    try {
      dropped?.close();
    } catch {
      // Closing a socket that never opened may throw; it is forgotten either way.
    }
  }

  function connect(): void {
    generation += 1;
    const mine = generation;
    const heard = (input: FeedInput): void => {
      if (mine === generation) step(input);
    };
    const open = (address: string): void => {
      if (mine !== generation) return;
      try {
        const opened = createSocket(address);
        socket = opened;
        opened.onopen = () => heard({ type: 'open' });
        opened.onmessage = (event) => heard({ type: 'message', data: event.data });
        opened.onclose = (event) => heard({ type: 'closed', code: event.code });
        // An error is always followed by a close event, which says all there is to know.
        opened.onerror = () => undefined;
      } catch {
        heard({ type: 'closed' });
      }
    };
    if (typeof url === 'string') open(url);
    else url().then(open, (error: unknown) => heard({ type: 'closed', ...codeOf(error) }));
  }

  connect();
  arm();
  return feed;
}
