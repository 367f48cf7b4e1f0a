import type { Api } from './api.ts';
import { Asking } from './asking.ts';
import { readTrends, type Trends } from './desk/answers.ts';
import { ALL } from './rows.ts';
import type { ScreenPage } from './wall-pages.ts';

const EVERY_MS = 60_000;

/** Where the service level of a page comes from; `null`: it is added up here, so that nobody can tell its past. */
export function trendQueue({ queues }: Pick<ScreenPage, 'queues'>): string | null {
  const [only, ...others] = queues;
  if (only === undefined) return ALL;
  return others.length === 0 && !only.endsWith('*') ? only : null;
}

/** The service level of the last hour, minute by minute, for pages that show it: asked once a minute for each. */
export class WallTrends {
  readonly #api: Api;
  readonly #onAnswer: () => void;
  readonly #centre: string | null;
  readonly #at: string | null;
  readonly #askings = new Map<string, Asking<Trends>>();

  /** `atMs`: an instant of the past whose hour is shown; `null`: now. */
  constructor(api: Api, centre: string | null, atMs: number | null, onAnswer: () => void) {
    this.#api = api;
    this.#centre = centre;
    this.#at = atMs === null ? null : new Date(atMs).toISOString();
    this.#onAnswer = onAnswer;
  }

  /** The trend of a row that is shown (`keyOfRow`); empty as long as it is not known. */
  of(page: ScreenPage, rowKey: string): readonly (number | null)[] {
    const queue = trendQueue(page);
    if (queue === null || !page.figures.includes('service_level')) return [];
    // a day does not slide: its trend is that of half an hour
    const window = page.window === 'today' ? '30m' : page.window;
    const place = JSON.stringify([queue, window]);
    let asking = this.#askings.get(place);
    if (asking === undefined) {
      asking = new Asking(this.#api, readTrends, this.#onAnswer);
      this.#askings.set(place, asking);
    }
    const asked = { kpi: 'service_level_live', window, centre: this.#centre, at: this.#at };
    const path = `v1/queues/${encodeURIComponent(queue)}/series`;
    asking.ask(path, asked, this.#at === null ? EVERY_MS : null);
    return asking.last.answer?.get(rowKey) ?? [];
  }
}
