import { SERVICE_LEVEL_FORMULAS } from '@vigie/contracts/constants';
import { element, setAttribute, setChildren, setText } from '../dom.ts';
import type { Tried } from './answers.ts';
import type { Moment } from './moment.ts';
import { valueText } from '../value-text.ts';

/** What is to be tried; `null`: as it is. */
export interface Trial {
  readonly threshold: number | null;
  readonly shortAbandon: number | null;
  readonly formula: string | null;
}

/** Another threshold, short-abandon limit or formula on the same contacts, beside the real ones. */
export class WhatIfForm {
  readonly root: HTMLElement;
  readonly #summary = element('summary');
  readonly #hint = element('p', { class: 'hint' });
  readonly #thresholdLabel = element('span');
  readonly #shortLabel = element('span');
  readonly #formulaLabel = element('span');
  readonly #threshold = seconds();
  readonly #short = seconds();
  readonly #formula = element('select') as HTMLSelectElement;
  readonly #try = element('button', { type: 'submit', class: 'primary' });
  readonly #result = element('div', { class: 'hypothesis', role: 'status' });
  #shown = '';

  constructor(onTry: (trial: Trial | null) => void) {
    this.#formula.append(
      element('option', { value: '' }),
      ...SERVICE_LEVEL_FORMULAS.map((formula) => element('option', { value: formula })),
    );
    const form = element(
      'form',
      { class: 'tools' },
      element('label', { class: 'field' }, this.#thresholdLabel, this.#threshold),
      element('label', { class: 'field' }, this.#shortLabel, this.#short),
      element('label', { class: 'field' }, this.#formulaLabel, this.#formula),
      this.#try,
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const trial: Trial = {
        threshold: numberIn(this.#threshold),
        shortAbandon: numberIn(this.#short),
        formula: this.#formula.value === '' ? null : this.#formula.value,
      };
      const isEmpty = trial.threshold === null && trial.shortAbandon === null && trial.formula === null;
      onTry(isEmpty ? null : trial);
    });
    this.root = element('details', { class: 'what-if' }, this.#summary, this.#hint, form, this.#result);
  }

  paint(tried: Tried | null, error: string | null, moment: Moment): void {
    const { desk, context } = moment;
    setText(this.#summary, desk.whatIf);
    setText(this.#hint, desk.hypothesisHint);
    setText(this.#thresholdLabel, desk.threshold);
    setText(this.#shortLabel, desk.shortAbandon);
    setText(this.#formulaLabel, desk.formula);
    setText(this.#try, desk.tryIt);
    [...this.#formula.options].forEach((option) =>
      setText(option, option.value === '' ? desk.asItIs : (desk.variantNames[option.value] ?? option.value)),
    );
    const shown = JSON.stringify([tried, error, context.language]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    setAttribute(this.#result, 'data-shown', tried === null && error === null ? null : '');
    if (error !== null)
      return setChildren(this.#result, element('p', { class: 'error' }, context.text.failed(error)));
    if (tried === null) return setChildren(this.#result);
    setChildren(this.#result, element('p', { class: 'loud' }, desk.hypothesis), tableOf(tried, moment));
  }
}

function tableOf(tried: Tried, { desk, context }: Moment): HTMLElement {
  const { formats, names, language } = context;
  const secondsText = (value: number | null): string =>
    value === null ? desk.differs : context.text.seconds(formats.count(value));
  const settings: readonly (readonly [string, string, string])[] = [
    [desk.threshold, secondsText(tried.real.threshold), secondsText(tried.hypothesis.threshold)],
    [desk.shortAbandon, secondsText(tried.real.shortAbandon), secondsText(tried.hypothesis.shortAbandon)],
    [
      desk.formula,
      ...([tried.real.formula, tried.hypothesis.formula].map((formula) =>
        formula === null ? desk.differs : (desk.variantNames[formula] ?? formula),
      ) as [string, string]),
    ],
  ];
  const figures = Object.entries(tried.kpis).map(([kpi, { real, hypothesis }]) => {
    const known = names.kpis.get(kpi);
    const said = ({ value, n }: typeof real): string =>
      `${valueText(known?.unit ?? 'ratio', value, formats)}${n === null || known?.unit === 'count' ? '' : ` (${context.text.sample(formats.count(n))})`}`;
    return [known?.name[language] ?? kpi, said(real), said(hypothesis)] as const;
  });
  const row = ([name, real, hypothesis]: readonly [string, string, string]): HTMLElement =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      element('td', {}, real),
      element('td', { class: real === hypothesis ? '' : 'differs' }, hypothesis),
    );
  return element(
    'table',
    { class: 'list' },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, desk.figure),
        element('th', { scope: 'col' }, desk.real),
        element('th', { scope: 'col' }, desk.hypothesis),
      ),
    ),
    element('tbody', {}, ...[...settings, ...figures].map(row)),
  );
}

function seconds(): HTMLInputElement {
  return element('input', {
    type: 'number',
    min: '0',
    max: '86400',
    step: '1',
    inputmode: 'numeric',
  }) as HTMLInputElement;
}
const numberIn = ({ value }: HTMLInputElement): number | null => (value === '' ? null : Number(value));
