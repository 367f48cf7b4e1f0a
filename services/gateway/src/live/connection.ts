import type { Duplex } from 'node:stream';
import {
  CLOSE_CODES,
  type LiveErrorCode,
  type ReportMessage,
  type ServerMessage,
  type SubscribeMessage,
} from '@vigie/contracts';
import { select, unknownText, type FeedReader } from '@vigie/engine';
import type { Access, Principal } from '@vigie/service-kit';
import type { WebSocket } from 'ws';
import { isTopic, parseClientMessage, TOPICS } from './client-message.ts';
import { Topical, type Hub, type Shared } from './hub.ts';
import { LIVE_LIMITS } from './limits.ts';
import type { Screens } from '../screens/screens.ts';
import { RateLimit } from './rate-limit.ts';
import { textFrame } from './text-frame.ts';
import { topicContent, type TopicFeed } from './topic-feed.ts';

export interface ConnectionParts {
  readonly hub: Hub;
  readonly topics: TopicFeed;
  readonly reader: FeedReader;
  /** The centre meant where none is named. */
  readonly centre: string;
  readonly windows: readonly string[];
  readonly maxSubscriptions: number;
  readonly clock: () => number;
  readonly access: Access;
  readonly screens: Screens;
}

/** Who is connected, and from where. */
export interface Peer {
  readonly principal: Principal;
  readonly address: string;
}

/** One WebSocket client. Whatever it says is answered; what it reads too slowly is skipped. */
export class Connection {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #parts: ConnectionParts;
  readonly #peer: Peer;
  readonly #rate: RateLimit;
  readonly #subscriptions = new Map<string, Shared>();
  #centres: ReadonlySet<string> | undefined;
  #stuckSinceMs: number | undefined;
  #missedPings = 0;
  /** Name of the wall screen that this is, once that is known. */
  #screen: string | undefined;
  /** Resolves when the connection is gone and has left its channels. */
  readonly closed: Promise<void>;

  /** `socket` is that of `ws`: frames are written to it whole, so that one can be shared by all. */
  constructor(ws: WebSocket, socket: Duplex, peer: Peer, parts: ConnectionParts) {
    this.#ws = ws;
    this.#peer = peer;
    this.#socket = socket;
    this.#parts = parts;
    const { messageBurst: burst, messagesPerSecond: perSecond, floodMessages: floodAt } = LIVE_LIMITS;
    this.#rate = new RateLimit({ burst, perSecond, floodAt, nowMs: parts.clock() });
    ws.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary));
    ws.on('ping', () => void (this.isOpen && this.#admit()));
    ws.on('pong', () => (this.#missedPings = 0));
    socket.on('drain', () => this.#drained());
    const { isScreen, name } = peer.principal;
    if (isScreen && parts.screens.join(name, true, parts.clock())) this.#screen = name;
    this.closed = new Promise((resolve) => {
      ws.once('close', () => {
        this.#leaveAll();
        if (this.#screen !== undefined) parts.screens.leave(this.#screen, parts.clock());
        resolve();
      });
    });
  }

  get isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }
  /** It has more to read than it may be behind. */
  get isCongested(): boolean {
    return this.#socket.writableLength > LIVE_LIMITS.bufferedBytes;
  }
  /** Is its key still in force, with the same rights? */
  get isAllowed(): boolean {
    return this.#parts.access.isCurrent(this.#peer.principal);
  }
  /** Centres that it follows; the default one, if it may see that, when it follows none. */
  get centres(): ReadonlySet<string> {
    const { centre } = this.#parts;
    const followed = () => [...this.#subscriptions.values()].map(({ channel }) => channel.centre.id);
    const byDefault = () => (this.#peer.principal.seesCentre(centre) ? [centre] : []);
    this.#centres ??= new Set(this.#subscriptions.size === 0 ? byDefault() : followed());
    return this.#centres;
  }

  /** Writes a whole frame; dropped once the connection is closing. */
  write(frame: Buffer): void {
    if (!this.isOpen) return;
    this.#socket.write(frame);
    if (this.isCongested) this.#stuckSinceMs ??= this.#parts.clock();
  }
  send(message: ServerMessage): void {
    this.write(textFrame(JSON.stringify(message)));
  }

  /** Has it read nothing for too long? */
  isStuck(nowMs: number): boolean {
    return this.#stuckSinceMs !== undefined && nowMs - this.#stuckSinceMs > LIVE_LIMITS.stuckMs;
  }

  /** Asks whether it still lives; cuts it when it did not answer before. */
  ping(): void {
    if (this.#missedPings >= LIVE_LIMITS.missedPings) return this.#ws.terminate();
    if (!this.isOpen || this.isCongested) return;
    this.#missedPings += 1;
    this.#ws.ping();
  }

  /** Closes with a code, and cuts the connection when the client does not answer. */
  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
    setTimeout(() => this.#ws.terminate(), LIVE_LIMITS.closeMs).unref();
  }
  cut(): void {
    this.#ws.terminate();
  }

  #drained(): void {
    this.#stuckSinceMs = undefined;
    if (this.isOpen) this.#parts.hub.drained(this, new Set(this.#subscriptions.values()));
  }

  #leaveAll(): void {
    for (const shared of new Set(this.#subscriptions.values())) this.#parts.hub.leave(shared, this);
    this.#subscriptions.clear();
  }

  #admit(): boolean {
    const verdict = this.#rate.take(this.#parts.clock());
    if (verdict === 'pass') return true;
    if (verdict === 'flood') this.close(CLOSE_CODES.policy, 'too many messages');
    else this.#refuse(undefined, 'too_many', 'more than 60 messages a minute: wait a second before the next');
    return false;
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (!this.isOpen || !this.#admit()) return;
    if (isBinary) return this.#refuse(undefined, 'bad_message', 'the message is binary: expected text');
    const parsed = parseClientMessage(data.toString());
    if (!parsed.ok) return this.#refuse(parsed.id, 'bad_message', parsed.why);
    if (parsed.message.op === 'subscribe') this.#subscribe(parsed.message);
    else if (parsed.message.op === 'unsubscribe') this.#unsubscribe(parsed.message.id);
    else this.#report(parsed.message);
  }

  #subscribe(message: SubscribeMessage): void {
    const { id } = message;
    const { hub, reader, centre: byDefault, windows, maxSubscriptions } = this.#parts;
    if (this.#subscriptions.has(id)) {
      return this.#refuse(id, 'bad_message', `id: "${id}" is subscribed already: unsubscribe it first`);
    }
    if (this.#subscriptions.size >= maxSubscriptions) {
      const why = `limits.subscriptionsPerClient: ${maxSubscriptions} subscriptions are the most of one connection`;
      return this.#refuse(id, 'too_many', why);
    }
    const { topic = 'kpis' } = message;
    if (!isTopic(topic)) {
      return this.#refuse(id, 'unknown_topic', `topic: ${unknownText(topic, TOPICS)}`);
    }
    const forbidden = forbiddenOf(message, topic, message.centre ?? byDefault, this.#peer.principal);
    if (forbidden !== undefined) return this.#refuse(id, 'not_allowed', forbidden);
    const { scope } = this.#peer.principal;
    const centre = reader.centre(message.centre ?? byDefault);
    if (centre === undefined) {
      const { principal } = this.#peer;
      const known = [...reader.centres].map((each) => each.id).filter((each) => principal.seesCentre(each));
      return this.#refuse(id, 'unknown_centre', `centre: ${unknownText(message.centre ?? byDefault, known)}`);
    }
    const selected = select(message, { windows });
    if (!selected.ok) {
      const { field, message: why } = selected.unknown;
      return this.#refuse(id, CODES[field] ?? 'bad_message', `${field}: ${why}`);
    }
    const shared =
      topic === 'kpis'
        ? hub.channelOf(centre, { ...selected.selection, scope })
        : hub.topicOf(centre, topicContent(topic, message, scope));
    if (shared === undefined) {
      return this.#refuse(
        id,
        'too_many',
        `${LIVE_LIMITS.channels} different subscriptions are in use: ask for one of them`,
      );
    }
    if (!FIGURES.includes(topic)) this.#audit(topic, message, centre.id);
    this.#subscriptions.set(id, shared);
    this.#centres = undefined;
    this.send({ op: 'subscribed', id, channel: shared.channel.id });
    hub.join(shared, this);
    if (shared instanceof Topical) this.#parts.topics.begin(shared);
  }

  /** A browser without a name is nobody's screen: what it reports is not kept. */
  #report(message: ReportMessage): void {
    const { screens, access, clock } = this.#parts;
    const nowMs = clock();
    if (this.#screen === undefined && message.screen !== undefined) {
      if (access.screens.includes(message.screen))
        return this.#refuse(undefined, 'not_allowed', `screen: ${message.screen} has a key of its own`);
      if (!screens.join(message.screen, false, nowMs))
        return this.#refuse(undefined, 'too_many', 'screen: there are too many screens without a key');
      this.#screen = message.screen;
    }
    if (this.#screen !== undefined) screens.report(this.#screen, message, nowMs);
  }

  #audit(topic: string, { queues }: SubscribeMessage, centre: string): void {
    const { principal, address } = this.#peer;
    const what = `subscribe ${topic}`;
    this.#parts.access.audit({ principal, what, centre, queue: queues?.join(), address });
  }

  #unsubscribe(id: string): void {
    const shared = this.#subscriptions.get(id);
    if (shared === undefined) return this.#refuse(id, 'bad_message', `id: "${id}" is not subscribed`);
    this.#subscriptions.delete(id);
    this.#centres = undefined;
    if (![...this.#subscriptions.values()].includes(shared)) this.#parts.hub.leave(shared, this);
  }

  #refuse(id: string | undefined, code: LiveErrorCode, message: string): void {
    this.send({ op: 'error', ...(id === undefined ? {} : { id }), code, message });
  }
}

/** Topics that name no person: they take `read`, and are not audited. */
const FIGURES: readonly string[] = ['kpis', 'alarms'];

/** What of a subscription its key does not allow; whether it exists is not told. */
function forbiddenOf(
  { queues = [] }: SubscribeMessage,
  topic: string,
  centre: string,
  principal: Principal,
): string | undefined {
  const role = FIGURES.includes(topic) ? 'read' : 'supervise';
  if (!principal.may(role)) return `topic: ${topic} takes a key with the role ${role}`;
  const shown = (text: string): string => JSON.stringify(text.slice(0, 80));
  if (!principal.seesCentre(centre)) return `centre: ${shown(centre)} is not among the centres of this key`;
  const queue = queues.find((name) => name !== '*' && !principal.seesQueue(name));
  return queue === undefined ? undefined : `queues: ${shown(queue)} is not among the queues of this key`;
}

const CODES: Readonly<Partial<Record<string, LiveErrorCode>>> = {
  windows: 'unknown_window',
  kpis: 'unknown_kpi',
};
