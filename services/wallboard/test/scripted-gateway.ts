import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { ClientMessage, FigureState, Row, RowKey, ServerMessage, TopicMessage } from '@vigie/contracts';
import { type WebSocket, WebSocketServer } from 'ws';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};
const HEARTBEAT_MS = 1_000;

/** The queues, as `GET /v1/queues` tells them. */
export const QUEUES = [
  { queue: 'billing', name: 'Facturation', channels: { voice: { threshold: 20, targets: {} } } },
  { queue: 'sales', name: 'Ventes', channels: { voice: { threshold: 20, targets: {} } } },
  { queue: 'tech', name: 'Assistance technique', channels: { voice: { threshold: 20, targets: {} } } },
  { queue: 'web', name: 'Site web', channels: { chat: { threshold: 60, targets: {} } } },
];
const KPIS = [
  {
    id: 'service_level',
    name: { en: 'Service level', fr: 'Niveau de service' },
    unit: 'ratio',
    description: 'Answered in time.',
  },
  {
    id: 'service_level_live',
    name: { en: 'Live SL', fr: 'NS temps réel' },
    unit: 'ratio',
    description: 'Those still waiting beyond the threshold count against it.',
  },
];

/**
 * A gateway that says what a test tells it to, by the contract: page, catalogue, and a live feed with snapshot, deltas
 * and heartbeats. Figures are the test's own.
 */
export class ScriptedGateway {
  rows: Row[] = [];
  state: FigureState = 'live';
  since: string | undefined;
  /** No more frames, on connections that stay open: what a dead process behind a proxy looks like. */
  mute = false;
  /** A queue that nobody may see. */
  refuses: string | null = null;
  /** Of figures; topics are not among them. */
  readonly subscriptions: ClientMessage[] = [];
  /** What screens said of themselves. */
  readonly reports: ClientMessage[] = [];
  /** Things of topics, by topic. */
  items: Readonly<Record<string, readonly object[]>> = {};
  /** What other calls are answered, by path; `undefined` is 404. */
  answer: (url: URL) => unknown = () => undefined;
  /** The key that every call and connection needs; `null`: open. */
  key: string | null = null;
  readonly asked: string[] = [];
  /** How far its clock is from that of the machine, ms. */
  clockOffsetMs = 0;
  /** Where its clock stands still; `null`: it goes on. */
  stoppedAtMs: number | null = null;
  #tickets = 0;
  #server: Server | null = null;
  #sockets = new Map<WebSocket, string | null>();
  #timer: NodeJS.Timeout | null = null;
  #epoch = 1;
  #seq = 0;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    const sockets = new WebSocketServer({
      server,
      path: '/v1/live',
      verifyClient: ({ req }: { req: IncomingMessage }) =>
        this.key === null || /[?&]ticket=t\d+$/.test(req.url ?? ''),
    });
    sockets.on('connection', (socket) => this.#welcome(socket));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#timer = setInterval(() => this.beat(), HEARTBEAT_MS);
  }

  /** Gone, connections and all; `start` brings it back on the same port, with another epoch. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const socket of this.#sockets.keys()) socket.terminate();
    this.#sockets.clear();
    this.#epoch += 1;
    this.#seq = 0;
    const server = this.#server;
    this.#server = null;
    server?.closeAllConnections();
    await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  }

  /** Says how things stand, to every connection. */
  beat(): void {
    const now = this.#now();
    for (const socket of this.#sockets.keys()) {
      this.#say(socket, { op: 'heartbeat', now, watermark: now, state: this.state, ...this.#sinceField() });
    }
  }

  /** Holds these rows from now on, and sends what changed. */
  publish(changed: Row[], removed: RowKey[] = []): void {
    const named = (row: RowKey) => `${row.queue} ${row.channel} ${row.window}`;
    const gone = new Set([...changed, ...removed].map(named));
    this.rows = [...this.rows.filter((row) => !gone.has(named(row))), ...changed];
    this.#seq += 1;
    for (const [socket, channel] of this.#sockets) {
      if (channel !== null) this.#say(socket, { op: 'delta', ...this.#frame(channel, changed), removed });
    }
  }

  #welcome(socket: WebSocket): void {
    this.#sockets.set(socket, null);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as ClientMessage;
      if (message.op === 'report') return void this.reports.push(message);
      const isTopic = message.op === 'subscribe' && (message.topic ?? 'kpis') !== 'kpis';
      if (!isTopic) this.subscriptions.push(message);
      if (message.op !== 'subscribe') return;
      if (this.refuses !== null && message.queues?.includes(this.refuses) === true) {
        this.#say(socket, { op: 'error', id: message.id, code: 'not_allowed', message: this.refuses });
        return;
      }
      const { topic } = message;
      const channel = `c${this.#epoch}`;
      if (topic !== undefined && topic !== 'kpis') {
        this.#seq += 1;
        const { rows: _rows, ...frame } = this.#frame(`${channel}-${topic}`, []);
        this.#say(socket, { op: 'subscribed', id: message.id, channel: frame.channel });
        const items = (this.items[topic] ?? []) as TopicMessage['items'];
        this.#say(socket, { op: 'snapshot', ...frame, topic: topic as TopicMessage['topic'], items });
        return;
      }
      this.#sockets.set(socket, channel);
      this.#seq += 1;
      this.#say(socket, { op: 'subscribed', id: message.id, channel });
      this.#say(socket, { op: 'snapshot', ...this.#frame(channel, this.rows) });
      const now = this.#now();
      this.#say(socket, { op: 'heartbeat', now, watermark: now, state: this.state, ...this.#sinceField() });
    });
  }

  #frame(channel: string, rows: Row[]) {
    const asOf = this.#now();
    return {
      channel,
      epoch: this.#epoch,
      seq: this.#seq,
      asOf,
      state: this.state,
      rows,
      ...this.#sinceField(),
    };
  }

  #now(): string {
    return new Date((this.stoppedAtMs ?? Date.now()) + this.clockOffsetMs).toISOString();
  }

  #sinceField(): { since?: string } {
    return this.since === undefined ? {} : { since: this.since };
  }

  #say(socket: WebSocket, message: ServerMessage | TopicMessage): void {
    if (!this.mute && socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const path = url.pathname;
    const json = (body: unknown, status = 200): void => {
      response.statusCode = status;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    };
    if (path.startsWith('/v1/')) {
      this.asked.push(url.pathname + url.search);
      if (this.key !== null && request.headers.authorization !== `Bearer ${this.key}`)
        return json({ title: 'Unauthorized', status: 401, detail: 'a key is needed' }, 401);
      if (path === '/v1/tickets') return json({ ticket: `t${++this.#tickets}` });
      const answer = this.answer(url);
      if (answer !== undefined) {
        const { status } = answer as { status?: unknown };
        return json(answer, typeof status === 'number' ? status : 200);
      }
    }
    if (path === '/v1/queues') return json({ queues: QUEUES });
    if (path === '/v1/kpis') return json({ kpis: KPIS });
    const pages: Readonly<Record<string, string>> = {
      '/': 'index.html',
      '/wall': 'index.html',
      '/desk': 'desk.html',
    };
    const file = pages[path] ?? path.slice(1);
    try {
      const body = await readFile(join(DIST, file));
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream').end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}
