import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CLOSE_CODES, type Configuration } from '@vigie/contracts';
import type { Change, FeedReader, Owners } from '@vigie/engine';
import { isLoopback, type Access, type Logger, type Principal, type Verdict } from '@vigie/service-kit';
import { WebSocketServer, type WebSocket } from 'ws';
import { Connection, type ConnectionParts, type Peer } from './connection.ts';
import { heartbeatOf } from './heartbeat.ts';
import { Hub } from './hub.ts';
import { LIVE_LIMITS } from './limits.ts';
import { refusalOf, type OriginRules } from './origin.ts';
import type { Screens } from '../screens/screens.ts';
import { textFrame } from './text-frame.ts';
import { TopicFeed } from './topic-feed.ts';

export interface LiveServerOptions {
  readonly server: Server;
  readonly configuration: Configuration;
  readonly reader: FeedReader;
  readonly owners: Owners;
  readonly clock: () => number;
  readonly logger: Logger;
  readonly access: Access;
  readonly screens: Screens;
}

export type Refusal = 'path' | 'version' | 'host' | 'origin' | 'limit' | 'access';

/** Serves `/v1/live` on the upgrades of an HTTP server, once it is opened. */
export class LiveServer {
  readonly #options: LiveServerOptions;
  readonly #hub: Hub;
  readonly #topics: TopicFeed;
  readonly #parts: ConnectionParts;
  readonly #origins: OriginRules;
  readonly #paths: ReadonlySet<string>;
  readonly #connections = new Set<Connection>();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #ws: WebSocketServer;
  #turnedAway = 0;
  readonly #byKey = new Map<Principal, number>();
  #handshakes = 0;
  /** Connections that this side ended or did not accept, by reason. */
  readonly refused: Record<Refusal, number> = {
    path: 0,
    version: 0,
    host: 0,
    origin: 0,
    limit: 0,
    access: 0,
  };
  stuck = 0;
  /** Connections closed because their key was revoked, changed or expired. */
  revoked = 0;

  constructor(options: LiveServerOptions) {
    const { configuration, reader, clock, access, screens } = options;
    const { host, basePath, advertisedUrl } = configuration.server;
    this.#options = options;
    this.#hub = new Hub(clock);
    this.#topics = new TopicFeed(options.owners, this.#hub, options.logger);
    this.#parts = {
      hub: this.#hub,
      topics: this.#topics,
      reader,
      clock,
      access,
      screens,
      centre: configuration.centre,
      windows: configuration.windows.map(({ id }) => id),
      maxSubscriptions: configuration.limits.subscriptionsPerClient,
    };
    const { origins } = access;
    this.#origins = { loopbackOnly: access.isOpen && isLoopback(host), advertisedUrl, origins };
    this.#paths = new Set(['/v1/live', `${basePath}v1/live`]);
    const maxPayload = LIVE_LIMITS.payloadBytes;
    this.#ws = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload,
      clientTracking: false,
    });
    this.#timers = [
      setInterval(() => this.#tick(), LIVE_LIMITS.tickMs),
      setInterval(() => this.#heartbeat(), LIVE_LIMITS.heartbeatMs),
      setInterval(() => this.#hub.outbox.add(this.#pings()), LIVE_LIMITS.pingMs),
    ];
  }

  get clients(): number {
    return this.#connections.size;
  }
  get hub(): Pick<Hub, 'channels' | 'sent' | 'skipped'> {
    return this.#hub;
  }

  /** Accepts clients from now on. Not before the feed was read: they would be told that there is no such centre. */
  open(): void {
    this.#options.server.on('upgrade', this.#upgrade);
  }

  changed(change: Change): void {
    this.#hub.changed(change);
  }

  /** Asks every client to come again later; after a moment they are cut. */
  async stop(): Promise<void> {
    this.#options.server.off('upgrade', this.#upgrade);
    for (const timer of this.#timers) clearInterval(timer);
    this.#hub.outbox.stop();
    this.#topics.stop();
    const closed = [...this.#connections].map((connection) => connection.closed);
    for (const connection of this.#connections) connection.close(CLOSE_CODES.tryAgainLater, 'stopping');
    const cut = setTimeout(() => this.#connections.forEach((connection) => connection.cut()), STOP_GRACE_MS);
    await Promise.all(closed);
    clearTimeout(cut);
  }

  readonly #upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (!this.#paths.has(path)) return this.#refuse(socket, 'path', 404);
    const { host, origin, 'sec-websocket-version': version } = request.headers;
    if (version !== '13') return this.#refuse(socket, 'version', 426);
    const refusal = refusalOf({ host, origin }, this.#origins);
    if (refusal !== undefined) return this.#refuse(socket, refusal, 403);
    if (this.#handshakes >= LIVE_LIMITS.handshakes) return this.#refuse(socket, 'limit', 503);
    this.#handshakes += 1;
    void this.#admit(request, socket, head).finally(() => (this.#handshakes -= 1));
  };

  /** Looks who it is, then accepts, unless too many are there. */
  async #admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const address = request.socket.remoteAddress ?? '';
    const verdict = await this.#identify(request, address);
    if (socket.destroyed) return;
    if (!verdict.ok) return this.#refuse(socket, 'access', verdict.status);
    const full = this.#full(verdict.principal);
    if (full !== undefined && this.#turnedAway >= LIVE_LIMITS.turnedAway)
      return this.#refuse(socket, 'limit', 503);
    const { principal } = verdict;
    this.#ws.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => {});
      if (full !== undefined) this.#turnAway(ws, full);
      else this.#accept(ws, socket, { principal, address });
    });
  }

  /** By its key, as programs send it, or by its ticket, as browsers do. */
  async #identify({ url = '', headers }: IncomingMessage, address: string): Promise<Verdict> {
    const { access } = this.#options;
    const ticket = new URLSearchParams(url.split('?')[1] ?? '').get('ticket');
    const { authorization } = headers;
    if (authorization !== undefined || ticket === null) return access.authenticate(authorization, address);
    try {
      return await access.redeem(ticket, address);
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'tickets cannot be looked for');
      return access.deny(503, 'bad_ticket', 'Tickets cannot be looked for.');
    }
  }

  #accept(ws: WebSocket, socket: Duplex, peer: Peer): void {
    const connection = new Connection(ws, socket, peer, this.#parts);
    this.#connections.add(connection);
    const { principal } = peer;
    this.#byKey.set(principal, (this.#byKey.get(principal) ?? 0) + 1);
    void connection.closed.then(() => {
      this.#connections.delete(connection);
      const left = (this.#byKey.get(principal) ?? 1) - 1;
      if (left > 0) this.#byKey.set(principal, left);
      else this.#byKey.delete(principal);
    });
  }

  /** Why there is no room for a client of this key; one key leaves room for the others. */
  #full(principal: Principal): string | undefined {
    const { wsClients } = this.#options.configuration.limits;
    if (this.#connections.size >= wsClients) return `limits.wsClients: ${wsClients} clients are connected`;
    const most = Math.ceil(wsClients * LIVE_LIMITS.shareOfKey);
    if (principal.isOpen || (this.#byKey.get(principal) ?? 0) < most) return undefined;
    return `limits.wsClients: ${most} clients are connected with this key`;
  }

  #turnAway(ws: WebSocket, why: string): void {
    this.refused.limit += 1;
    this.#turnedAway += 1;
    ws.on('close', () => (this.#turnedAway -= 1));
    ws.close(CLOSE_CODES.tryAgainLater, why);
    setTimeout(() => ws.terminate(), LIVE_LIMITS.closeMs).unref();
  }

  #refuse(socket: Duplex, refusal: Refusal, status: number): void {
    this.refused[refusal] += 1;
    this.#options.logger.debug({ refusal }, 'a WebSocket handshake is refused');
    const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-length: 0\r\n`;
    socket.end(`${head}${HINTS[status] ?? ''}\r\n`);
  }

  #tick(): void {
    this.#hub.flushAll();
    const nowMs = this.#options.clock();
    for (const connection of this.#connections) {
      if (!connection.isOpen) continue;
      if (!connection.isAllowed) {
        this.revoked += 1;
        connection.close(CLOSE_CODES.policy, 'the key is no longer in force');
        continue;
      }
      if (!connection.isStuck(nowMs)) continue;
      this.stuck += 1;
      connection.close(CLOSE_CODES.tryAgainLater, 'reads too slowly');
    }
  }

  #heartbeat(): void {
    const { reader, clock } = this.#options;
    const nowMs = clock();
    const frames = new Map<string, Buffer>();
    const frameOf = (ids: ReadonlySet<string>): Buffer => {
      const key = [...ids].sort().join('\n');
      let frame = frames.get(key);
      if (frame === undefined) {
        const centres = [...ids].flatMap((id) => reader.centre(id) ?? []);
        frames.set(key, (frame = textFrame(JSON.stringify(heartbeatOf(centres, nowMs)))));
      }
      return frame;
    };
    this.#hub.outbox.add(this.#beats(frameOf));
  }

  *#beats(frameOf: (ids: ReadonlySet<string>) => Buffer): Iterator<void> {
    for (const connection of this.#connections) {
      if (!connection.isCongested) connection.write(frameOf(connection.centres));
      yield;
    }
  }

  *#pings(): Iterator<void> {
    for (const connection of this.#connections) {
      connection.ping();
      yield;
    }
  }
}

/** What a refused handshake is told beside its status. */
const HINTS: Readonly<Record<number, string>> = {
  401: 'www-authenticate: Bearer realm="vigie"\r\n',
  426: 'upgrade: websocket\r\nsec-websocket-version: 13\r\n',
  429: 'retry-after: 10\r\n',
  503: 'retry-after: 5\r\n',
};

/** Clients have this long to take the farewell when the server stops. */
const STOP_GRACE_MS = 1000;
