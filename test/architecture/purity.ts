import { builtinModules } from 'node:module';

import { importsOf, type SourceFile, type SyntaxNode, visit } from './source.ts';

const BUILTIN = new Set(builtinModules);
/** Globals that are the outside world as such. */
const WORLD = new Set([
  ...['process', 'performance', 'crypto', 'console', 'globalThis', 'Buffer', 'fetch', 'WebSocket'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask'],
]);

/** Uses of Node, clock, randomness, timers or environment in a file that has to be pure, one line each. */
export function impurities(file: SourceFile): string[] {
  const found = new Set<string>();
  for (const module of importsOf(file)) {
    if (module.startsWith('node:') || BUILTIN.has(module)) found.add(`import of ${module}`);
  }
  visit(file, (node, parent) => {
    const use = impureUse(node, parent);
    if (use !== undefined) found.add(use);
  });
  return [...found].map((use) => `${file.path}: ${use}`);
}

function impureUse(node: SyntaxNode, parent: SyntaxNode | undefined): string | undefined {
  if (node.type === 'MemberExpression') {
    const name = `${nameOf(node['object'])}.${nameOf(node['property'])}`;
    return name === 'Date.now' || name === 'Math.random' ? name : undefined;
  }
  if (node.type === 'NewExpression' && nameOf(node['callee']) === 'Date') {
    return (node['arguments'] as unknown[]).length === 0 ? 'new Date() without an instant' : undefined;
  }
  if (node.type === 'CallExpression' && nameOf(node['callee']) === 'Date') return 'Date()';
  if (node.type === 'Identifier' && !isOnlyAName(node, parent)) {
    const name = node['name'] as string;
    return WORLD.has(name) ? name : undefined;
  }
  return undefined;
}

const nameOf = (node: unknown): string | undefined => (node as { readonly name?: string } | null)?.name;

/** True for `x.process`, `{ process: 1 }` and members of types and classes: they name something of the file's own. */
function isOnlyAName(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (parent === undefined || parent['computed'] === true) return false;
  if (parent.type === 'MemberExpression') return parent['property'] === node;
  return parent['key'] === node && parent['value'] !== node && parent['shorthand'] !== true;
}
