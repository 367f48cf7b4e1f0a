import type { Row } from '@vigie/contracts';

import type { Api } from './api.ts';
import { readSnapshot } from './desk/answers.ts';
import type { Standing } from './feed-view.ts';
import type { Formats } from './format.ts';
import type { Wanted } from './subscription.ts';
import type { Text } from './text.ts';

/** Figures of a past instant on a wall: asked once. */
export class PastWall {
  readonly #api: Api;
  readonly atMs: number;
  #rows: readonly Row[] | null = null;
  #asked = '';

  constructor(api: Api, atMs: number) {
    this.#api = api;
    this.atMs = atMs;
  }

  get rows(): readonly Row[] {
    return this.#rows ?? [];
  }

  ask({ windows, queues, kpis, centre }: Wanted, onAnswer: () => void): void {
    const asked = {
      ...{ at: new Date(this.atMs).toISOString(), window: windows, kpi: kpis, centre },
      // without any, the answer has every queue and the total
      queue: queues.includes('*') ? [] : queues,
    };
    const said = JSON.stringify(asked);
    if (said === this.#asked) return;
    this.#asked = said;
    this.#api.get('v1/snapshot', asked).then(
      (body) => {
        this.#rows = readSnapshot(body).rows;
        onAnswer();
      },
      () => (this.#asked = ''),
    );
  }

  /** Nothing of the past ages; the head says what it is. */
  standing(text: Text, formats: Formats): Standing {
    return {
      ...{ atMs: this.atMs, ageMs: this.#rows === null ? null : 0, lost: false, asOfMs: this.atMs },
      banner: { level: 'warn', text: text.past(formats.dateTime(this.atMs)) },
    };
  }
}
