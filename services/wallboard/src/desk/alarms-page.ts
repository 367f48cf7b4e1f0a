import type { Alarm } from '@vigie/contracts';

import type { Api } from '../api.ts';
import { element } from '../dom.ts';
import { alarmsView, episodesView } from './alarms-view.ts';
import { Asking } from '../asking.ts';
import { ListTable } from './list-table.ts';
import type { Moment } from './moment.ts';

/** What is in alarm, since when, who has seen it; and when a rule would have fired over the last day. */
export class AlarmsPage {
  readonly #api: Api;
  readonly #onAnswer: () => void;
  readonly #list = new ListTable('alarms', 1, true);
  readonly #episodes = new ListTable('episodes');
  readonly #wouldFire: Asking<unknown>;
  readonly root = element('div', { class: 'view' }, this.#list.root, this.#episodes.root);
  #chosen: Alarm | null = null;
  #error = '';

  constructor(api: Api, onAnswer: () => void) {
    this.#api = api;
    this.#onAnswer = onAnswer;
    this.#wouldFire = new Asking(api, (body) => body, onAnswer);
    this.#episodes.root.hidden = true;
  }

  paint(alarms: readonly Alarm[], centre: string | null, moment: Moment): void {
    const { desk, context } = moment;
    const views = alarmsView(alarms, moment);
    this.#list.paint(
      desk.views.alarms,
      [desk.alarm, desk.state, context.text.queue, desk.value, desk.limits, desk.acknowledged, desk.lastDay],
      views.map((view) => ({
        key: view.id,
        mark: view.state,
        cells: [
          { text: view.rule, note: view.figure },
          { text: view.stateWord, note: view.since, isBad: view.isOpen },
          { text: view.queue },
          { text: view.value },
          { text: view.limits },
          {
            text: view.acknowledged,
            action: view.isOpen
              ? { label: desk.acknowledge, act: () => void this.#acknowledge(view.id, centre) }
              : undefined,
          },
          { text: '', action: { label: desk.lastDay, act: () => this.#choose(alarms, view.id) } },
        ],
      })),
      this.#error === '' ? desk.noAlarms : context.text.failed(this.#error),
    );
    this.#paintEpisodes(centre, moment);
  }

  #choose(alarms: readonly Alarm[], id: string): void {
    this.#chosen = alarms.find((alarm) => alarm.id === id) ?? null;
    this.#onAnswer();
  }

  #paintEpisodes(centre: string | null, moment: Moment): void {
    const alarm = this.#chosen;
    this.#episodes.root.hidden = alarm === null;
    if (alarm === null) return;
    const { desk, context } = moment;
    const { rule, queue, channel } = alarm;
    const of = channel === '_all' ? null : channel;
    this.#wouldFire.ask('v1/alarms/would-fire', { rule, queue, channel: of, centre }, null);
    const { answer, error } = this.#wouldFire.last;
    const episodes = answer === null ? [] : episodesView(answer, alarm.kpi, moment);
    this.#episodes.paint(
      desk.wouldFire(`${alarm.rule}, ${queue}`),
      [desk.from, desk.until, desk.state, desk.worst],
      episodes.map(({ from, to, state, worst }, index) => ({
        key: `${index} ${from}`,
        cells: [{ text: from }, { text: to }, { text: state }, { text: worst }],
      })),
      error !== null ? context.text.failed(error) : answer === null ? desk.loading : desk.wouldNot,
    );
  }

  /** The answer comes with the alarms themselves. */
  async #acknowledge(id: string, centre: string | null): Promise<void> {
    this.#error = await this.#api
      .post(`v1/alarms/${encodeURIComponent(id)}/acknowledge`, { centre })
      .then(() => '')
      .catch((error: unknown) => (error as Error).message);
    this.#onAnswer();
  }
}
