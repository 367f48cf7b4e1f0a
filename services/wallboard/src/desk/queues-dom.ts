import { element, setAttribute, setChildren, setText, statusIcon } from '../dom.ts';
import type { Address, GroupName } from './address.ts';
import { GROUPS } from './address.ts';
import type { Moment } from './moment.ts';
import type { ColumnId, DeskCell, DeskRow, QueuesView } from './queues-view.ts';
import { makeSparkline } from '../sparkline.ts';

export interface QueuesActions {
  readonly change: (change: Partial<Address>) => void;
  readonly open: (queue: string, channel: string) => void;
  readonly hrefOf: (queue: string, channel: string) => string;
  readonly why: (kpi: ColumnId, queue: string, channel: string) => void;
}

interface RowNodes {
  readonly root: HTMLElement;
  paint(row: DeskRow): void;
}

/** The table of queues, with its filter and groups. Rows are kept by key and moved only when the order changes. */
export class QueuesDom {
  readonly root: HTMLElement;
  readonly #actions: QueuesActions;
  readonly #filter = element('input', {
    type: 'search',
    autocomplete: 'off',
    spellcheck: 'false',
  }) as HTMLInputElement;
  readonly #filterLabel = element('span');
  readonly #groupLabel = element('span');
  readonly #group = element('select') as HTMLSelectElement;
  readonly #title = element('h1', { class: 'unseen' });
  readonly #count = element('p', { class: 'count', 'aria-live': 'polite' });
  readonly #table = element('table', { class: 'queues' });
  readonly #head = element('thead');
  readonly #foot = element('tfoot');
  readonly #empty = element('p', { class: 'empty' });
  readonly #rows = new Map<string, RowNodes>();
  #columns = '';
  #arranged = '';
  #asked = '';
  #order: readonly string[] = [];

  constructor(actions: QueuesActions) {
    this.#actions = actions;
    this.#filter.addEventListener('input', () => actions.change({ filter: this.#filter.value }));
    this.#group.addEventListener('change', () => actions.change({ group: this.#group.value as GroupName }));
    this.#group.append(...GROUPS.map((group) => element('option', { value: group })));
    this.#table.append(this.#head);
    this.root = element(
      'div',
      { class: 'view' },
      this.#title,
      element(
        'div',
        { class: 'tools' },
        element('label', { class: 'field' }, this.#filterLabel, this.#filter),
        element('label', { class: 'field' }, this.#groupLabel, this.#group),
        this.#count,
      ),
      element('div', { class: 'scroll' }, this.#table),
      this.#empty,
    );
  }

  /** The order as it stands while somebody points at the table or is in it; a new sort or filter lets go of it. */
  heldOrder(address: Address): readonly string[] | undefined {
    if (this.#asked !== askedOf(address)) return undefined;
    const isHeld = this.#table.matches(':hover') || this.#table.contains(document.activeElement);
    return isHeld ? this.#order : undefined;
  }

  paint(view: QueuesView, address: Address, moment: Moment): void {
    const { desk, context } = moment;
    this.#asked = askedOf(address);
    setText(this.#title, desk.views.queues);
    setText(this.#filterLabel, desk.filter);
    setAttribute(this.#filter, 'placeholder', desk.filterHint);
    if (this.#filter.value !== address.filter && document.activeElement !== this.#filter)
      this.#filter.value = address.filter;
    setText(this.#groupLabel, desk.group);
    GROUPS.forEach((group, index) => setText(this.#group.children[index] as Element, desk.groups[group]));
    this.#group.value = address.group;
    const { formats } = context;
    setText(this.#count, desk.shown(formats.count(view.shown), formats.count(view.all)));
    setText(this.#empty, view.shown > 0 ? '' : view.all > 0 ? desk.noMatch : context.text.noQueues);
    setAttribute(this.#table, 'aria-label', context.text.queues);
    this.#paintHead(view, address, moment);
    this.#paintRows(view, moment);
  }

  #paintHead(view: QueuesView, address: Address, { desk, context }: Moment): void {
    const said = JSON.stringify([view.columns, address.sort, address.descending, desk.trend]);
    if (said === this.#columns) return;
    const hadFocus = this.#head.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset['sort']
      : undefined;
    this.#columns = said;
    const sortable = (sort: string, label: string, hint: string, legend = ''): HTMLElement => {
      const isSorted = address.sort === sort;
      const button = element('button', { type: 'button', 'data-sort': sort, title: hint }, label);
      button.addEventListener('click', () =>
        this.#actions.change({ sort, descending: isSorted ? !address.descending : false }),
      );
      const order = isSorted ? (address.descending ? 'descending' : 'ascending') : 'none';
      const small = legend === '' ? [] : [element('span', { class: 'legend' }, legend)];
      return element('th', { scope: 'col', 'aria-sort': order }, button, ...small);
    };
    setChildren(
      this.#head,
      element(
        'tr',
        {},
        sortable('name', context.text.queue, ''),
        sortable('status', desk.status, ''),
        ...view.columns.map(({ kpi, label, hint }) =>
          sortable(kpi, label, hint, kpi === 'agents_by_state_now' ? desk.agentsLegend : ''),
        ),
        element('th', { scope: 'col' }, desk.trend, element('span', { class: 'legend' }, view.trendLabel)),
      ),
    );
    if (hadFocus !== undefined) this.#head.querySelector<HTMLElement>(`[data-sort="${hadFocus}"]`)?.focus();
  }

  #paintRows(view: QueuesView, moment: Moment): void {
    const labels = view.columns.map(({ label }) => label);
    const key = (kind: string, row: DeskRow, group: string): string => `${kind} ${group} ${row.key}`;
    const nodesOf = (name: string, row: DeskRow, isQueue: boolean): RowNodes => {
      let nodes = this.#rows.get(name);
      if (nodes === undefined) {
        nodes = this.#makeRow(row, isQueue, moment, labels);
        this.#rows.set(name, nodes);
      }
      nodes.paint(row);
      return nodes;
    };
    const seen = new Set<string>();
    const bodies = view.groups.map((group) => {
      const rows = group.rows.map((row) => {
        const name = key('row', row, '');
        seen.add(name);
        return { name, root: nodesOf(name, row, true).root };
      });
      if (group.total === null) return rows;
      const name = key('group', group.total, group.key);
      seen.add(name);
      return [{ name, root: nodesOf(name, group.total, false).root }, ...rows];
    });
    const total = view.total === null || view.all === 0 ? null : view.total;
    const totalName = total === null ? '' : key('total', total, view.isTotalKnown ? 'known' : 'added');
    const foot = total === null ? [] : [nodesOf(totalName, total, view.isTotalKnown).root];
    seen.add(totalName);
    this.#order = view.groups.flatMap(({ rows }) => rows.map((row) => row.key));
    const arranged = JSON.stringify([bodies.map((rows) => rows.map(({ name }) => name)), totalName]);
    if (arranged === this.#arranged) return;
    this.#arranged = arranged;
    for (const name of [...this.#rows.keys()]) if (!seen.has(name)) this.#rows.delete(name);
    setChildren(this.#foot, ...foot);
    setChildren(
      this.#table,
      this.#head,
      ...bodies.map((rows) => element('tbody', {}, ...rows.map(({ root }) => root))),
      this.#foot,
    );
  }

  /** Rows of another language are made anew: see {@link forget}. */
  #makeRow(first: DeskRow, isQueue: boolean, moment: Moment, labels: readonly string[]): RowNodes {
    const { queue, channel } = first;
    const word = element('span', { class: 'word' });
    const mark = element('span', { class: 'mark' });
    const name = isQueue
      ? element('a', { href: this.#actions.hrefOf(queue, channel) })
      : element('span', { class: 'group' });
    name.addEventListener('click', (event) => {
      if (!isQueue || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#actions.open(queue, channel);
    });
    const cells = first.cells.map((cell, index) => this.#makeCell(cell, first, isQueue, labels[index] ?? ''));
    const spark = makeSparkline();
    const trendWords = element('span', { class: 'unseen' });
    const trend = element('td', { class: 'trend', 'data-label': moment.desk.trend }, spark.root, trendWords);
    const root = element(
      'tr',
      { class: isQueue ? '' : 'merged' },
      element('th', { scope: 'row' }, name, mark),
      element(
        'td',
        { class: 'status', 'data-label': moment.desk.status },
        element('span', { class: 'chip' }, statusIcon(), word),
      ),
      ...cells.map((cell) => cell.root),
      trend,
    );
    return {
      root,
      paint: (row) => {
        setText(name, row.name);
        setText(mark, row.mark);
        setText(word, row.statusWord);
        setAttribute(root, 'data-status', row.status);
        setAttribute(root, 'data-rung', row.rung);
        row.cells.forEach((cell, index) => cells[index]?.paint(cell));
        const { shares, target, said } = row.trend;
        spark.paint(shares, target);
        setText(trendWords, said);
        setAttribute(trend, 'title', said === '' ? null : said);
      },
    };
  }

  #makeCell(first: DeskCell, { queue, channel }: DeskRow, isQueue: boolean, label: string) {
    const value = element('span', { class: 'value' });
    const note = element('span', { class: 'note' });
    const lead = element('span', { class: 'unseen' });
    const tail = element('span', { class: 'unseen' });
    const figure = isQueue ? element('button', { type: 'button', class: 'why' }, lead, value, tail) : value;
    if (isQueue) figure.addEventListener('click', () => this.#actions.why(first.kpi, queue, channel));
    const root = element('td', { 'data-label': label, 'data-kpi': first.kpi }, figure, note);
    return {
      root,
      paint: (cell: DeskCell): void => {
        setText(value, cell.text);
        setText(note, cell.note);
        setAttribute(root, 'data-status', cell.status);
        setAttribute(root, 'data-kind', cell.kind);
        setText(lead, cell.lead);
        setText(tail, cell.tail);
      },
    };
  }

  /** The words of rows are those of the language they were made in. */
  forget(): void {
    this.#rows.clear();
    this.#arranged = '';
    this.#columns = '';
  }
}

const askedOf = ({ sort, descending, filter, group }: Address): string =>
  JSON.stringify([sort, descending, filter, group]);
