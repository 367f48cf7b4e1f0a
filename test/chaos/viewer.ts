import { connectLive, type LiveFeed, type LiveSocket } from '@vigie/client';
import type { ServerMessage } from '@vigie/contracts';
import { WebSocket } from 'ws';

import { EVERY_CHANNEL } from '../integration/exactness/check.ts';
import type { FrameChecker, Held } from './frame-checker.ts';

/** What a screen showed at an instant. */
export interface Shown {
  readonly who: string;
  readonly centre: string;
  readonly seenMs: number;
  readonly held: Held;
  /** What the client library says of what it holds. */
  readonly health: string;
}

/** A viewer of everything of one centre, over every reconnection; all its frames pass a {@link FrameChecker}. */
export class Viewer {
  readonly centre: string;
  readonly who: string;
  readonly #feed: LiveFeed;
  #socket: WebSocket | undefined;
  #held: Held | undefined;
  frames = 0;
  connections = 0;

  /** `checker` answers that of the gateway's present life, when a connection is made. */
  constructor(options: {
    readonly who: string;
    readonly centre: string;
    readonly url: string;
    readonly checker: () => FrameChecker;
  }) {
    const { who, centre, url, checker } = options;
    this.who = who;
    this.centre = centre;
    const createSocket = (to: string): LiveSocket => {
      const socket = new WebSocket(to);
      const mine = checker();
      this.#socket = socket;
      this.#held = undefined;
      this.connections += 1;
      let held: Held | undefined;
      socket.on('message', (data: Buffer) => {
        this.frames += 1;
        const message = JSON.parse(data.toString()) as ServerMessage;
        if (message.op === 'snapshot') held = mine.snapshot(held, message, this.who);
        else if (message.op === 'delta' && held !== undefined) held = mine.delta(held, message, this.who);
        if (this.#socket === socket) this.#held = held;
      });
      return socket as unknown as LiveSocket;
    };
    const address = `${url.replace(/^http/, 'ws')}/v1/live`;
    this.#feed = connectLive({ url: address, centre, channels: [...EVERY_CHANNEL], createSocket });
  }

  /** What the screen shows now; `undefined` before the first snapshot of a connection. */
  shown(): Shown | undefined {
    const { centre, who } = this;
    const held = this.#held;
    if (held === undefined || this.#feed.state.phase !== 'current') return undefined;
    return { who, centre, seenMs: Date.now(), held, health: this.#feed.health().state };
  }

  get feed(): LiveFeed {
    return this.#feed;
  }

  /** Reads nothing any more: the gateway has to keep, or drop, what is for it. */
  stall(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  /** Loses its connection, and comes again as clients do. */
  drop(): void {
    this.#socket?.terminate();
  }

  close(): void {
    this.#feed.close();
    this.#socket?.terminate();
  }
}
