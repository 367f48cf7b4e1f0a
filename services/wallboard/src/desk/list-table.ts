import { element, setAttribute, setChildren, setText } from '../dom.ts';

/** A cell of a list: its words, a second line in small print, and whether it is a matter of concern. */
export interface ListCell {
  readonly text: string;
  readonly note?: string;
  readonly isBad?: boolean;
  /** A button beside the words. */
  readonly action?: { readonly label: string; readonly act: () => void } | undefined;
}
export interface ListRow {
  readonly key: string;
  readonly cells: readonly ListCell[];
  readonly mark?: string;
}

/** A plain table with a caption, kept up to date row by row; `empty` is said when there is none. */
export class ListTable {
  readonly root: HTMLElement;
  readonly #hasActions: boolean;
  readonly #caption: HTMLElement;
  readonly #head = element('thead');
  readonly #body = element('tbody');
  readonly #table: HTMLElement;
  readonly #empty = element('p', { class: 'empty' });
  readonly #rows = new Map<string, HTMLElement>();
  #columns = '';
  #order = '';

  /** `level`: of its heading. `hasActions`: its cells may have buttons. */
  constructor(name: string, level: 1 | 2 | 3 = 2, hasActions = false) {
    this.#hasActions = hasActions;
    const id = `list-${name}`;
    this.#caption = element(`h${level}`, { id });
    this.#table = element('table', { class: 'list', 'aria-labelledby': id }, this.#head, this.#body);
    this.root = element(
      'section',
      { class: 'card', 'data-list': name },
      this.#caption,
      element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-labelledby': id }, this.#table),
      this.#empty,
    );
  }

  paint(caption: string, columns: readonly string[], rows: readonly ListRow[], empty: string): void {
    setText(this.#caption, caption);
    setText(this.#empty, rows.length === 0 ? empty : '');
    setAttribute(this.#table, 'hidden', rows.length === 0 ? '' : null);
    setAttribute(this.#table.parentElement as Element, 'hidden', rows.length === 0 ? '' : null);
    const said = JSON.stringify(columns);
    if (said !== this.#columns) {
      this.#columns = said;
      this.#rows.clear();
      this.#order = '';
      setChildren(
        this.#head,
        element('tr', {}, ...columns.map((column) => element('th', { scope: 'col' }, column))),
      );
    }
    for (const row of rows) this.#paintRow(row, columns);
    const order = rows.map(({ key }) => key).join('\n');
    if (order === this.#order) return;
    this.#order = order;
    const keys = new Set(rows.map(({ key }) => key));
    for (const key of [...this.#rows.keys()]) if (!keys.has(key)) this.#rows.delete(key);
    setChildren(this.#body, ...rows.map(({ key }) => this.#rows.get(key) as HTMLElement));
  }

  #paintRow(row: ListRow, columns: readonly string[]): void {
    let nodes = this.#rows.get(row.key);
    if (nodes === undefined) {
      nodes = element(
        'tr',
        {},
        ...row.cells.map((_, index) =>
          element(
            index === 0 ? 'th' : 'td',
            { ...(index === 0 ? { scope: 'row' } : {}), 'data-label': columns[index] ?? '' },
            element('span', { class: 'value' }),
            element('span', { class: 'note' }),
            ...(this.#hasActions ? [element('button', { type: 'button', hidden: '' })] : []),
          ),
        ),
      );
      this.#rows.set(row.key, nodes);
    }
    setAttribute(nodes, 'data-mark', row.mark ?? null);
    row.cells.forEach(({ text, note = '', isBad = false, action }, index) => {
      const cell = nodes.children[index];
      if (cell === undefined) return;
      setText(cell.children[0] as Element, text);
      setText(cell.children[1] as Element, note);
      setAttribute(cell, 'data-bad', isBad ? '' : null);
      const button = cell.children[2] as HTMLButtonElement | undefined;
      if (button === undefined) return;
      setText(button, action?.label ?? '');
      setAttribute(button, 'hidden', action === undefined ? '' : null);
      button.onclick = action === undefined ? null : () => action.act();
    });
  }
}
