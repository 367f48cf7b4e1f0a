import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a connector goes on after a restart: one small JSON file a source in the data directory. */
export interface Positions {
  /** `undefined` when nothing was saved, or what was saved can't be read. */
  load(name: string): Promise<unknown>;
  /**
   * Replaces it whole. It is not forced to the disk: after a power cut an older one is found at worst, what follows it
   * is read again, and the ids of events are the same again.
   */
  save(name: string, position: unknown): Promise<void>;
}

export function openPositions(dataDirectory: string): Positions {
  const directory = join(dataDirectory, 'sources');
  const fileOf = (name: string) => join(directory, `${encodeURIComponent(name)}.json`);
  return {
    async load(name) {
      try {
        return JSON.parse(await readFile(fileOf(name), 'utf8')) as unknown;
      } catch {
        return undefined;
      }
    },
    async save(name, position) {
      await mkdir(directory, { recursive: true });
      await writeFile(`${fileOf(name)}.new`, JSON.stringify(position));
      await rename(`${fileOf(name)}.new`, fileOf(name));
    },
  };
}
