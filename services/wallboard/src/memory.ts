import type { Memory } from './options.ts';

/** A memory in a store of the browser; one that remembers nothing shows what its address says. */
export function memoryIn(store: () => Storage): Memory {
  return {
    get: (name) => {
      try {
        return store().getItem(`vigie.${name}`);
      } catch {
        return null;
      }
    },
    set: (name, value) => {
      try {
        store().setItem(`vigie.${name}`, value);
      } catch {
        // full, or not allowed: forgotten with the page
      }
    },
  };
}
