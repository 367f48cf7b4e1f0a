import { describe, expect, test } from 'vitest';

import { dependencyMismatches, forbiddenImports } from './imports.ts';
import { ALLOWED_IMPORTS } from './layers.ts';
import { manifest, shipped, sourceFiles, workspaces } from './source.ts';

const inFile = (path: string, code: string) => [{ path, code }];

describe('who imports whom', () => {
  test('every workspace has its place in the table of layers, and the table names no other', () => {
    expect(workspaces().sort()).toEqual(Object.keys(ALLOWED_IMPORTS).sort());
  });

  test.each(workspaces())('%s imports only what its layer may', (workspace) => {
    expect(forbiddenImports(workspace, shipped(sourceFiles(workspace)))).toEqual([]);
  });

  test.each([
    ['packages/metrics', `import { Processor } from '@vigie/engine';`],
    ['packages/kafka', `import type { Store } from '@vigie/redis';`],
    ['packages/engine', `export * from '@vigie/testkit';`],
    ['packages/service-kit', `const kit = await import('@vigie/testkit/oracle');`],
    ['services/gateway', `import { start } from '@vigie/ingest';`],
    ['services/wallboard', `import { fold } from '@vigie/metrics';`],
    ['services/aggregator', `import { Kafka } from 'kafkajs';`],
    ['packages/client', `import { row } from '../../contracts/src/index.ts';`],
    ['packages/unheard-of', ''],
  ])('an import that %s may not have is found: %s', (workspace, code) => {
    expect(forbiddenImports(workspace, inFile(`${workspace}/src/a.ts`, code))).toHaveLength(1);
  });

  test.each([
    ['services/cli', `import { start } from '@vigie/gateway';`],
    ['services/wallboard', `import { labels } from '@vigie/metrics/catalogue';`],
    ['packages/redis', `import { Redis } from 'ioredis'; import './keys.ts'; import '@vigie/redis';`],
    ['packages/metrics', `// import '@vigie/engine'\nconst text = "import '@vigie/engine'";`],
  ])('an import that %s may have is let through: %s', (workspace, code) => {
    expect(forbiddenImports(workspace, inFile(`${workspace}/src/a.ts`, code))).toEqual([]);
  });
});

describe('declared dependencies', () => {
  const tools = Object.keys(manifest('.').devDependencies ?? {});

  test.each(workspaces())('%s declares what it imports and imports what it declares', (workspace) => {
    const all = sourceFiles(workspace);
    const { name, dependencies = {}, devDependencies = {} } = manifest(workspace);
    const declared = [...Object.keys(dependencies), name];
    const both = { shipped: declared, all: [...Object.keys(dependencies), ...Object.keys(devDependencies)] };
    const sources = shipped(all).filter(({ path }) => path.startsWith(`${workspace}/src/`));
    const isEmptyYet = all.every(({ code }) => code.trim() === 'export {};');
    expect(isEmptyYet ? [] : dependencyMismatches(both, { shipped: sources, all }, [name, ...tools])).toEqual(
      [],
    );
  });

  test('a missing and an unused dependency are both found', () => {
    const source = inFile(
      'packages/x/src/a.ts',
      `import { a } from 'there'; import 'gone/deep'; import 'node:fs';`,
    );
    const spec = inFile('packages/x/src/a.test.ts', `import { test } from 'vitest'; import 'unknown';`);
    const declared = { shipped: ['there'], all: ['there', 'idle'] };
    expect(
      dependencyMismatches(declared, { shipped: source, all: [...source, ...spec] }, ['vitest']),
    ).toEqual([
      'gone is imported but not among the dependencies',
      'unknown is imported by tests but not among the devDependencies',
      'idle is declared but not imported',
    ]);
  });
});
