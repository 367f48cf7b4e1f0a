import type { Formats } from '../format.ts';
import { formatsOf } from '../format.ts';
import { type CentreNames, NO_CENTRE, NO_NAMES, type Names } from '../names.ts';
import type { Memory, Options, Theme } from '../options.ts';
import type { Language } from '../text.ts';
import { type Address, readAddress, writeAddress } from './address.ts';

/** What the desk shows and how: its address, and what the reader prefers. */
export class Store {
  readonly #memory: Memory;
  readonly #onChange: () => void;
  address: Address;
  language: Language;
  theme: Theme;
  formats: Formats;
  names: Names = NO_NAMES;
  centre: CentreNames = NO_CENTRE;
  readonly #options: Options;

  constructor(memory: Memory, options: Options, onChange: () => void) {
    this.#memory = memory;
    this.#onChange = onChange;
    this.#options = options;
    this.language = options.language;
    this.theme = options.theme;
    this.formats = this.#formats();
    this.address = readAddress(new URLSearchParams(location.search));
    addEventListener('popstate', () => {
      this.address = readAddress(new URLSearchParams(location.search));
      this.#onChange();
    });
  }

  /** Goes there. What only narrows the view replaces the address, so that "back" goes to another page. */
  go(change: Partial<Address>, how: 'push' | 'replace' = 'push'): void {
    this.address = { ...this.address, ...change };
    const url = `${location.pathname}${writeAddress(this.address)}${location.hash}`;
    if (how === 'push') history.pushState(null, '', url);
    else history.replaceState(null, '', url);
    this.#onChange();
  }

  /** The address of a change, for a link. */
  hrefOf(change: Partial<Address>): string {
    return `${location.pathname}${writeAddress({ ...this.address, ...change })}`;
  }

  /** What is known of the centre: from now on its zone holds, where the reader states none of his own. */
  know(centre: CentreNames): void {
    if (centre.name === this.centre.name && centre.timeZone === this.centre.timeZone) return;
    this.centre = centre;
    this.formats = this.#formats();
    this.#onChange();
  }

  #formats(): Formats {
    const { locales, timeZone } = this.#options;
    return formatsOf(this.language, locales, timeZone ?? this.centre.timeZone ?? undefined);
  }

  speak(language: Language): void {
    this.language = language;
    this.formats = this.#formats();
    this.#memory.set('lang', language);
    this.#onChange();
  }

  dress(theme: Theme): void {
    this.theme = theme;
    this.#memory.set('theme', theme);
    this.#onChange();
  }
}
