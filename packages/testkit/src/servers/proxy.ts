import { createConnection, createServer, type Socket } from 'node:net';

import { freePort } from './ports.ts';

/**
 * What a {@link Proxy} does to what passes it. `pass`: nothing. `cut`: connections are reset, new ones too. `halfOpen`:
 * connections stay open and nothing passes any more; what was open meanwhile is reset in the end. `delay`: every piece
 * comes `delayMs` later. `trickle`: a byte at a time where messages begin. `loseReplies`: now and then the connection is
 * reset between a request that was carried out and its reply. `rewrite`: connections are reset, those that are made
 * meanwhile get a {@link Rewriter} each, and are reset in the end.
 */
export type ProxyMode =
  | { readonly kind: 'pass' | 'cut' | 'halfOpen' | 'trickle' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'loseReplies'; readonly chance: number; readonly random: () => number }
  | { readonly kind: 'rewrite'; readonly rewriter: () => Rewriter };

/** What becomes of the bytes of one connection, from its first one on. */
export interface Rewriter {
  /** What the client said is passed on as it is. */
  request(bytes: Buffer): void;
  /** What is passed on in place of what the server said: it may be kept until more has come. `changed`: it is another. */
  reply(bytes: Buffer): { readonly bytes: Buffer; readonly changed: boolean };
}

/** A TCP proxy on 127.0.0.1 that can be told to misbehave. */
export interface Proxy {
  readonly port: number;
  /** Connections that it reset, and pieces that it held back or cut up, since it began. */
  readonly harmed: number;
  become(mode: ProxyMode): void;
  stop(): Promise<void>;
}

/** One direction of a connection: what comes goes on in its order. */
type Forward = (chunk: Buffer) => void;

const BYTES_ONE_BY_ONE = 64;
const PIECE_BYTES = 1024;

/** `targetPort` is asked for every connection: a server may come up later, or elsewhere. */
export async function startProxy(targetPort: () => number | undefined): Promise<Proxy> {
  const port = await freePort();
  const pairs = new Set<Pair>();
  let mode: ProxyMode = { kind: 'pass' };
  let harmed = 0;

  interface Pair {
    readonly client: Socket;
    readonly server: Socket;
    stalled: boolean;
    readonly rewriter: Rewriter | undefined;
  }
  const reset = ({ client, server }: Pair): void => {
    harmed += 1;
    for (const socket of [client, server]) socket.resetAndDestroy();
  };

  const forwardTo = (to: Socket, pair: Pair, isReply: boolean): Forward => {
    /** Pieces of a delay or a trickle: what comes later must not overtake them. */
    let before: Promise<unknown> = Promise.resolve();
    let queued = 0;
    const later = (send: () => Promise<void>): void => {
      queued += 1;
      harmed += 1;
      before = before.then(send).finally(() => (queued -= 1));
    };
    return (said) => {
      if (pair.stalled) return;
      let chunk = said;
      if (pair.rewriter !== undefined && isReply) {
        const rewritten = pair.rewriter.reply(said);
        chunk = rewritten.bytes;
        if (rewritten.changed) harmed += 1;
        if (chunk.length === 0) return;
      } else pair.rewriter?.request(said);
      if (mode.kind === 'loseReplies' && isReply && mode.random() < mode.chance) return reset(pair);
      if (mode.kind === 'delay') {
        const dueMs = Date.now() + mode.delayMs;
        later(async () => {
          await pause(dueMs - Date.now());
          to.write(chunk);
        });
      } else if (mode.kind === 'trickle') later(async () => await inPieces(to, chunk));
      else if (queued > 0) before = before.then(() => void to.write(chunk));
      else to.write(chunk);
    };
  };

  const server = createServer((client) => {
    const target = targetPort();
    client.on('error', () => undefined);
    if (mode.kind === 'cut' || target === undefined) {
      harmed += 1;
      client.resetAndDestroy();
      return;
    }
    const upstream = createConnection({ port: target, host: '127.0.0.1' });
    const pair: Pair = {
      client,
      server: upstream,
      stalled: mode.kind === 'halfOpen',
      rewriter: mode.kind === 'rewrite' ? mode.rewriter() : undefined,
    };
    pairs.add(pair);
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    const toServer = forwardTo(upstream, pair, false);
    const toClient = forwardTo(client, pair, true);
    client.on('data', toServer);
    upstream.on('data', toClient);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    upstream.on('error', end);
    client.on('close', end);
    upstream.on('close', end);
  });
  await new Promise<void>((resolve, fail) => {
    server.once('error', fail);
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });

  return {
    port,
    get harmed() {
      return harmed;
    },
    become(next) {
      mode = next;
      for (const pair of [...pairs]) {
        // what was swallowed is gone: a connection that lost bytes can only be reset
        const isVoid = next.kind === 'cut' || next.kind === 'rewrite' || pair.rewriter !== undefined;
        if (isVoid || (pair.stalled && next.kind !== 'halfOpen')) reset(pair);
        else if (next.kind === 'halfOpen') {
          harmed += 1;
          pair.stalled = true;
        }
      }
    },
    async stop() {
      for (const pair of [...pairs]) reset(pair);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

async function inPieces(to: Socket, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length && !to.destroyed;) {
    const length = at < BYTES_ONE_BY_ONE ? 1 : PIECE_BYTES;
    to.write(chunk.subarray(at, at + length));
    at += length;
    await new Promise(setImmediate);
  }
}
