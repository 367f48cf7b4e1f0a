import type { Row } from '@vigie/contracts';

import { type Api, ApiError } from './api.ts';
import type { Standing } from './feed-view.ts';
import type { Formats } from './format.ts';
import { type PastFigures, pastFigures, pastStanding } from './past.ts';
import type { Wanted } from './subscription.ts';
import type { Text } from './text.ts';

/** Figures of a past instant on a wall: asked once for what its pages show, again after a while where it was not answered. */
export class PastWall {
  readonly #api: Api;
  readonly atMs: number;
  #figures: PastFigures | null = null;
  #error: string | null = null;
  #asked = '';

  constructor(api: Api, atMs: number) {
    this.#api = api;
    this.atMs = atMs;
  }

  get rows(): readonly Row[] {
    return this.#figures?.rows ?? [];
  }

  ask(wanted: Wanted, timeZone: string | null, onAnswer: () => void): void {
    const { windows, queues, kpis, centre } = wanted;
    const asked = {
      ...{ atMs: this.atMs, windows, kpis, centre, timeZone: timeZone ?? undefined },
      // without any, the answer has every queue and the total
      queues: queues.includes('*') ? [] : queues,
    };
    const said = JSON.stringify(asked);
    if (said === this.#asked) return;
    this.#asked = said;
    pastFigures(this.#api, asked).then(
      (figures) => this.#settle(said, figures, null, onAnswer),
      (error: unknown) => {
        const why = error instanceof ApiError ? error.message : String(error);
        this.#settle(said, this.#figures, why, onAnswer);
      },
    );
  }

  #settle(said: string, figures: PastFigures | null, error: string | null, onAnswer: () => void): void {
    if (said !== this.#asked) return;
    this.#figures = figures;
    this.#error = error;
    if (error !== null) this.#asked = '';
    onAnswer();
  }

  standing(text: Text, formats: Formats): Standing {
    return pastStanding(this.atMs, this.#figures, this.#error, { text, formats });
  }
}
