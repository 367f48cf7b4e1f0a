import { accessKey, sameOriginApi } from '../api.ts';
import { KeyDialog } from '../key-dialog.ts';
import { memoryIn } from '../memory.ts';
import { readOptions } from '../options.ts';
import { keepShell } from '../service-shell.ts';
import { Desk } from './desk.ts';
import { Store } from './store.ts';

/** Twice a second, on the half second, so that every second of a counting age stands equally long. */
const REPAINT_MS = 500;

const memory = memoryIn(() => localStorage);
const tab = memoryIn(() => sessionStorage);
const root = document.getElementById('app') as HTMLElement;
const options = readOptions(new URLSearchParams(location.search), memory, navigator.languages);

const darkScreen = matchMedia('(prefers-color-scheme: dark)');
const dress = (): void => {
  const { theme } = store;
  const dark = theme === 'dark' || (theme === 'auto' && darkScreen.matches);
  document.documentElement.setAttribute('data-theme', dark ? 'dark' : 'light');
};
const store = new Store(memory, options, () => {
  dress();
  desk.paint();
});
darkScreen.addEventListener('change', dress);

const keys = new KeyDialog(tab);
root.append(keys.root);
const key = accessKey(location.hash, tab);
const api = sameOriginApi(new URL('.', location.href).href, key, (error) => {
  // what a key does not allow is said where it is missing; without any key, or with a wrong one, there is nothing to show
  if (error.status === 401) keys.ask(store.language, key === null ? '' : error.message);
});
dress();
const desk = new Desk(root, api, store);

function repaint(): void {
  desk.paint();
  setTimeout(repaint, REPAINT_MS - (Date.now() % REPAINT_MS));
}
repaint();
keepShell();
