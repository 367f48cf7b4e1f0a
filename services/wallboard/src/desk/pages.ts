import { element } from '../dom.ts';
import type { CorrectionView } from './corrections-view.ts';
import type { HealthView } from './health-view.ts';
import { ListTable } from './list-table.ts';
import type { Moment } from './moment.ts';

/** Late truth: which shown figures have changed, from what, to what, why. */
export class CorrectionsPage {
  readonly #list = new ListTable('corrections', 1);
  readonly root = element('div', { class: 'view' }, this.#list.root);

  paint(corrections: readonly CorrectionView[], { desk, context }: Moment): void {
    this.#list.paint(
      desk.views.corrections,
      [desk.told, context.text.queue, desk.quarter, desk.change, desk.reason],
      corrections.map((correction) => ({
        key: correction.id,
        cells: [
          { text: correction.told },
          { text: correction.queue },
          { text: correction.quarter },
          { text: correction.changes.map(({ kpi, fromTo }) => `${kpi} ${fromTo}`).join('; ') },
          { text: correction.reason, note: correction.contacts },
        ],
      })),
      desk.noCorrections,
    );
  }
}

/** Whether the figures can be believed: the feed, the sources, what became of their events. */
export class HealthPage {
  readonly #feed = new ListTable('feed');
  readonly #sources = new ListTable('sources');
  readonly #screens = new ListTable('screens');
  readonly #gaps = new ListTable('gaps');
  readonly #accounts = new ListTable('accounts');
  readonly #title = element('h1', { class: 'unseen' });
  readonly #hint = element('p', { class: 'hint' });
  readonly root = element(
    'div',
    { class: 'view cards' },
    this.#title,
    this.#feed.root,
    this.#sources.root,
    this.#screens.root,
    this.#gaps.root,
    this.#accounts.root,
  );

  constructor() {
    this.#accounts.root.append(this.#hint);
  }

  paint(view: HealthView, { desk }: Moment): void {
    this.#title.textContent = desk.views.health;
    const lines = (rows: HealthView['lines']) =>
      rows.map(({ label, value, isBad }) => ({
        key: label,
        cells: [{ text: label }, { text: value, isBad }],
      }));
    this.#feed.paint(desk.feed, [desk.figure, desk.value], lines(view.lines), '');
    this.#sources.paint(
      desk.sources,
      [desk.source, desk.state, desk.vouchesUpTo, desk.restarts],
      view.sources.map(({ source, state, upTo, restarts, isBad }) => ({
        key: source,
        cells: [{ text: source }, { text: state, isBad }, { text: upTo, isBad }, { text: restarts }],
      })),
      desk.noSources,
    );
    this.#screens.paint(
      desk.screens,
      [desk.screen, desk.state, desk.shows],
      view.screens.map(({ screen, state, page, isBad }) => ({
        key: screen,
        cells: [{ text: screen }, { text: state, isBad }, { text: page }],
      })),
      desk.noScreens,
    );
    this.#gaps.paint(
      desk.gaps,
      [desk.source],
      view.gaps.map((gap) => ({ key: gap, cells: [{ text: gap, isBad: true }] })),
      desk.noGaps,
    );
    this.#accounts.paint(desk.accounts, [desk.state, desk.value], lines(view.accounts), '—');
    this.#hint.textContent = desk.accountsHint;
  }
}
