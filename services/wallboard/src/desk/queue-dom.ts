import { element, setAttribute, setChildren, setText, statusIcon } from '../dom.ts';
import type { Row } from '@vigie/contracts';
import type { DayPlot } from './day-plot.ts';
import { ListTable, type ListRow } from './list-table.ts';
import type { Moment } from './moment.ts';
import type { CorrectionView } from './corrections-view.ts';
import type { OutcomeView, StandingView } from './people-view.ts';
import { DayPlotDom } from './plot.ts';
import { COLUMNS, columnLabels, deskCell, type ColumnId } from './queues-view.ts';

/** Everything that the page of one queue shows; `null` where it is known for the present only. */
export interface QueueView {
  readonly name: string;
  readonly row: Row | null;
  readonly advice: readonly string[];
  readonly day: DayPlot | null;
  /** The day shown, where it is a past one. */
  readonly date: string | null;
  readonly target: number | null;
  readonly waiting: readonly StandingView[] | null;
  readonly agents: readonly (StandingView & { readonly handled: string; readonly aht: string })[] | null;
  readonly outcomes: readonly OutcomeView[];
  readonly corrections: readonly CorrectionView[] | null;
  readonly theme: string;
}

interface TileNodes {
  readonly root: HTMLElement;
  readonly label: HTMLElement;
  readonly value: HTMLElement;
  readonly note: HTMLElement;
  readonly tail: HTMLElement;
}

/** The page of one queue. */
export class QueueDom {
  readonly root: HTMLElement;
  readonly #name = element('h1', { tabindex: '-1' });
  readonly #back: HTMLElement;
  readonly #tiles: readonly (readonly [ColumnId, TileNodes])[];
  readonly #adviceTitle = element('h2');
  readonly #advice = element('ul', { class: 'advice' });
  readonly #plotTitle = element('h2', { id: 'plot-title' });
  readonly #plot: DayPlotDom;
  readonly #summary = element('summary');
  readonly #quarters = new ListTable('quarters', 3);
  readonly #waiting = new ListTable('waiting');
  readonly #agents = new ListTable('agents');
  readonly #outcomes = new ListTable('outcomes');
  readonly #corrections = new ListTable('queue-corrections');
  #said = '';

  constructor(actions: { readonly back: () => void; readonly why: (kpi: ColumnId) => void }) {
    this.#back = element('button', { type: 'button', class: 'back' });
    this.#back.addEventListener('click', actions.back);
    this.#tiles = COLUMNS.map((kpi) => [kpi, makeTile(() => actions.why(kpi))] as const);
    const plot = element('div', { class: 'plot', role: 'img', 'aria-labelledby': 'plot-title' });
    this.#plot = new DayPlotDom(plot);
    this.root = element(
      'div',
      { class: 'view queue' },
      element('div', { class: 'title' }, this.#back, this.#name),
      element('div', { class: 'tiles' }, ...this.#tiles.map(([, { root }]) => root)),
      element('section', { class: 'card do' }, this.#adviceTitle, this.#advice),
      element(
        'section',
        { class: 'card wide' },
        this.#plotTitle,
        plot,
        element('details', {}, this.#summary, this.#quarters.root),
      ),
      element('div', { class: 'column' }, this.#waiting.root, this.#outcomes.root),
      element('div', { class: 'column' }, this.#agents.root, this.#corrections.root),
    );
  }

  /** The heading takes the focus when the page opens: a screen reader begins there. */
  focus(): void {
    this.#name.focus({ preventScroll: true });
  }

  paint(view: QueueView, moment: Moment): void {
    const { desk, context } = moment;
    setText(this.#back, `← ${desk.back}`);
    setText(this.#name, view.name);
    this.#paintTiles(view, moment);
    setText(this.#adviceTitle, desk.toDo);
    const said = JSON.stringify(view.advice);
    if (said !== this.#said) {
      this.#said = said;
      setChildren(this.#advice, ...view.advice.map((line) => element('li', {}, line)));
    }
    this.#paintDay(view, moment);
    const here = (rows: readonly ListRow[] | null): readonly ListRow[] => rows ?? [];
    const none = (known: unknown, otherwise: string): string => (known === null ? desk.notInPast : otherwise);
    this.#waiting.paint(
      desk.waitingNow,
      [desk.contact, desk.state, desk.since, desk.waits],
      here(view.waiting?.map(waitingRow) ?? null),
      none(view.waiting, desk.nobody),
    );
    this.#agents.paint(
      desk.agentsHere,
      [desk.agent, desk.state, desk.inState, desk.handled],
      here(view.agents?.map(agentRow) ?? null),
      none(view.agents, desk.noAgents),
    );
    this.#outcomes.paint(
      desk.outcomes,
      [desk.contact, desk.at, desk.wait, desk.outcome],
      view.outcomes.map((outcome) => ({
        key: `${outcome.id} ${outcome.time}`,
        mark: outcome.effect,
        cells: [
          { text: outcome.id },
          { text: outcome.time },
          { text: outcome.wait },
          { text: outcome.outcome },
        ],
      })),
      desk.noOutcomes,
    );
    this.#corrections.paint(
      desk.views.corrections,
      [desk.told, desk.quarter, desk.change, desk.reason],
      here(view.corrections?.map(correctionRow) ?? null),
      none(view.corrections, desk.noCorrections),
    );
    setAttribute(this.root, 'aria-label', `${context.text.queue}: ${view.name}`);
  }

  #paintTiles({ row, name }: QueueView, moment: Moment): void {
    const labels = columnLabels(moment);
    for (const [kpi, nodes] of this.#tiles) {
      setText(nodes.label, labels[kpi]);
      if (row === null) continue;
      const cell = deskCell(row, kpi, name, moment);
      setText(nodes.value, cell.text === '' ? '—' : cell.text);
      setText(nodes.note, kpi === 'agents_by_state_now' ? moment.desk.agentsLegend : cell.note);
      setAttribute(nodes.root, 'data-status', cell.status);
      setAttribute(nodes.root, 'data-kind', cell.kind);
      setText(nodes.tail, cell.tail);
    }
  }

  #paintDay({ day, date, target, theme }: QueueView, { desk, context }: Moment): void {
    const { text, formats } = context;
    const title = date === null ? desk.today : desk.todayOf(date);
    setText(this.#plotTitle, title);
    setText(this.#summary, desk.asTable);
    if (day === null) return;
    const words = {
      time: desk.from,
      ...{ offered: desk.offered, answered: text.answered, abandoned: text.abandoned },
      ...{ level: text.serviceLevel, target: desk.atTarget },
    };
    this.#plot.paint(day, target, words, formats, `${theme} ${context.language}`);
    const count = (value: number | null | undefined): string =>
      value === null || value === undefined ? '—' : formats.count(value);
    this.#quarters.paint(
      title,
      [desk.from, words.offered, words.answered, words.abandoned, words.level],
      [...day.intervals].reverse().map(({ startMs, kpis }) => {
        const level = kpis['service_level']?.value ?? null;
        return {
          key: String(startMs),
          cells: [
            { text: formats.hourMinute(startMs) },
            ...['offered', 'answered', 'abandoned'].map((kpi) => ({ text: count(kpis[kpi]?.value) })),
            { text: level === null ? '—' : formats.percentText(level, 0) },
          ],
        };
      }),
      '—',
    );
  }
}

function makeTile(onWhy: () => void): TileNodes {
  const label = element('span', { class: 'label' });
  const value = element('span', { class: 'value' });
  const note = element('span', { class: 'note' });
  const tail = element('span', { class: 'unseen' });
  const root = element('button', { type: 'button', class: 'tile' }, label, statusIcon(), value, note, tail);
  root.addEventListener('click', onWhy);
  return { root, label, value, note, tail };
}

const waitingRow = (contact: StandingView): ListRow => ({
  key: contact.id,
  mark: contact.state,
  cells: [
    { text: contact.name },
    { text: contact.stateWord },
    { text: contact.since },
    { text: contact.lasts, note: contact.detail, isBad: contact.isLate },
  ],
});
const agentRow = (agent: StandingView & { readonly handled: string; readonly aht: string }): ListRow => ({
  key: agent.id,
  mark: agent.state,
  cells: [
    { text: agent.name },
    { text: agent.stateWord, note: agent.detail },
    { text: agent.lasts },
    { text: agent.handled, note: agent.aht === '' ? '' : `⌀ ${agent.aht}` },
  ],
});
/** A correction as a row without its queue. */
export const correctionRow = (correction: CorrectionView): ListRow => ({
  key: correction.id,
  cells: [
    { text: correction.told },
    { text: correction.quarter },
    { text: correction.changes.map(({ kpi, fromTo }) => `${kpi} ${fromTo}`).join('; ') },
    { text: correction.reason, note: correction.contacts },
  ],
});
