import { connectLive, itemsOf, type LiveFeed } from '@vigie/client';
import type { Alarm } from '@vigie/contracts';

import type { Api } from './api.ts';

/** The alarms of a centre, as they are told live. */
export class AlarmFeed {
  readonly #feed: LiveFeed;

  constructor(api: Api, centre: string | null) {
    this.#feed = connectLive({
      url: () => api.liveUrl(),
      topic: 'alarms',
      ...(centre === null ? {} : { centre }),
    });
  }

  /** What was told last. */
  get alarms(): readonly Alarm[] {
    return itemsOf('alarms', this.#feed.state);
  }

  /** Are they told still? What is not is no longer known. */
  get isKnown(): boolean {
    return this.#feed.health().state === 'live';
  }
}
