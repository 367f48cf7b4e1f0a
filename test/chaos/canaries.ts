import { setTimeout as pause } from 'node:timers/promises';

import type { ServerMessage } from '@vigie/contracts';
import { WebSocket } from 'ws';

import { CENTRES, GUARD_KEYS, GUARDED_QUEUE } from './deployment.ts';
import type { Ledger } from './ledger.ts';

const AGAIN_MS = 400;
const HANDSHAKE_MS = 4_000;

/** In the name of a queue that every centre has, and whose figures only who may see all of the centre is told. */
export const canaryOf = (centre: string): string => `canary-${centre}`;

/** Who looks on, with which key, and what it may be told. */
interface Curious {
  readonly who: string;
  readonly key: string | undefined;
  readonly maySee: (centre: string, queue: string) => boolean;
}

const CURIOUS: readonly Curious[] = [
  { who: 'a key for one centre', key: GUARD_KEYS.north, maySee: (centre) => centre === 'north' },
  { who: 'a key for one queue', key: GUARD_KEYS.sales, maySee: (_, queue) => queue === GUARDED_QUEUE },
  { who: 'a key that may only send', key: GUARD_KEYS.sender, maySee: () => false },
  { who: 'nobody', key: undefined, maySee: () => false },
];

/**
 * Viewers that ask for more than their keys are good for, over every reconnection, whatever fails around: none is told
 * anything of another centre, another queue, or without a key (I8).
 */
export class Canaries {
  readonly #url: string;
  readonly #ledger: Ledger;
  readonly #sockets = new Set<WebSocket>();
  #stopped = false;
  readonly #loops: Promise<void>[];
  /** Frames with rows that those who may see something were told. */
  told = 0;

  constructor(url: string, ledger: Ledger) {
    this.#url = `${url.replace(/^http/, 'ws')}/v1/live`;
    this.#ledger = ledger;
    this.#loops = CURIOUS.map(async (curious) => await this.#look(curious));
  }

  /** Lets them all come again: what was refused once is refused to a gateway of another life as well. */
  again(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.again();
    await Promise.all(this.#loops);
  }

  async #look(curious: Curious): Promise<void> {
    while (!this.#stopped) {
      await this.#connect(curious);
      await pause(AGAIN_MS);
    }
  }

  async #connect({ who, key, maySee }: Curious): Promise<void> {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const socket = new WebSocket(this.#url, { headers, handshakeTimeout: HANDSHAKE_MS });
    this.#sockets.add(socket);
    /** Centres by the channel that their figures come in. */
    const centres = new Map<string, string>();
    const leak = (what: string): void => this.#ledger.violated('I8', `${who} ${what}`);
    await new Promise<void>((done) => {
      socket.on('error', () => undefined);
      socket.on('close', () => done());
      socket.on('unexpected-response', () => {
        this.#ledger.compared('I8 connections and subscriptions refused');
        socket.terminate();
      });
      socket.on('open', () => {
        for (const centre of CENTRES) socket.send(JSON.stringify({ op: 'subscribe', id: centre, centre }));
      });
      socket.on('message', (data: Buffer) => {
        const text = data.toString();
        const message = JSON.parse(text) as ServerMessage;
        if (message.op === 'error') this.#ledger.compared('I8 connections and subscriptions refused');
        if (message.op === 'subscribed') centres.set(message.channel, message.id);
        for (const centre of CENTRES) {
          const canary = canaryOf(centre);
          if (text.includes(canary) && !maySee(centre, canary))
            leak(`was told of ${canary}: ${text.slice(0, 300)}`);
        }
        if ((message.op !== 'snapshot' && message.op !== 'delta') || !('rows' in message)) return;
        const centre = centres.get(message.channel) ?? '';
        this.told += message.rows.length > 0 ? 1 : 0;
        this.#ledger.compared('I8 rows told to who may see them', message.rows.length);
        const forbidden = message.rows.find(({ queue }) => !maySee(centre, queue));
        if (forbidden !== undefined) leak(`was told of queue ${forbidden.queue} of ${centre}`);
      });
    });
    this.#sockets.delete(socket);
  }
}
