import { element, setAttribute, setChildren, setText, statusIcon } from './dom.ts';
import { widthEm } from './figure.ts';
import { detailsOf, type Layout, type TileId } from './layout.ts';
import type { PageView } from './page-view.ts';
import { makeSparkline } from './sparkline.ts';
import { Strip, type StripView } from './strip.ts';
import { QueueTable } from './table.ts';
import type { Text } from './text.ts';
import type { TileView } from './tile-view.ts';

/** In the hand and at the desk every figure has room: the hero alone, the others two by two. */
function deskRows([hero, ...others]: readonly TileId[]): readonly (readonly TileId[])[] {
  const rows: TileId[][] = hero === undefined ? [] : [[hero]];
  for (let at = 0; at < others.length; at += 2) rows.push(others.slice(at, at + 2));
  return rows;
}

/** Where a page stands among those that are shown in turn. */
export interface Turn {
  readonly page: number;
  readonly pages: number;
  /** Share of its time that has passed, 0 to 1; `null`: it stays. */
  readonly passed: number | null;
}

/** What stands on the page beside its figures. */
export interface Around {
  readonly centre: string | null;
  /** A lasting remark about the screen itself, shown when the feed has none. */
  readonly notice: string | null;
  readonly turn: Turn;
  readonly strip: StripView | null;
  /** The service level of the last hour; empty where it is not known. */
  readonly trend: readonly (number | null)[];
}

/** A narrower one tells nothing. */
const LEAST_TREND_PX = 60;

/** Room for a figure in the hand, in its font size: the hero on a page of 360 px, the others on half of it. */
const HAND_ROOM_EM = 2.9;

/** So long a figure stands before it is written again, so that it can be read: half a second, less the time that timers err by. */
const STANDS_MS = 450;

interface TileNodes {
  /** When its figure was written last, ms of the local clock. */
  writtenMs: number;
  readonly root: HTMLElement;
  readonly label: HTMLElement;
  readonly word: HTMLElement;
  readonly number: HTMLElement;
  readonly fraction: HTMLElement;
  readonly unit: HTMLElement;
  readonly details: readonly HTMLElement[];
  readonly trend: ReturnType<typeof makeSparkline>;
}

/** The first page in the document: head, tiles, table. Built once; painting writes only what changed. */
export class Page {
  readonly #head: HTMLElement;
  readonly #brand = element('h1', { class: 'brand' });
  readonly #bannerText = element('span', { dir: 'auto' });
  readonly #banner = element('p', { class: 'banner', role: 'status' }, statusIcon(), this.#bannerText);
  readonly #clock = element('time', { class: 'clock' });
  readonly #zone = element('span', { class: 'zone' });
  readonly #wall = element('main', { class: 'wall' });
  readonly #turn = element('span', { class: 'turn' });
  readonly #progress = element('span', { class: 'progress' });
  readonly #news = element('p', { class: 'unseen', 'aria-live': 'polite' });
  readonly #tiles = new Map<TileId, TileNodes>();
  readonly #strip = new Strip();
  readonly table = new QueueTable();
  /** How wide the figures of the tiles may be. */
  #rooms: Layout['rooms'] = new Map();
  #spokenStatus = '';
  #standing = '';
  #turned: number | undefined;
  #rows = '';

  constructor(root: HTMLElement) {
    this.#head = element(
      'header',
      { class: 'head' },
      this.#brand,
      this.#banner,
      element('p', { class: 'now' }, this.#turn, this.#clock, this.#zone),
      this.#progress,
    );
    root.append(
      element('div', { class: 'screen' }, this.#head, this.#wall, this.#strip.root),
      this.table.root,
      this.#news,
    );
  }

  /** Sets sizes and rows of tiles; `figures` are all that the page asks for, the hero first. */
  arrange(layout: Layout, mode: 'wall' | 'desk', figures: readonly TileId[]): void {
    const { documentElement } = document;
    setAttribute(documentElement, 'data-mode', mode);
    setAttribute(documentElement, 'data-table', layout.tableFits && mode === 'wall' ? 'first' : 'below');
    const sizes = { label: layout.labelVh, main: layout.mainVh, hero: layout.heroVh };
    for (const [name, vh] of Object.entries(sizes)) {
      documentElement.style.setProperty(`--${name}`, `${vh.toFixed(3)}vh`);
    }
    const shares = (values: readonly number[]): string =>
      values.map((value) => `minmax(0, ${value.toFixed(3)}fr)`).join(' ');
    const rows: readonly (readonly TileId[])[] = mode === 'desk' ? deskRows(figures) : layout.rows;
    const columns = mode === 'desk' ? rows.map((row) => row.map(() => 1)) : layout.columns;
    this.#rooms = mode === 'desk' ? new Map() : layout.rooms;
    this.#wall.style.gridTemplateRows = mode === 'desk' ? '' : shares(layout.heights);
    if (JSON.stringify(rows) !== this.#rows) {
      this.#rows = JSON.stringify(rows);
      const [hero] = figures;
      const tilesOf = (row: readonly TileId[]): HTMLElement[] =>
        row.map((tile) => {
          const { root } = this.#nodes(tile);
          root.classList.toggle('hero', tile === hero);
          return root;
        });
      setChildren(this.#wall, ...rows.map((row) => element('div', { class: 'tiles' }, ...tilesOf(row))));
    }
    for (const tile of rows.flat())
      this.#nodes(tile).root.style.setProperty('--tail', `${(layout.tailsVh.get(tile) ?? 0).toFixed(3)}vh`);
    [...this.#wall.children].forEach((row, index) => {
      (row as HTMLElement).style.gridTemplateColumns = shares(columns[index] ?? []);
    });
  }

  /** Writes a page view; a tile that was written just now waits for the next time. */
  paint(view: PageView, text: Text, nowMs: number, { centre, notice, turn, strip, trend }: Around): void {
    setText(this.#brand, centre ?? 'Vigie');
    setText(this.#clock, view.clock);
    setText(this.#zone, view.zone);
    setAttribute(this.#clock, 'title', view.date);
    const banner = view.banner ?? (notice === null ? null : { level: 'warn', text: notice });
    setText(this.#bannerText, banner?.text ?? view.scope);
    setAttribute(this.#head, 'data-level', banner?.level ?? null);
    setAttribute(document.documentElement, 'data-rung', view.rung);
    // figures of something else, or that are believed otherwise, do not wait: all change together
    if (turn.page !== this.#turned || !this.standsAs(view))
      for (const nodes of this.#tiles.values()) nodes.writtenMs = 0;
    this.#turned = turn.page;
    this.#standing = standingOf(view);
    this.#paintTiles(view.tiles, nowMs);
    this.#paintTurn(turn);
    this.#paintTrend(view, trend);
    this.#strip.paint(strip, text, view.formatCount);
    this.table.paint(view, text);
    this.#announce(view);
  }

  /** Is it about the same, and as much to be believed, as what was painted last? */
  standsAs(view: PageView): boolean {
    return standingOf(view) === this.#standing;
  }

  /**
   * From when on the news of a view may be written, ms of the local clock: a figure when what it replaces has stood for
   * long enough, several together; `urgent`: another standing or status; `null`: no figure has moved.
   */
  newsOf(view: PageView): number | 'urgent' | null {
    if (!this.standsAs(view)) return 'urgent';
    let dueMs: number | null = null;
    for (const [tile, shown] of view.tiles) {
      const nodes = this.#nodes(tile);
      if (isStatusNew(nodes, shown)) return 'urgent';
      if (isFigureNew(nodes, shown)) dueMs = Math.max(dueMs ?? 0, nodes.writtenMs + STANDS_MS);
    }
    return dueMs;
  }

  /** A tile is written whole, so that what it says is of one instant. */
  #paintTiles(tiles: PageView['tiles'], nowMs: number): void {
    for (const [tile, view] of tiles) {
      const nodes = this.#nodes(tile);
      const isNew = isFigureNew(nodes, view);
      // another status is to be seen at once
      if (isNew && !hasStood(nodes, nowMs) && !isStatusNew(nodes, view)) continue;
      paintTile(nodes, view, this.#rooms.get(tile) ?? HAND_ROOM_EM);
      if (isNew) nodes.writtenMs = nowMs;
    }
  }

  /** Tells a screen reader of changes of status alone: figures that tick would never let it fall silent. */
  #announce(view: PageView): void {
    const tiles = [...view.tiles.values()];
    const said = tiles
      .filter(({ status }) => status === 'warn' || status === 'alert')
      .map(
        ({ label, statusWord, figure }) =>
          `${label}: ${statusWord}, ${figure.number}${figure.fraction}${figure.unit}`,
      );
    const statuses = [view.scope, ...tiles.map(({ status }) => status)].join();
    if (statuses === this.#spokenStatus) return;
    this.#spokenStatus = statuses;
    setText(this.#news, said.join('. '));
  }

  #paintTurn({ page, pages, passed }: Turn): void {
    setText(this.#turn, pages < 2 ? '' : `${page + 1}/${pages}`);
    setAttribute(this.#head, 'data-pinned', pages > 1 && passed === null ? '' : null);
    setAttribute(this.#progress, 'style', passed === null ? null : `width: ${(passed * 100).toFixed(1)}%`);
  }

  /** Drawn only where there is room for it beside the figure, and only of figures that still hold. */
  #paintTrend(view: PageView, trend: readonly (number | null)[]): void {
    const level = this.#tiles.get('service_level');
    if (level === undefined) return;
    const shown = view.tiles.get('service_level');
    const isShown =
      trend.some((value) => value !== null) && shown?.rung === 'fresh' && shown.figure.kind === 'value';
    const { root, paint } = level.trend;
    setAttribute(root, 'data-shown', isShown && root.clientWidth > LEAST_TREND_PX ? '' : null);
    if (isShown) paint(trend, view.levelTarget);
  }

  #nodes(tile: TileId): TileNodes {
    let nodes = this.#tiles.get(tile);
    if (nodes === undefined) {
      nodes = makeTile(tile);
      this.#tiles.set(tile, nodes);
    }
    return nodes;
  }
}

function makeTile(tile: TileId): TileNodes {
  const label = element('h2', { class: 'label', dir: 'auto' });
  const word = element('span', { class: 'word' });
  const number = element('span', { class: 'number' });
  const fraction = element('span', { class: 'fraction' });
  const unit = element('span', { class: 'unit' });
  const details = Array.from({ length: detailsOf(tile) }, () => element('p', { class: 'detail' }));
  const trend = makeSparkline();
  const chip = element('p', { class: 'chip' }, statusIcon(), word);
  const root = element(
    'section',
    { class: 'tile', 'data-tile': tile, role: 'group' },
    element('div', { class: 'top' }, label, chip),
    element(
      'div',
      { class: 'reading' },
      element('p', { class: 'figure' }, number, fraction, unit),
      trend.root,
    ),
    element('div', { class: 'details' }, ...details),
  );
  return { writtenMs: 0, root, label, word, number, fraction, unit, details, trend };
}

const standingOf = ({ scope, rung, banner }: PageView): string => JSON.stringify([scope, rung, banner]);

/** A clock that was set back does not hold a figure. */
const hasStood = ({ writtenMs }: TileNodes, nowMs: number): boolean =>
  nowMs - writtenMs >= STANDS_MS || nowMs < writtenMs;

const isStatusNew = ({ root }: TileNodes, { status }: TileView): boolean =>
  root.getAttribute('data-status') !== status;

const isFigureNew = ({ number, fraction, unit }: TileNodes, { figure }: TileView): boolean =>
  number.textContent !== figure.number ||
  fraction.textContent !== figure.fraction ||
  unit.textContent !== figure.unit;

/** `roomEm`: how wide its figure may be, in font sizes. */
function paintTile(nodes: TileNodes, view: TileView, roomEm: number): void {
  const { figure } = view;
  const fit = figure.kind === 'value' ? Math.min(1, roomEm / widthEm(figure)) : 1;
  setText(nodes.label, view.label);
  setText(nodes.word, view.statusWord);
  setText(nodes.number, figure.number);
  setText(nodes.fraction, figure.fraction);
  setText(nodes.unit, figure.unit);
  nodes.details.forEach((node, index) => setText(node, view.details[index] ?? ''));
  const attributes: readonly (readonly [string, string | null])[] = [
    ['data-status', view.status],
    ['data-rung', view.rung],
    ['data-kind', figure.kind],
    ['aria-label', view.spoken],
    ['title', view.hint === '' ? null : view.hint],
  ];
  for (const [name, value] of attributes) setAttribute(nodes.root, name, value);
  const { style } = nodes.root;
  if (style.getPropertyValue('--fit') !== fit.toFixed(3)) style.setProperty('--fit', fit.toFixed(3));
}
