/** Reads the repository's sources: files, the modules they import, what they use. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parseSync } from 'vite';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface SourceFile {
  /** From the repository's root, with slashes. */
  readonly path: string;
  readonly code: string;
}

const IGNORED = new Set(['node_modules', 'dist', 'dist-types', 'fixtures']);
const isTest = (path: string): boolean => /\.(test|bench)\.[mc]?tsx?$/.test(path);

/** All TypeScript and JavaScript below a folder of the repository. */
export const sourceFiles = (folder: string): SourceFile[] => filesBelow(folder, /\.[mc]?[jt]sx?$/);

/** All style sheets below a folder of the repository. */
export const styleSheets = (folder: string): SourceFile[] => filesBelow(folder, /\.css$/);

function filesBelow(folder: string, named: RegExp): SourceFile[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry): SourceFile[] => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : filesBelow(path, named);
    return named.test(entry.name) ? [{ path, code: readFileSync(join(ROOT, path), 'utf8') }] : [];
  });
}

/** The files that users get: no tests, no benchmarks. */
export function shipped(files: readonly SourceFile[]): SourceFile[] {
  return files.filter(({ path }) => !isTest(path));
}

/** Folders of the workspaces: `packages/contracts`, … */
export function workspaces(): string[] {
  return ['packages', 'services'].flatMap((parent) =>
    readdirSync(join(ROOT, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => relative(ROOT, join(ROOT, parent, entry.name))),
  );
}

export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The `package.json` of a folder of the repository. */
export function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
}

export interface SyntaxNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

function parse({ path, code }: SourceFile): ReturnType<typeof parseSync> {
  const parsed = parseSync(path, code);
  const [error] = parsed.errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  return parsed;
}

/** Every module named by an import, a re-export or a dynamic import of a literal, types included. */
export function importsOf(file: SourceFile): string[] {
  const found = new Set<string>();
  visit(file, (node) => {
    if (!/^(Import(Declaration|Expression)|Export(Named|All)Declaration|TSImportType)$/.test(node.type))
      return;
    const source = node['source'] as { readonly value?: unknown } | null | undefined;
    if (typeof source?.value === 'string') found.add(source.value);
  });
  return [...found];
}

/** Calls `see` with every node of the file's syntax tree, and the node above it. */
export function visit(
  file: SourceFile,
  see: (node: SyntaxNode, parent: SyntaxNode | undefined) => void,
): void {
  const walk = (value: unknown, parent: SyntaxNode | undefined): void => {
    if (Array.isArray(value)) {
      for (const item of value) walk(item, parent);
    } else if (isNode(value)) {
      see(value, parent);
      for (const child of Object.values(value)) walk(child, value);
    }
  };
  walk(parse(file).program, undefined);
}

function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

/** `@scope/name` or `name` of a module that is neither relative nor built into Node. */
export function packageOf(module: string): string | undefined {
  if (/^(\.|node:|#|\/)/.test(module)) return undefined;
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}
