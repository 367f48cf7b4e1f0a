import { once } from 'node:events';
import { connect } from 'node:net';
import { checkConfiguration } from '@vigie/contracts';
import { afterEach, expect, test } from 'vitest';
import { createHealth } from '../health.ts';
import { createLogger } from '../logging.ts';
import { createMetrics } from '../metrics.ts';
import { bind } from './bind.ts';
import { createHttpServer } from './server.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server with little patience. */
async function impatient() {
  const checked = checkConfiguration({ server: { port: 0 } });
  if (!checked.ok) throw new Error('the configuration is wrong');
  const { configuration } = checked;
  const bound = await bind(configuration.server, {
    requestTimeout: 3000,
    headersTimeout: 1500,
    connectionsCheckingInterval: 50,
  });
  const http = createHttpServer(configuration, {
    ...{ health: createHealth(), metrics: createMetrics({ defaults: false }), bound },
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  closing.push(() => http.close());
  http.post('/v1/events', async () => 'accepted');
  await http.ready();
  return bound;
}

const HANDSHAKE = 'GET /v1/live HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n';
const POST =
  'POST /v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n';

test.each([
  { what: 'says nothing at all', first: '', later: '' },
  { what: 'begins the handshake of a WebSocket and says no more', first: HANDSHAKE, later: '' },
  { what: 'tells the head of a handshake line by line', first: HANDSHAKE, later: 'x-more: 1\r\n' },
  { what: 'tells the head of a request line by line', first: 'GET / HTTP/1.1\r\n', later: 'x-more: 1\r\n' },
  { what: 'tells the body of a request byte by byte', first: POST, later: '1' },
])(
  'a client that $what is cut after a bounded time, and others are answered meanwhile',
  async ({ first, later }) => {
    const { port, url } = await impatient();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
    await once(socket, 'connect');
    socket.write(first);
    const dripping = setInterval(() => socket.write(later), 20);
    const ended = once(socket, 'close');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await ended;
    clearInterval(dripping);
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  },
);
