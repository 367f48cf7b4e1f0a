import { builtinModules } from 'node:module';
import { posix } from 'node:path';

import { ALLOWED_IMPORTS, CONFINED_LIBRARIES } from './layers.ts';
import { importsOf, packageOf, type SourceFile } from './source.ts';

/** What shipped files of a workspace import against the table of layers, one line each. */
export function forbiddenImports(workspace: string, files: readonly SourceFile[]): string[] {
  const allowed = ALLOWED_IMPORTS[workspace];
  if (allowed === undefined) return [`${workspace} is not in the table of layers`];
  const own = workspace.split('/')[1] ?? '';
  const complaint = (file: SourceFile, module: string): string[] => {
    if (module.startsWith('.')) {
      const target = posix.join(posix.dirname(file.path), module);
      return target.startsWith(`${workspace}/`)
        ? []
        : [`${file.path} reaches into another workspace: ${module}`];
    }
    const name = packageOf(module) ?? module;
    const home = CONFINED_LIBRARIES[name];
    if (home !== undefined && home !== workspace && workspace !== 'packages/testkit') {
      return [`${file.path} imports ${module}, which only ${home} does`];
    }
    if (!module.startsWith('@vigie/')) return [];
    const target = module.slice('@vigie/'.length);
    const fits = [...allowed, own].some((one) => target === one || target.startsWith(`${one}/`));
    return fits ? [] : [`${file.path} imports ${module}, which ${workspace} may not`];
  };
  return files.flatMap((file) => importsOf(file).flatMap((module) => complaint(file, module)));
}

/** Packages a workspace imports without declaring them, and declares without importing them. */
export function dependencyMismatches(
  declared: { readonly shipped: readonly string[]; readonly all: readonly string[] },
  files: { readonly shipped: readonly SourceFile[]; readonly all: readonly SourceFile[] },
  available: readonly string[],
): string[] {
  const builtin = new Set(builtinModules);
  const uses = (some: readonly SourceFile[]): Set<string> =>
    new Set(
      some
        .flatMap(importsOf)
        .map(packageOf)
        .filter((name): name is string => name !== undefined && !builtin.has(name)),
    );
  const used = uses(files.all);
  const missing = [...uses(files.shipped)].filter((name) => !declared.shipped.includes(name));
  const missingInTests = [...used].filter(
    (name) => ![...declared.all, ...available, ...missing].includes(name),
  );
  const unused = declared.all.filter((name) => !used.has(name));
  return [
    ...missing.map((name) => `${name} is imported but not among the dependencies`),
    ...missingInTests.map((name) => `${name} is imported by tests but not among the devDependencies`),
    ...unused.map((name) => `${name} is declared but not imported`),
  ];
}
