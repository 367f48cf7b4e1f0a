import { rememberKey } from './api.ts';
import { element, setText } from './dom.ts';
import type { Memory } from './options.ts';
import type { Language } from './text.ts';

interface Words {
  readonly title: string;
  readonly hint: string;
  readonly key: string;
  readonly use: string;
}
const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: 'This centre asks for a key',
    hint: 'It is kept in this tab until it is closed.',
    key: 'Access key',
    use: 'Open',
  },
  fr: {
    title: 'Ce centre demande une clé',
    hint: 'Elle reste dans cet onglet jusqu’à sa fermeture.',
    key: 'Clé d’accès',
    use: 'Ouvrir',
  },
};

/** Asks for an access key; with one, the page begins anew. */
export class KeyDialog {
  readonly #title = element('h2', { id: 'key-title' });
  readonly #hint = element('p');
  readonly #label = element('span');
  readonly #use = element('button', { type: 'submit', class: 'primary' });
  readonly #why = element('p', { class: 'error', role: 'alert' });
  readonly root: HTMLDialogElement;

  constructor(tab: Memory) {
    const input = element('input', { type: 'password', autocomplete: 'off', required: '', name: 'key' });
    const form = element('form', { method: 'dialog' }, this.#title, this.#hint, this.#why);
    form.append(element('label', { class: 'field' }, this.#label, input), this.#use);
    form.addEventListener('submit', () => {
      rememberKey((input as HTMLInputElement).value.trim(), tab);
      location.hash = '';
      location.reload();
    });
    this.root = element(
      'dialog',
      { class: 'key', 'aria-labelledby': 'key-title' },
      form,
    ) as HTMLDialogElement;
  }

  /** `why`: what was wrong with the key that was given; empty where none was. */
  ask(language: Language, why: string): void {
    const { title, hint, key, use } = WORDS[language];
    setText(this.#title, title);
    setText(this.#hint, hint);
    setText(this.#label, key);
    setText(this.#use, use);
    setText(this.#why, why);
    if (!this.root.open) this.root.showModal();
  }
}
