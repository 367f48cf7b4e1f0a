import { formatInstant, TOPIC_KEYS, type TopicMessage, type TopicName } from '@vigie/contracts';
import { sameStanding } from '../query/standing.ts';
import type { CentreStatus, CentreView } from './centre-view.ts';
import { sinceField } from './rows.ts';
import { seenOf } from './seen.ts';

/** One thing of a topic, as the owner of the centre tells it. */
export type TopicItem = Readonly<Record<string, unknown>>;

/** A thing, and what a reader can see of it. */
interface Told {
  readonly item: TopicItem;
  readonly text: string;
}

/**
 * A channel of what the live feed does not hold (agents, open contacts, corrections): its things are asked for now and
 * then and given to it; {@link flush} answers what differs from what was sent last. `seq` has no gaps within an epoch.
 */
export class TopicChannel {
  readonly id: string;
  readonly centre: CentreView;
  readonly topic: TopicName;
  #items: ReadonlyMap<string, Told> = new Map();
  #sent: ReadonlyMap<string, Told> = new Map();
  #status: CentreStatus | undefined;
  #asOfMs: number;
  #isKnown = false;
  #epoch = -1;
  #seq = 0;

  constructor(id: string, centre: CentreView, topic: TopicName) {
    this.id = id;
    this.centre = centre;
    this.topic = topic;
    this.#asOfMs = centre.asOfMs;
  }

  /** Names what {@link snapshot} would say: the same text, the same message. */
  get position(): string {
    return `${this.#epoch} ${this.#seq}`;
  }

  /** Its things do not come with the feed. */
  touch(): void {}

  /** All things as they are now. */
  take(items: readonly TopicItem[], asOfMs: number): void {
    const keys = TOPIC_KEYS[this.topic];
    this.#items = new Map(
      items.map((item) => [
        JSON.stringify(keys.map((key) => item[key] ?? null)),
        { item, text: seenOf(this.topic, item) },
      ]),
    );
    this.#asOfMs = asOfMs;
    this.#isKnown = true;
  }

  /** What subscribers must be told now; `undefined` when they know it all, or nothing is known yet. */
  flush(nowMs: number): TopicMessage | undefined {
    if (!this.#isKnown) return undefined;
    const before = this.#status;
    const status = this.centre.status(nowMs);
    this.#status = status;
    const { epoch } = this.centre;
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#seq += 1;
      this.#sent = this.#items;
      return this.snapshot();
    }
    const changed: TopicItem[] = [];
    const sent = new Map<string, Told>();
    for (const [key, now] of this.#items) {
      const before = this.#sent.get(key);
      const isSame = before?.text === now.text;
      // what is the same to a reader stays as it was told: a snapshot says what the deltas have said
      sent.set(key, isSame ? before : now);
      if (!isSame) changed.push(now.item);
    }
    const removed = [...this.#sent].flatMap(([key, { item }]) =>
      this.#items.has(key) ? [] : [this.#named(item)],
    );
    this.#sent = sent;
    const isSame = sameStanding(before, status);
    if (isSame && changed.length === 0 && removed.length === 0) return undefined;
    this.#seq += 1;
    const message = { op: 'delta' as const, ...this.#frame(status), items: changed };
    return removed.length === 0 ? message : { ...message, removed };
  }

  /** All that was sent so far, as one message. */
  snapshot(): TopicMessage {
    const status = this.#status ?? { state: 'stale', ...sinceField(this.#asOfMs) };
    const items = [...this.#sent.values()].map(({ item }) => item);
    return { op: 'snapshot', ...this.#frame(status), items };
  }

  #frame(status: CentreStatus) {
    const { id: channel, topic } = this;
    return {
      channel,
      topic,
      epoch: this.#epoch,
      seq: this.#seq,
      asOf: formatInstant(this.#asOfMs),
      ...status,
    };
  }

  /** The fields that tell it from others. */
  #named(item: TopicItem): TopicItem {
    return Object.fromEntries(
      TOPIC_KEYS[this.topic].flatMap((key) => (key in item ? [[key, item[key]]] : [])),
    );
  }
}
