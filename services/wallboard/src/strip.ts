import type { Status } from '@vigie/contracts';

import { element, setAttribute, setChildren, setText, statusIcon } from './dom.ts';
import type { AlarmLine } from './wall-alarms.ts';
import type { Text } from './text.ts';
import type { TileView } from './tile-view.ts';

/** What stands on every page of a wall, whichever is shown. */
export interface StripView {
  /** The hero of the first page; `null` where that page is the only one. */
  readonly hero: TileView | null;
  /** Of this wall's queues; `null`: not known now. */
  readonly alarms: readonly AlarmLine[] | null;
  /** Are there any alarms to be told of? */
  readonly hasAlarms: boolean;
}

/** More are not read in a glance; their number stands before them. */
const MOST_LINES = 4;

/** The line below the tiles: the first page's hero, and what is in alarm. */
export class Strip {
  readonly root = element('aside', { class: 'strip' });
  readonly #label = element('span', { class: 'strip-label' });
  readonly #number = element('b');
  readonly #hero = element('p', { class: 'strip-hero' }, statusIcon(), this.#label, this.#number);
  readonly #count = element('span', { class: 'strip-count' });
  readonly #list = element('ul', { class: 'strip-alarms' });
  readonly #alarms = element('div', { class: 'strip-side' }, this.#count, this.#list);
  #lines = '';

  constructor() {
    this.root.append(this.#hero, this.#alarms);
  }

  /** `null`: this wall has no such line. */
  paint(view: StripView | null, text: Text, formatCount: (count: number) => string): void {
    setAttribute(this.root, 'hidden', view === null ? '' : null);
    if (view === null) return;
    const { hero, alarms, hasAlarms } = view;
    setAttribute(this.#hero, 'hidden', hero === null ? '' : null);
    if (hero !== null) {
      setText(this.#label, hero.label);
      setText(this.#number, `${hero.figure.number}${hero.figure.fraction}${hero.figure.unit}`);
      setAttribute(this.#hero, 'data-status', hero.status);
    }
    setAttribute(this.#alarms, 'hidden', hasAlarms ? null : '');
    const count = alarms?.length ?? 0;
    const worst: Status = alarms?.some(({ level }) => level === 'alert') === true ? 'alert' : 'none';
    setAttribute(this.root, 'data-worst', worst);
    setText(
      this.#count,
      alarms === null ? text.alarmsUnknown : count === 0 ? text.noAlarm : text.alarmsUp(formatCount(count)),
    );
    this.#paintLines((alarms ?? []).slice(0, MOST_LINES));
  }

  #paintLines(lines: readonly AlarmLine[]): void {
    const said = JSON.stringify(lines);
    if (said === this.#lines) return;
    this.#lines = said;
    setChildren(
      this.#list,
      ...lines.map(({ level, text, note }) =>
        element(
          'li',
          { 'data-level': level },
          statusIcon(),
          element('b', { dir: 'auto' }, text),
          note === '' ? '' : ` ${note}`,
        ),
      ),
    );
  }
}
