import type { DeltaMessage, SnapshotMessage, TopicMessage } from '@vigie/contracts';
import {
  LiveChannel,
  Member,
  TopicChannel,
  type CentreView,
  type Change,
  type Selection,
} from '@vigie/engine';
import type { Connection } from './connection.ts';
import { LIVE_LIMITS } from './limits.ts';
import { Outbox } from './outbox.ts';
import { textFrame } from './text-frame.ts';
import type { TopicContent } from './topic-feed.ts';

/** What a channel of either kind tells its members. */
type ChannelMessage = DeltaMessage | SnapshotMessage | TopicMessage;

/** A channel with its clients, and the frame of its latest snapshot. */
export class Shared {
  readonly channel: LiveChannel | TopicChannel;
  readonly key: string;
  readonly members = new Map<Connection, Member>();
  #snapshot: { readonly key: string; readonly message: ChannelMessage; readonly frame: Buffer } | undefined;

  constructor(key: string, channel: LiveChannel | TopicChannel) {
    this.key = key;
    this.channel = channel;
  }

  /** Built once, however many ask for it before something changes. */
  snapshot(): { readonly message: ChannelMessage; readonly frame: Buffer } {
    const key = this.channel.position;
    if (this.#snapshot?.key !== key) {
      const message = this.channel.snapshot();
      this.#snapshot = { key, message, frame: textFrame(JSON.stringify(message)) };
    }
    return this.#snapshot;
  }
}

/** A channel of a topic, with what it follows. */
export class Topical extends Shared {
  declare readonly channel: TopicChannel;
  readonly content: TopicContent;

  constructor(key: string, channel: TopicChannel, content: TopicContent) {
    super(key, channel);
    this.content = content;
  }
}

/** Channels by content: a message is built and framed once, and written to all who asked for the same. */
export class Hub {
  readonly #clock: () => number;
  readonly outbox = new Outbox(LIVE_LIMITS.clientsPerTurn);
  readonly #byContent = new Map<string, Shared>();
  #lastId = 0;
  /** Messages that a client was not sent because it had too much to read already. */
  skipped = 0;
  readonly sent = { snapshot: 0, delta: 0 };

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get channels(): number {
    return this.#byContent.size;
  }

  /** The channel of a content, made at its first use; `undefined` when there are too many different ones. */
  channelOf(centre: CentreView, selection: Selection): Shared | undefined {
    const key = JSON.stringify([
      centre.id,
      selection.windows ?? null,
      selection.queues ?? null,
      selection.channels ?? null,
      selection.kpis ?? null,
      selection.scope ?? null,
    ]);
    return this.#heldOr(key, (id) => new Shared(key, new LiveChannel(id, centre, selection)));
  }

  /** The same of a topic. */
  topicOf(centre: CentreView, content: TopicContent): Shared | undefined {
    const key = JSON.stringify([centre.id, content]);
    return this.#heldOr(key, (id) => new Topical(key, new TopicChannel(id, centre, content.topic), content));
  }

  /** Channels of topics that somebody follows. */
  topical(): readonly Topical[] {
    return [...this.#byContent.values()].filter((shared) => shared instanceof Topical);
  }

  #heldOr(key: string, make: (id: string) => Shared): Shared | undefined {
    const held = this.#byContent.get(key);
    if (held !== undefined) return held;
    if (this.#byContent.size >= LIVE_LIMITS.channels) return undefined;
    this.#lastId += 1;
    const made = make(`c${this.#lastId}`);
    this.#byContent.set(key, made);
    return made;
  }

  /** Makes a client a member; it is given a snapshot, again if it is a member already. */
  join(shared: Shared, connection: Connection): void {
    this.flush(shared);
    const member = new Member();
    shared.members.set(connection, member);
    this.#give(shared, connection, member);
  }

  leave(shared: Shared, connection: Connection): void {
    shared.members.delete(connection);
    if (shared.members.size === 0) this.#byContent.delete(shared.key);
  }

  /** Tells the members of every channel of this centre what changed. */
  changed({ centre, changed }: Change): void {
    for (const shared of this.#byContent.values()) {
      if (shared.channel.centre !== centre) continue;
      shared.channel.touch(changed);
      this.flush(shared);
    }
  }

  /** Looks for what time alone has changed: a feed that fell silent. */
  flushAll(): void {
    for (const shared of this.#byContent.values()) this.flush(shared);
  }

  flush(shared: Shared): void {
    const message = shared.channel.flush(this.#clock());
    if (message === undefined || shared.members.size === 0) return;
    const frame = message.op === 'snapshot' ? shared.snapshot().frame : textFrame(JSON.stringify(message));
    this.outbox.add(this.#tell(shared, message, frame));
  }

  /** A client that has drained gets the newest values of whatever it missed. */
  drained(connection: Connection, memberships: Iterable<Shared>): void {
    for (const shared of memberships) {
      const member = shared.members.get(connection);
      if (member?.isBehind === true) this.#give(shared, connection, member);
    }
  }

  *#tell(shared: Shared, message: ChannelMessage, frame: Buffer): Iterator<void> {
    for (const [connection, member] of shared.members) {
      const { isCongested } = connection;
      if (member.offer(message, isCongested)) this.#write(connection, message, frame);
      else if (isCongested) this.skipped += 1;
      else if (member.isBehind) this.#give(shared, connection, member);
      yield;
    }
  }

  #give(shared: Shared, connection: Connection, member: Member): void {
    if (connection.isCongested) return;
    const { message, frame } = shared.snapshot();
    // Nothing of a topic is known before its owner was asked.
    if (message.seq === 0) return;
    if (member.offer(message, false)) this.#write(connection, message, frame);
  }

  #write(connection: Connection, { op }: ChannelMessage, frame: Buffer): void {
    this.sent[op] += 1;
    connection.write(frame);
  }
}
