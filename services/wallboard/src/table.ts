import { element, setAttribute, setChildren, setText, statusIcon } from './dom.ts';
import type { PageView } from './page-view.ts';
import type { CellView, RowView } from './table-view.ts';
import type { Text } from './text.ts';

interface RowNodes {
  readonly root: HTMLElement;
  readonly name: HTMLElement;
  readonly mark: HTMLElement;
  readonly word: HTMLElement;
  readonly cells: readonly {
    readonly root: HTMLElement;
    readonly text: HTMLElement;
    readonly note: HTMLElement;
  }[];
}

/** The table of queues. Rows are kept by key and moved only when the order changes. */
export class QueueTable {
  readonly root: HTMLElement;
  readonly #title = element('h2');
  readonly #empty = element('p', { class: 'empty' });
  readonly #head = element('thead');
  readonly #body = element('tbody');
  readonly #foot = element('tfoot');
  readonly #rows = new Map<string, RowNodes>();
  #columns = '';
  #order: readonly string[] = [];
  #total: RowNodes | null = null;

  constructor() {
    const table = element('table', {}, this.#head, this.#body, this.#foot);
    this.root = element(
      'section',
      { class: 'queues' },
      this.#title,
      element('div', { class: 'scroll' }, table),
      this.#empty,
    );
  }

  /** The order as it stands while the pointer is on the table: nothing moves away under it. */
  heldOrder(): readonly string[] | undefined {
    return this.root.matches(':hover') ? this.#order : undefined;
  }

  paint(view: PageView, text: Text): void {
    setText(this.#title, text.queues);
    setText(this.#empty, view.rows.length === 0 ? text.noQueues : '');
    this.#paintHead(view, text);
    const keys = view.rows.map(({ key }) => key);
    for (const row of view.rows) {
      const nodes = this.#rows.get(row.key) ?? makeRow(row, view);
      this.#rows.set(row.key, nodes);
      paintRow(nodes, row);
    }
    if (keys.join('\n') !== this.#order.join('\n')) {
      this.#order = keys;
      for (const key of [...this.#rows.keys()]) if (!keys.includes(key)) this.#rows.delete(key);
      setChildren(this.#body, ...keys.map((key) => (this.#rows.get(key) as RowNodes).root));
    }
    if (view.total === null || view.rows.length === 0) {
      setChildren(this.#foot);
      this.#total = null;
      return;
    }
    if (this.#total === null) {
      this.#total = makeRow(view.total, view);
      setChildren(this.#foot, this.#total.root);
    }
    paintRow(this.#total, view.total);
  }

  #paintHead(view: PageView, text: Text): void {
    const columns = JSON.stringify([text.queue, ...view.columns.map(({ label, hint }) => [label, hint])]);
    if (columns === this.#columns) return;
    this.#columns = columns;
    // Cells carry their column's label for narrow screens, so rows are made anew with the columns.
    this.#rows.clear();
    this.#order = [];
    this.#total = null;
    setChildren(
      this.#head,
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, text.queue),
        ...view.columns.map(({ label, hint }) =>
          element('th', hint === '' ? { scope: 'col' } : { scope: 'col', title: hint }, label),
        ),
      ),
    );
  }
}

function makeRow(row: RowView, view: PageView): RowNodes {
  const name = element('span', { class: 'name', dir: 'auto' });
  const word = element('span', { class: 'word' });
  const mark = element('span', { class: 'mark' });
  const cells = row.cells.map((_, index) => {
    const text = element('span', { class: 'value' });
    const note = element('span', { class: 'note' });
    return {
      root: element('td', { 'data-label': view.columns[index]?.label ?? '' }, text, note),
      text,
      note,
    };
  });
  const head = element(
    'th',
    { scope: 'row' },
    element('span', { class: 'chip' }, statusIcon(), word),
    name,
    mark,
  );
  return { root: element('tr', {}, head, ...cells.map((cell) => cell.root)), name, mark, word, cells };
}

function paintRow(nodes: RowNodes, row: RowView): void {
  setText(nodes.name, row.name);
  setText(nodes.mark, row.mark);
  setText(nodes.word, row.statusWord);
  setAttribute(nodes.root, 'data-status', row.status);
  setAttribute(nodes.root, 'data-rung', row.rung);
  row.cells.forEach((cell, index) => {
    const into = nodes.cells[index];
    if (into !== undefined) paintCell(into, cell);
  });
}

function paintCell(into: RowNodes['cells'][number], cell: CellView): void {
  setText(into.text, cell.text);
  setText(into.note, cell.note);
  setAttribute(into.root, 'data-status', cell.status);
  setAttribute(into.root, 'data-kind', cell.kind);
}
