import {
  feedHealth,
  type FeedHealth,
  reduceFeed,
  startFeed,
  type FeedEffect,
  type FeedInput,
  type FeedState,
} from '@vigie/client';
import { ALL, CHANNELS, type ServerMessage } from '@vigie/contracts';
import { FeedReader, LiveChannel, Member, type CentrePlan, type Change } from '@vigie/engine';
import { FeedLink } from '@vigie/gateway';
import type { Health, Logger } from '@vigie/service-kit';
import type { Random } from '@vigie/testkit/generator';

import type { RedisLink } from './links.ts';
import { Pipe, type Scheduler, type SimProcess } from './scheduler.ts';

const EVERYTHING = { windows: undefined, queues: undefined, channels: [...CHANNELS, ALL], kpis: undefined };
const FLUSH_MS = 1_000;
const HEARTBEAT_MS = 1_000;

const texts = new WeakMap<ServerMessage, string>();

/** A frame is written once for all who are sent it. */
function written(message: ServerMessage): string {
  let text = texts.get(message);
  if (text === undefined) texts.set(message, (text = JSON.stringify(message)));
  return text;
}

/** One connection as the gateway sees it. */
interface Session {
  readonly member: Member;
  congested: boolean;
  open: boolean;
  send(message: ServerMessage): void;
}

/** The gateway's own parts (reader, link, channel, member) behind simulated sockets; one channel of everything. */
export class SimGateway {
  readonly process: SimProcess;
  readonly reader: FeedReader;
  readonly #scheduler: Scheduler;
  readonly #centre: string;
  readonly #sessions = new Set<Session>();
  #channel: LiveChannel | undefined;

  constructor(parts: {
    readonly scheduler: Scheduler;
    readonly process: SimProcess;
    readonly redis: RedisLink;
    readonly plan: CentrePlan;
    readonly centre: string;
    readonly health: Health;
    readonly logger: Logger;
  }) {
    const { scheduler, process, redis, plan, centre, health, logger } = parts;
    this.#scheduler = scheduler;
    this.process = process;
    this.#centre = centre;
    const clock = (): number => scheduler.clock();
    this.reader = new FeedReader({ planOf: () => plan, known: [centre], maxCentres: 10, nowMs: clock() });
    const onChange = (change: Change): void => this.#changed(change);
    const link = new FeedLink({ feed: redis.feed, reader: this.reader, clock, health, logger, onChange });
    scheduler.inside(process, () => {
      void link.start();
      const flush = (): void => {
        this.#flush();
        setTimeout(flush, FLUSH_MS);
      };
      const beat = (): void => {
        for (const session of this.#sessions) if (!session.congested) session.send(this.#heartbeat());
        setTimeout(beat, HEARTBEAT_MS);
      };
      setTimeout(flush, FLUSH_MS);
      setTimeout(beat, HEARTBEAT_MS);
    });
  }

  /** Where the channel stands: `<epoch> <seq> <instant>`. */
  get position(): string {
    return this.#channel?.position ?? '';
  }

  /** A client has subscribed. */
  join(session: Session, id: string): void {
    const centre = this.reader.centre(this.#centre);
    if (centre === undefined) throw new Error(`there is no centre ${this.#centre}`);
    this.#channel ??= new LiveChannel('c1', centre, EVERYTHING);
    this.#flush();
    session.send({ op: 'subscribed', id, channel: 'c1' });
    this.#sessions.add(session);
    this.#give(session);
  }

  leave(session: Session): void {
    session.open = false;
    this.#sessions.delete(session);
  }

  /** A client reads again: what it missed comes as one snapshot. */
  drained(session: Session): void {
    session.congested = false;
    if (session.member.isBehind) this.#give(session);
  }

  #heartbeat(): ServerMessage {
    const centre = this.reader.centre(this.#centre);
    const status = centre?.status(this.#scheduler.clock()) ?? { state: 'stale' as const };
    const watermarkMs = centre?.watermarkMs ?? null;
    return {
      op: 'heartbeat',
      now: new Date(this.#scheduler.clock()).toISOString(),
      watermark: watermarkMs === null ? null : new Date(watermarkMs).toISOString(),
      ...status,
    };
  }

  #changed({ centre, changed }: Change): void {
    if (this.#channel?.centre !== centre) return;
    this.#channel.touch(changed);
    this.#flush();
  }

  #flush(): void {
    const message = this.#channel?.flush(this.#scheduler.clock());
    if (message === undefined) return;
    for (const session of this.#sessions) {
      if (session.member.offer(message, session.congested)) session.send(message);
      else if (!session.congested && session.member.isBehind) this.#give(session);
    }
  }

  #give(session: Session): void {
    const message = this.#channel?.snapshot();
    if (message === undefined || session.congested) return;
    if (session.member.offer(message, false)) session.send(message);
  }
}

/** The client library's state machine behind a simulated socket: what a screen would show. */
export class SimClient {
  state: FeedState;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #gateway: () => SimGateway | undefined;
  #session: Session | undefined;
  #generation = 0;
  /** Every message that reached it, in order. */
  onMessage: (message: ServerMessage, connection: number) => void = () => undefined;

  constructor(scheduler: Scheduler, random: Random, centre: string, gateway: () => SimGateway | undefined) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#gateway = gateway;
    const first = startFeed({ centre }, scheduler.clock());
    this.state = first.state;
    this.#carryOut(first.effects);
    const tick = (): void => {
      this.#step({ type: 'tick' });
      scheduler.after(500, undefined, tick);
    };
    tick();
  }

  readonly health = (): FeedHealth => feedHealth(this.state, this.#scheduler.clock());
  /** The connection breaks. */
  drop(): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#hangUp();
    this.#step({ type: 'closed' });
  }

  congest(): void {
    if (this.#session !== undefined) this.#session.congested = true;
  }

  drain(): void {
    const session = this.#session;
    if (session?.congested === true) this.#gateway()?.drained(session);
  }

  #step(input: FeedInput): void {
    const { state, effects } = reduceFeed(this.state, input, this.#scheduler.clock(), this.#random.next());
    this.state = state;
    this.#carryOut(effects);
  }

  #carryOut(effects: readonly FeedEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'connect') this.#connect();
      else if (effect.type === 'drop') this.#hangUp();
      else if (effect.message.op === 'subscribe') this.#subscribe(effect.message.id);
      else if (this.#session !== undefined) this.#gateway()?.leave(this.#session);
    }
  }

  #hangUp(): void {
    this.#generation += 1;
    if (this.#session !== undefined) this.#gateway()?.leave(this.#session);
    this.#session = undefined;
  }

  #connect(): void {
    this.#generation += 1;
    const mine = this.#generation;
    this.#scheduler.after(5, undefined, () => {
      if (mine !== this.#generation) return;
      const gateway = this.#gateway();
      this.#step(gateway?.process.alive === true ? { type: 'open' } : { type: 'closed' });
    });
  }

  #subscribe(id: string): void {
    const gateway = this.#gateway();
    const mine = this.#generation;
    if (gateway?.process.alive !== true) return;
    const pipe = new Pipe(this.#scheduler);
    const session: Session = {
      member: new Member(),
      congested: false,
      open: true,
      send: (message) => {
        pipe.send(2, undefined, () => {
          if (mine !== this.#generation || !session.open) return;
          this.onMessage(message, mine);
          this.#step({ type: 'message', data: written(message) });
        });
      },
    };
    this.#session = session;
    this.#scheduler.after(2, gateway.process, () => gateway.join(session, id));
  }
}
