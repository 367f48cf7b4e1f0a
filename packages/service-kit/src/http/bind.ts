import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerSettings } from '@vigie/contracts';
import { StartError } from '../start-error.ts';

/** A port that is ours already, before anything else starts. */
export interface BoundServer {
  readonly server: Server;
  readonly port: number;
  /** Under which other processes reach it, without a final slash: the advertised one, else host and port. */
  readonly url: string;
}

/** How long the other side may take, ms. */
export interface Patience {
  /** For a whole request, body included. */
  readonly requestTimeout: number;
  /** From the connection to the end of the head of a request, the handshake of a WebSocket among them. */
  readonly headersTimeout: number;
  /** How often it is looked for who took longer. */
  readonly connectionsCheckingInterval: number;
}

const PATIENCE: Patience = {
  requestTimeout: 120_000,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
};
const LIMITS = {
  /** Above the idle time of common load balancers, so that they are the ones to close. */
  keepAliveTimeout: 72_000,
  maxHeaderSize: 16 * 1024,
} as const;

/**
 * Takes the port. Until a service answers on it, requests get 503. Throws {@link StartError} with one sentence when
 * the port is taken or the address is not this machine's.
 */
export async function bind(settings: ServerSettings, patience = PATIENCE): Promise<BoundServer> {
  const server = createServer({ ...LIMITS, ...patience });
  await new Promise<void>((done, fail) => {
    server.once('error', (error) => fail(startError(error, settings)));
    server.listen({ host: settings.host.replace(/^\[(.*)\]$/, '$1'), port: settings.port }, done);
  });
  server.removeAllListeners('error');
  server.on('request', answerStarting);
  const { port } = server.address() as AddressInfo;
  return { server, port, url: settings.advertisedUrl ?? urlOf(settings.host, port) };
}

function answerStarting(_request: unknown, response: ServerResponse): void {
  const body = {
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: 'Vigie is starting.',
  };
  response.writeHead(503, { 'content-type': 'application/problem+json; charset=utf-8', 'retry-after': '1' });
  response.end(JSON.stringify(body));
}

/** `listener` answers from now on. */
export function answerWith(server: Server, listener: RequestListener): void {
  server.off('request', answerStarting);
  server.on('request', listener);
}

/** Any-address is no address to go to: the loopback one of the family is named instead. */
function urlOf(host: string, port: number): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const reachable = bare === '0.0.0.0' ? '127.0.0.1' : bare === '::' ? '::1' : bare;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function startError(error: NodeJS.ErrnoException, { host, port }: ServerSettings): StartError {
  const where = `${host}:${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new StartError(
        `port ${port} on ${host} is in use by another program: stop it, or choose another with --port or VIGIE_PORT`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartError(`cannot listen on ${where}: ${host} is not an address of this machine`);
    case 'EACCES':
      return new StartError(`cannot listen on ${where}: this user may not take that port`);
    default:
      return new StartError(`cannot listen on ${where}: ${error.message}`);
  }
}
