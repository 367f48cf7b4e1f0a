import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Plugin } from 'vite';

import { bundleSource } from '../chaos/source-bundle.ts';
import type { Mutation } from './mutations.ts';
import type { simulate } from './simulate.ts';

export interface Simulator {
  readonly simulate: typeof simulate;
}

/**
 * The simulation and the product under it, bundled from their sources: as they are shipped, without what a test runner
 * puts between modules.
 */
export async function bundled(root: string, into: string): Promise<Simulator> {
  return await bundle(root, into, []);
}

/**
 * The same with one of the sources changed. Shipped code knows of no mutation: it is made here, while the bundle is.
 * Throws when the place to be changed is not there exactly once.
 */
export async function mutant(root: string, mutation: Mutation, into: string): Promise<Simulator> {
  const target = join(root, mutation.file);
  let changed = false;
  const plugin: Plugin = {
    name: 'mutation',
    enforce: 'pre',
    load(id: string) {
      if (id !== target) return null;
      const source = readFileSync(id, 'utf8');
      const parts = source.split(mutation.find);
      if (parts.length !== 2)
        throw new Error(`"${mutation.name}": ${mutation.file} has its place ${parts.length - 1} times`);
      changed = true;
      return parts.join(mutation.replace);
    },
  };
  const simulator = await bundle(root, into, [plugin]);
  if (!changed) throw new Error(`"${mutation.name}": ${mutation.file} is no part of the simulation`);
  return simulator;
}

async function bundle(root: string, into: string, plugins: Plugin[]): Promise<Simulator> {
  await bundleSource(root, join(root, 'test/simulation/simulate.ts'), into, { plugins, treeshake: false });
  return (await import(/* @vite-ignore */ pathToFileURL(into).href)) as Simulator;
}
