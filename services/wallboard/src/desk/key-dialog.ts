import { rememberKey } from '../api.ts';
import { element, setText } from '../dom.ts';
import type { Memory } from '../options.ts';
import type { DeskText } from './text.ts';

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

  ask(text: DeskText, why: string): void {
    setText(this.#title, text.keyTitle);
    setText(this.#hint, text.keyHint);
    setText(this.#label, text.key);
    setText(this.#use, text.keyUse);
    setText(this.#why, why);
    if (!this.root.open) this.root.showModal();
  }
}
