/** The lint rules that follow from the table of layers: what `.oxlintrc.json` must say. */
import { ALLOWED_IMPORTS, CONFINED_LIBRARIES, PURE_FOLDERS } from './layers.ts';

interface Restriction {
  readonly group: readonly string[];
  readonly message: string;
}

export interface Override {
  readonly files: readonly string[];
  readonly excludeFiles?: readonly string[];
  readonly rules: Readonly<Record<string, unknown>>;
}

const TESTS = ['**/*.test.ts', '**/*.bench.ts'];

/** One override per workspace that restricts imports, then one that keeps the pure folders pure. */
export function layerOverrides(): Override[] {
  const layers = Object.keys(ALLOWED_IMPORTS).filter((workspace) => workspace !== 'packages/testkit');
  return [
    ...layers.map((workspace) => imports(workspace, `${workspace}/src/**`, false)),
    ...PURE_FOLDERS.map((folder) => imports(folder.split('/').slice(0, 2).join('/'), `${folder}/**`, true)),
    purity(),
  ];
}

function imports(workspace: string, files: string, pure: boolean): Override {
  const patterns = [layer(workspace), libraries(workspace), ...(pure ? [BUILTINS] : [])];
  return { files: [files], excludeFiles: TESTS, rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

function layer(workspace: string): Restriction {
  const allowed = (ALLOWED_IMPORTS[workspace] ?? []).flatMap((name) => [
    `!@vigie/${name}`,
    `!@vigie/${name}/**`,
  ]);
  // what is inside a refused package cannot be allowed again, so the packages are refused one level deeper, too
  return {
    group: ['@vigie/*', '@vigie/*/*', ...allowed],
    message: `${workspace} may not import this: see CONTRIBUTING.md`,
  };
}

function libraries(workspace: string): Restriction {
  const elsewhere = Object.keys(CONFINED_LIBRARIES).filter((name) => CONFINED_LIBRARIES[name] !== workspace);
  return { group: elsewhere, message: 'this library lives behind a port, in one package' };
}

const BUILTINS: Restriction = { group: ['node:*'], message: 'this folder is pure: no Node built-ins' };

function purity(): Override {
  const globals = [
    ...['process', 'performance', 'crypto', 'globalThis', 'Buffer', 'fetch', 'WebSocket'],
    ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask'],
  ];
  const properties = [
    { object: 'Date', property: 'now', message: 'this folder is pure: time is an argument' },
    { object: 'Math', property: 'random', message: 'this folder is pure: randomness is an argument' },
  ];
  return {
    files: PURE_FOLDERS.map((folder) => `${folder}/**`),
    excludeFiles: TESTS,
    rules: {
      'no-restricted-globals': ['error', ...globals],
      'no-restricted-properties': ['error', ...properties],
    },
  };
}
