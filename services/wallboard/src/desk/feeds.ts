import { connectLive, type Items, itemsOf, type LiveFeed, type TopicItems } from '@vigie/client';
import type { TopicName } from '@vigie/contracts';

import type { Api } from '../api.ts';
import { ALL } from '../rows.ts';
import { DESK_KPIS } from './queues-view.ts';

const NOTHING: { readonly items: Items } = { items: new Map() };

/** The live feeds of the desk: figures always, topics while somebody looks at them. */
export class Feeds {
  readonly #api: Api;
  readonly #centre: { readonly centre?: string };
  readonly #onBadNews: () => void;
  readonly #topics = new Map<TopicName, LiveFeed>();
  #figures: LiveFeed;
  #window: string;

  constructor(api: Api, centre: string | null, window: string, onBadNews: () => void) {
    this.#api = api;
    this.#centre = centre === null ? {} : { centre };
    this.#window = window;
    this.#onBadNews = onBadNews;
    this.#figures = this.#subscribe(['*', ALL]);
  }

  get figures(): LiveFeed {
    return this.#figures;
  }

  /** Follows figures of another window from now on. */
  useWindow(window: string): void {
    if (window === this.#window) return;
    this.#window = window;
    this.#figures.close();
    this.#figures = this.#subscribe(['*', ALL]);
  }

  /** Follows these topics and no others. */
  follow(wanted: ReadonlySet<TopicName>): void {
    for (const [topic, feed] of this.#topics) {
      if (wanted.has(topic)) continue;
      feed.close();
      this.#topics.delete(topic);
    }
    for (const topic of wanted) {
      if (this.#topics.has(topic)) continue;
      const window = topic === 'agents' ? { windows: ['today'] } : {};
      this.#topics.set(
        topic,
        connectLive({ url: () => this.#api.liveUrl(), topic, ...window, ...this.#centre }),
      );
    }
  }

  items<T extends TopicName>(topic: T): readonly TopicItems[T][] {
    return itemsOf(topic, this.#topics.get(topic)?.state ?? NOTHING);
  }

  #subscribe(queues: readonly string[]): LiveFeed {
    let phase = '';
    return connectLive({
      url: () => this.#api.liveUrl(),
      topic: 'kpis',
      windows: [this.#window],
      queues: [...queues],
      kpis: [...DESK_KPIS],
      ...this.#centre,
      onChange: (changed) => {
        const { state } = changed;
        // A key that may see some queues only has no total.
        if (state.phase === 'refused' && state.refusal === 'not_allowed' && queues.includes(ALL)) {
          changed.close();
          if (changed === this.#figures) this.#figures = this.#subscribe(['*']);
          return;
        }
        if (state.phase === 'waiting' && phase !== 'waiting') this.#onBadNews();
        phase = state.phase;
      },
    });
  }
}
