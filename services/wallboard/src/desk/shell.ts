import type { FeedHealth } from '@vigie/client';

import { element, setAttribute, setChildren, setText, statusIcon } from '../dom.ts';
import type { Theme } from '../options.ts';
import type { Language } from '../text.ts';
import { VIEWS } from './address.ts';
import type { Moment } from './moment.ts';
import type { Store } from './store.ts';
import { TimeControl } from './time-control.ts';

const WINDOWS = ['5m', '15m', '30m', '60m', 'today'];
const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['fr', 'Français'],
];

/** What stands around every page of the desk: navigation, state of the feed, time, settings. */
export class Shell {
  readonly root: HTMLElement;
  readonly main = element('main', { id: 'main', tabindex: '-1' });
  readonly #store: Store;
  readonly #skip = element('a', { class: 'skip', href: '#main' });
  readonly #brand = element('p', { class: 'brand' });
  readonly #links = VIEWS.map((view) => [view, element('a')] as const);
  readonly #wall = element('a', { href: 'wall' });
  readonly #state = element('span', { class: 'state' });
  readonly #clock = element('time', { class: 'clock' });
  readonly #zone = element('span', { class: 'zone' });
  readonly #banner = element('p', { class: 'banner', role: 'status' });
  readonly #bannerText = element('span');
  readonly #news = element('p', { class: 'unseen', 'aria-live': 'polite' });
  readonly #time: TimeControl;
  readonly #windowLabel = element('span');
  readonly #window = element('select') as HTMLSelectElement;
  readonly #languageLabel = element('span');
  readonly #language = element('select') as HTMLSelectElement;
  readonly #themeLabel = element('span');
  readonly #theme = element('select') as HTMLSelectElement;
  #windows = '';

  constructor(store: Store) {
    this.#store = store;
    this.#time = new TimeControl((atMs) => store.go({ atMs }));
    for (const [view, link] of this.#links) {
      link.addEventListener('click', (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        store.go({ view });
      });
    }
    this.#language.append(
      ...LANGUAGES.map(([value, name]) => element('option', { value, lang: value }, name)),
    );
    this.#theme.append(...THEMES.map((value) => element('option', { value })));
    this.#window.addEventListener('change', () => store.go({ window: this.#window.value }, 'replace'));
    this.#language.addEventListener('change', () => store.speak(this.#language.value as Language));
    this.#theme.addEventListener('change', () => store.dress(this.#theme.value as Theme));
    this.#banner.append(statusIcon(), this.#bannerText);
    const field = (label: HTMLElement, control: HTMLElement): HTMLElement =>
      element('label', { class: 'field' }, label, control);
    this.root = element(
      'div',
      { class: 'desk' },
      this.#skip,
      element(
        'header',
        { class: 'head' },
        this.#brand,
        element('nav', {}, ...this.#links.map(([, link]) => link), this.#wall),
        element('p', { class: 'now' }, this.#state, this.#clock, this.#zone),
        element('div', { class: 'bar' }, field(this.#windowLabel, this.#window), this.#time.root),
        this.#banner,
      ),
      this.main,
      element(
        'footer',
        { class: 'settings' },
        field(this.#languageLabel, this.#language),
        field(this.#themeLabel, this.#theme),
      ),
      this.#news,
    );
  }

  paint(moment: Moment, nowMs: number, health: FeedHealth): void {
    const { desk, context, banner } = moment;
    const { text, formats } = context;
    const { address, language, theme } = this.#store;
    setText(this.#skip, desk.skip);
    setText(this.#brand, address.centre ?? (this.#store.centre.name || 'Vigie'));
    for (const [view, link] of this.#links) {
      setText(link, desk.views[view]);
      setAttribute(link, 'href', this.#store.hrefOf({ view }));
      const isHere = address.view === view || (view === 'queues' && address.view === 'queue');
      setAttribute(link, 'aria-current', isHere ? 'page' : null);
    }
    setText(this.#wall, desk.wall);
    setText(this.#state, desk.states[health.state] ?? health.state);
    setAttribute(this.#state, 'data-state', health.state);
    setText(this.#clock, formats.time(nowMs));
    setText(this.#zone, formats.zone(nowMs));
    setText(this.#bannerText, banner?.text ?? '');
    setAttribute(this.#banner, 'data-level', banner?.level ?? null);
    setAttribute(document.documentElement, 'data-past', moment.isPast ? '' : null);
    this.#time.paint(address.atMs, nowMs, moment);
    setText(this.#windowLabel, text.window);
    const windows = WINDOWS.includes(address.window) ? WINDOWS : [address.window, ...WINDOWS];
    const said = JSON.stringify([windows, language]);
    if (said !== this.#windows) {
      this.#windows = said;
      setChildren(
        this.#window,
        ...windows.map((value) => element('option', { value }, text.windowName(value))),
      );
    }
    this.#window.value = address.window;
    setText(this.#languageLabel, text.language);
    this.#language.value = language;
    setText(this.#themeLabel, text.theme);
    THEMES.forEach((value, index) => setText(this.#theme.children[index] as Element, text.themes[value]));
    this.#theme.value = theme;
  }

  /** Told to a screen reader when it changes. */
  announce(news: string): void {
    setText(this.#news, news);
  }
}
