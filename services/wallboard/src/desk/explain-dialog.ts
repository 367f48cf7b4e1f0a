import { element, setAttribute, setChildren, setText } from '../dom.ts';
import type { Behind, Explained, Tried } from './answers.ts';
import { behindView, explainView, type ExplainView } from './explain-view.ts';
import type { Moment } from './moment.ts';
import { type Trial, WhatIfForm } from './what-if-form.ts';

export const EFFECTS = ['all', 'against', 'for', 'excluded'] as const;
export type EffectName = (typeof EFFECTS)[number];

/** Which figure is explained. */
export interface Subject {
  readonly kpi: string;
  readonly queue: string;
  readonly channel: string;
  readonly title: string;
  readonly unit: string;
  readonly window: string;
  readonly target: number | null;
  readonly threshold: number | null;
}
export interface DialogState {
  readonly subject: Subject;
  readonly explained: Explained | null;
  readonly error: string | null;
  readonly behind: readonly Behind[];
  readonly hasMore: boolean;
  readonly effect: EffectName;
  readonly tried: Tried | null;
  readonly triedError: string | null;
}
export interface DialogActions {
  readonly close: () => void;
  readonly more: () => void;
  readonly effect: (effect: EffectName) => void;
  readonly try: (trial: Trial | null) => void;
}

/** "Why is it red?": a figure taken apart, in a dialog of its own. */
export class ExplainDialog {
  readonly root: HTMLDialogElement;
  readonly #title = element('h2', { id: 'why-title' });
  readonly #close = element('button', { type: 'button', class: 'close' });
  readonly #body = element('div', { class: 'why-body' });
  readonly #tabs: readonly HTMLElement[];
  readonly #tabList = element('div', { class: 'tabs', role: 'group' });
  readonly #behindTitle = element('h3');
  readonly #list = element('tbody');
  readonly #head = element('tr');
  readonly #behindTable: HTMLElement;
  readonly #none = element('p', { class: 'empty' });
  readonly #more = element('button', { type: 'button' });
  readonly #whatIf: WhatIfForm;
  #shown = '';
  #listed = '';

  constructor(actions: DialogActions) {
    this.#whatIf = new WhatIfForm(actions.try);
    this.#tabs = EFFECTS.map((effect) => {
      const tab = element('button', { type: 'button', 'data-effect': effect });
      tab.addEventListener('click', () => actions.effect(effect));
      return tab;
    });
    this.#tabList.append(...this.#tabs);
    this.#more.addEventListener('click', actions.more);
    this.#close.addEventListener('click', () => this.root.close());
    this.#behindTable = element('table', { class: 'list' }, element('thead', {}, this.#head), this.#list);
    this.root = element(
      'dialog',
      { class: 'why-dialog', 'aria-labelledby': 'why-title' },
      element('div', { class: 'dialog-head' }, this.#title, this.#close),
      this.#body,
      this.#whatIf.root,
      element(
        'section',
        { class: 'behind' },
        this.#behindTitle,
        this.#tabList,
        element('div', { class: 'scroll' }, this.#behindTable),
        this.#none,
        this.#more,
      ),
    ) as HTMLDialogElement;
    this.root.addEventListener('close', actions.close);
  }

  paint(state: DialogState | null, moment: Moment): void {
    if (state === null) {
      if (this.root.open) this.root.close();
      return;
    }
    if (!this.root.open) this.root.showModal();
    const { desk, context } = moment;
    const { subject, explained } = state;
    setText(this.#title, subject.title);
    setText(this.#close, desk.close);
    setAttribute(this.#whatIf.root, 'hidden', subject.kpi.startsWith('service_level') ? null : '');
    this.#whatIf.paint(state.tried, state.triedError, moment);
    const shown = JSON.stringify([explained, state.error, context.language]);
    if (shown !== this.#shown) {
      this.#shown = shown;
      const said =
        state.error !== null
          ? [element('p', { class: 'error', role: 'alert' }, context.text.failed(state.error))]
          : explained === null
            ? [element('p', { role: 'status' }, desk.loading)]
            : bodyOf(explainView(explained, moment, subject), moment);
      setChildren(this.#body, ...said);
    }
    this.#paintBehind(state, moment);
  }

  #paintBehind({ explained, behind, hasMore, effect, subject }: DialogState, moment: Moment): void {
    const { desk, context } = moment;
    const counts = explained?.counts ?? {};
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    EFFECTS.forEach((name, index) => {
      const tab = this.#tabs[index] as HTMLElement;
      const count = name === 'all' ? all : (counts[name] ?? 0);
      setText(tab, `${desk.effects[name]} (${context.formats.count(count)})`);
      setAttribute(tab, 'aria-pressed', String(name === effect));
    });
    setText(this.#behindTitle, desk.behind);
    setAttribute(this.#tabList, 'aria-label', desk.behind);
    setText(this.#none, explained !== null && behind.length === 0 ? desk.nothingBehind : '');
    setAttribute(this.#behindTable, 'hidden', behind.length === 0 ? '' : null);
    setText(this.#more, desk.more);
    setAttribute(this.#more, 'hidden', hasMore ? null : '');
    const listed = JSON.stringify([behind, context.language, subject.kpi]);
    if (listed === this.#listed) return;
    this.#listed = listed;
    setChildren(
      this.#head,
      ...[desk.at, desk.contact, desk.wait, desk.effect, desk.reason].map((label) =>
        element('th', { scope: 'col' }, label),
      ),
    );
    setChildren(
      this.#list,
      ...behind.map((one) => {
        const view = behindView(one, moment);
        const cell = (label: string, text: string): HTMLElement =>
          element('td', { 'data-label': label }, element('span', { class: 'value' }, text));
        return element(
          'tr',
          { 'data-mark': view.effect },
          element('th', { scope: 'row', 'data-label': desk.at }, view.time),
          cell(desk.contact, view.id),
          cell(desk.wait, view.wait),
          cell(desk.effect, view.effectWord),
          cell(desk.reason, view.reason),
        );
      }),
    );
  }
}

function bodyOf(view: ExplainView, { desk }: Moment): readonly HTMLElement[] {
  const formula = view.parts.map(({ text, number }) =>
    number === '' ? text : element('span', { class: 'part' }, element('b', {}, number), ` ${text}`),
  );
  const facts = [view.bounds, view.sample, view.version].filter((fact) => fact !== '');
  const parts = [
    element(
      'p',
      { class: 'formula' },
      ...formula,
      ' = ',
      element('strong', { class: 'result' }, view.result),
    ),
    element('p', { class: 'hint' }, [view.formula, ...facts].filter((fact) => fact !== '').join(' · ')),
  ];
  if (view.advice.length > 0)
    parts.push(
      element('h3', {}, desk.toDo),
      element('ul', { class: 'advice' }, ...view.advice.map((line) => element('li', {}, line))),
    );
  if (view.variants.length === 0) return parts;
  const variants = view.variants.map(({ name, value, n, isInForce }) =>
    element(
      'tr',
      isInForce ? { class: 'in-force' } : {},
      element(
        'th',
        { scope: 'row' },
        name,
        ...(isInForce ? [element('span', { class: 'tag' }, desk.inForce)] : []),
      ),
      element('td', {}, value),
      element('td', {}, n),
    ),
  );
  const head = ['', desk.value, 'n'].map((label) =>
    label === '' ? element('th', { scope: 'col' }, desk.formula) : element('th', { scope: 'col' }, label),
  );
  return [
    ...parts,
    element(
      'details',
      { class: 'variants', open: '' },
      element('summary', {}, desk.variants),
      element('p', { class: 'hint' }, desk.variantsHint),
      element(
        'table',
        { class: 'list' },
        element('thead', {}, element('tr', {}, ...head)),
        element('tbody', {}, ...variants),
      ),
    ),
  ];
}
