import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { ClientMessage, FigureState, Row, RowKey, ServerMessage } from '@vigie/contracts';
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
  readonly subscriptions: ClientMessage[] = [];
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
    const sockets = new WebSocketServer({ server, path: '/v1/live' });
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
    const now = new Date().toISOString();
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
      if (message.op === 'report') return;
      this.subscriptions.push(message);
      if (message.op !== 'subscribe') return;
      if (this.refuses !== null && message.queues?.includes(this.refuses) === true) {
        this.#say(socket, { op: 'error', id: message.id, code: 'not_allowed', message: this.refuses });
        return;
      }
      const channel = `c${this.#epoch}`;
      this.#sockets.set(socket, channel);
      this.#seq += 1;
      this.#say(socket, { op: 'subscribed', id: message.id, channel });
      this.#say(socket, { op: 'snapshot', ...this.#frame(channel, this.rows) });
      const now = new Date().toISOString();
      this.#say(socket, { op: 'heartbeat', now, watermark: now, state: this.state, ...this.#sinceField() });
    });
  }

  #frame(channel: string, rows: Row[]) {
    const asOf = new Date().toISOString();
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

  #sinceField(): { since?: string } {
    return this.since === undefined ? {} : { since: this.since };
  }

  #say(socket: WebSocket, message: ServerMessage): void {
    if (!this.mute && socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const json = (body: unknown): void => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    };
    if (path === '/v1/queues') return json({ queues: QUEUES });
    if (path === '/v1/kpis') return json({ kpis: KPIS });
    const file = path === '/' || path === '/wall' ? 'index.html' : path.slice(1);
    try {
      const body = await readFile(join(DIST, file));
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream').end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}
