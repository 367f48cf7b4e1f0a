import type { Formats } from '../format.ts';
import { formatsOf } from '../format.ts';
import { NO_NAMES, type Names } from '../names.ts';
import type { Memory, Theme } from '../options.ts';
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

  constructor(
    memory: Memory,
    preferred: { readonly language: Language; readonly theme: Theme },
    onChange: () => void,
  ) {
    this.#memory = memory;
    this.#onChange = onChange;
    this.language = preferred.language;
    this.theme = preferred.theme;
    this.formats = formatsOf(this.language, navigator.languages);
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

  speak(language: Language): void {
    this.language = language;
    this.formats = formatsOf(language, navigator.languages);
    this.#memory.set('lang', language);
    this.#onChange();
  }

  dress(theme: Theme): void {
    this.theme = theme;
    this.#memory.set('theme', theme);
    this.#onChange();
  }
}
