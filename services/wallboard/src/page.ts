import { element, setAttribute, setChildren, setText, statusIcon } from './dom.ts';
import { type Layout, TILES, type TileId } from './layout.ts';
import type { PageView } from './page-view.ts';
import { QueueTable } from './table.ts';
import type { Text } from './text.ts';
import type { TileView } from './tile-view.ts';

/** In the hand and at the desk every figure has room. */
const DESK_ROWS: readonly (readonly TileId[])[] = [
  ['longest_wait'],
  ['waiting', 'service_level'],
  ['abandonment', 'answered'],
];

interface TileNodes {
  readonly root: HTMLElement;
  readonly label: HTMLElement;
  readonly word: HTMLElement;
  readonly number: HTMLElement;
  readonly fraction: HTMLElement;
  readonly unit: HTMLElement;
  readonly details: readonly HTMLElement[];
}

/** The first page in the document: head, tiles, table. Built once; painting writes only what changed. */
export class Page {
  readonly #head: HTMLElement;
  readonly #brand = element('h1', { class: 'brand' });
  readonly #bannerText = element('span');
  readonly #banner = element('p', { class: 'banner', role: 'status' }, statusIcon(), this.#bannerText);
  readonly #clock = element('time', { class: 'clock' });
  readonly #zone = element('span', { class: 'zone' });
  readonly #wall = element('main', { class: 'wall' });
  readonly #news = element('p', { class: 'unseen', 'aria-live': 'polite' });
  readonly #tiles = new Map<TileId, TileNodes>();
  readonly table = new QueueTable();
  #spokenStatus = '';
  #rows = '';

  constructor(root: HTMLElement) {
    this.#head = element(
      'header',
      { class: 'head' },
      this.#brand,
      this.#banner,
      element('p', { class: 'now' }, this.#clock, this.#zone),
    );
    for (const tile of TILES) this.#tiles.set(tile, makeTile(tile));
    root.append(element('div', { class: 'screen' }, this.#head, this.#wall), this.table.root, this.#news);
  }

  /** Sets sizes and rows of tiles. */
  arrange(layout: Layout, mode: 'wall' | 'desk'): void {
    const { documentElement } = document;
    setAttribute(documentElement, 'data-mode', mode);
    setAttribute(documentElement, 'data-table', layout.tableFits && mode === 'wall' ? 'first' : 'below');
    const sizes = { label: layout.labelVh, main: layout.mainVh, hero: layout.heroVh };
    for (const [name, vh] of Object.entries(sizes)) {
      documentElement.style.setProperty(`--${name}`, `${vh.toFixed(3)}vh`);
    }
    const shares = (values: readonly number[]): string =>
      values.map((value) => `minmax(0, ${value.toFixed(3)}fr)`).join(' ');
    const rows: readonly (readonly TileId[])[] = mode === 'desk' ? DESK_ROWS : layout.rows;
    const columns = mode === 'desk' ? rows.map((row) => row.map(() => 1)) : layout.columns;
    this.#wall.style.gridTemplateRows = mode === 'desk' ? '' : shares(layout.heights);
    if (JSON.stringify(rows) !== this.#rows) {
      this.#rows = JSON.stringify(rows);
      const tilesOf = (row: readonly TileId[]): HTMLElement[] => row.map((tile) => this.#nodes(tile).root);
      setChildren(this.#wall, ...rows.map((row) => element('div', { class: 'tiles' }, ...tilesOf(row))));
    }
    [...this.#wall.children].forEach((row, index) => {
      (row as HTMLElement).style.gridTemplateColumns = shares(columns[index] ?? []);
    });
  }

  /** Writes a page view. `notice` is a lasting remark about the screen itself, shown when the feed has none. */
  paint(view: PageView, text: Text, centre: string | null, notice: string | null): void {
    setText(this.#brand, centre ?? 'Vigie');
    setText(this.#clock, view.clock);
    setText(this.#zone, view.zone);
    setAttribute(this.#clock, 'title', view.date);
    const banner = view.banner ?? (notice === null ? null : { level: 'warn', text: notice });
    setText(this.#bannerText, banner?.text ?? view.scope);
    setAttribute(this.#head, 'data-level', banner?.level ?? null);
    setAttribute(document.documentElement, 'data-rung', view.rung);
    for (const tile of TILES) paintTile(this.#nodes(tile), view.tiles[tile]);
    this.table.paint(view, text);
    this.#announce(view);
  }

  /** Tells a screen reader of changes of status alone: figures that tick would never let it fall silent. */
  #announce(view: PageView): void {
    const said = TILES.map((tile) => view.tiles[tile])
      .filter(({ status }) => status === 'warn' || status === 'alert')
      .map(
        ({ label, statusWord, figure }) =>
          `${label}: ${statusWord}, ${figure.number}${figure.fraction}${figure.unit}`,
      );
    const statuses = TILES.map((tile) => view.tiles[tile].status).join();
    if (statuses === this.#spokenStatus) return;
    this.#spokenStatus = statuses;
    setText(this.#news, said.join('. '));
  }

  #nodes(tile: TileId): TileNodes {
    return this.#tiles.get(tile) as TileNodes;
  }
}

function makeTile(tile: TileId): TileNodes {
  const label = element('h2', { class: 'label' });
  const word = element('span', { class: 'word' });
  const number = element('span', { class: 'number' });
  const fraction = element('span', { class: 'fraction' });
  const unit = element('span', { class: 'unit' });
  const details = [0, 1].map(() => element('p', { class: 'detail' }));
  const chip = element('p', { class: 'chip' }, statusIcon(), word);
  const root = element(
    'section',
    { class: tile === 'longest_wait' ? 'tile hero' : 'tile', 'data-tile': tile, role: 'group' },
    element('div', { class: 'top' }, label, chip),
    element('p', { class: 'figure' }, number, fraction, unit),
    element('div', { class: 'details' }, ...(tile === 'longest_wait' ? details.slice(0, 1) : details)),
  );
  return { root, label, word, number, fraction, unit, details };
}

function paintTile(nodes: TileNodes, view: TileView): void {
  setText(nodes.label, view.label);
  setText(nodes.word, view.statusWord);
  setText(nodes.number, view.figure.number);
  setText(nodes.fraction, view.figure.fraction);
  setText(nodes.unit, view.figure.unit);
  nodes.details.forEach((node, index) => setText(node, view.details[index] ?? ''));
  setAttribute(nodes.root, 'data-status', view.status);
  setAttribute(nodes.root, 'data-rung', view.rung);
  setAttribute(nodes.root, 'data-kind', view.figure.kind);
  setAttribute(nodes.root, 'data-long', view.figure.number.length > 5 ? '' : null);
  setAttribute(nodes.root, 'aria-label', view.spoken);
  setAttribute(nodes.root, 'title', view.hint === '' ? null : view.hint);
}
