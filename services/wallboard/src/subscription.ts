import { connectLive, type LiveFeed } from '@vigie/client';

import type { Api } from './api.ts';
import { ALL, WALL_KPIS } from './rows.ts';
import { figuresOf, type ScreenPage } from './wall-pages.ts';

/** What the pages of a screen need of the feed. */
export interface Wanted {
  readonly windows: readonly string[];
  readonly queues: readonly string[];
  readonly kpis: readonly string[];
  readonly centre: string | null;
}

/** One subscription for all pages: turning a page asks for nothing. */
export function wantedBy(pages: readonly ScreenPage[], centre: string | null): Wanted {
  const isOfSome = pages.every(
    ({ queues }) => queues.length > 0 && queues.every((queue) => !queue.endsWith('*')),
  );
  return {
    windows: [...new Set(pages.map(({ window }) => window))],
    queues: isOfSome ? [...new Set(pages.flatMap(({ queues }) => queues))] : ['*', ALL],
    kpis: [...WALL_KPIS, ...figuresOf(pages)],
    centre,
  };
}

/** The feed of a wall. Another layout is followed before the one that it replaces is let go: the figures stay. */
export class WallFeed {
  readonly #api: Api;
  readonly #onNews: (isBad: boolean) => void;
  #feed: LiveFeed | null = null;
  #next: LiveFeed | null = null;
  #wanted = '';

  /** `onNews` is told of what came, and of a connection that broke: that news is bad. */
  constructor(api: Api, onNews: (isBad: boolean) => void) {
    this.#api = api;
    this.#onNews = onNews;
  }

  /** The feed that shows, once {@link follow} was called. */
  get current(): LiveFeed {
    const next = this.#next;
    if (next !== null && (this.#feed === null || next.state.phase === 'current')) {
      const replaced = this.#feed;
      this.#feed = next;
      this.#next = null;
      replaced?.close();
    }
    return this.#feed as LiveFeed;
  }

  follow(wanted: Wanted): void {
    const said = JSON.stringify(wanted);
    if (said === this.#wanted) return;
    this.#wanted = said;
    this.#next?.close();
    this.#next = this.#subscribe(wanted);
  }

  #subscribe(wanted: Wanted): LiveFeed {
    const { windows, queues, kpis, centre } = wanted;
    let phase = '';
    return connectLive({
      url: () => this.#api.liveUrl(),
      topic: 'kpis',
      windows: [...windows],
      queues: [...queues],
      kpis: [...kpis],
      ...(centre === null ? {} : { centre }),
      onChange: (changed) => {
        const { state } = changed;
        // A key that may see some queues only has no total: the wall adds up what it sees.
        if (state.phase === 'refused' && state.refusal === 'not_allowed' && queues.includes(ALL)) {
          changed.close();
          const narrower = this.#subscribe({ ...wanted, queues: queues.filter((queue) => queue !== ALL) });
          if (changed === this.#feed) this.#feed = narrower;
          else this.#next = narrower;
          return;
        }
        const isBroken = state.phase === 'waiting' && phase !== 'waiting';
        phase = state.phase;
        if (changed === this.#feed) this.#onNews(isBroken);
      },
    });
  }
}
