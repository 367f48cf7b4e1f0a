import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A program or file that the tests need is not there. The message is one sentence that says how to get it. */
export class MissingServerError extends Error {
  override readonly name = 'MissingServerError';
}

/** Programs that tests start, by the names they go by, with the Debian package that brings them. */
export const TOOLS = {
  'redis-server': { names: ['redis-server'], package: 'redis-server' },
  prometheus: { names: ['prometheus'], package: 'prometheus' },
  promtool: { names: ['promtool'], package: 'prometheus' },
  chromium: { names: ['chromium', 'chromium-browser', 'google-chrome'], package: 'chromium' },
  'docker-compose': { names: ['docker-compose'], package: 'docker-compose' },
  java: { names: ['java'], package: 'default-jre-headless' },
  mvn: { names: ['mvn'], package: 'maven' },
} as const;

export type Tool = keyof typeof TOOLS;

/** The path of a program, or `undefined` when no directory of `PATH` has it. */
export function whereIs(tool: Tool, path: string = process.env['PATH'] ?? ''): string | undefined {
  for (const name of TOOLS[tool].names) {
    for (const directory of path.split(delimiter)) {
      const file = join(directory, name);
      if (directory !== '' && isExecutable(file)) return file;
    }
  }
  return undefined;
}

/** The path of a program; throws {@link MissingServerError} when it is missing. */
export function requireTool(tool: Tool, path?: string): string {
  const found = whereIs(tool, path);
  if (found !== undefined) return found;
  throw new MissingServerError(
    `${tool} is missing: install it (Debian, Ubuntu: apt-get install ${TOOLS[tool].package}), or run \`npm test\` as root, which does`,
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where downloads are kept between runs, outside the repository. */
export function cacheDirectory(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'vigie');
}

/** The repository's root: the nearest directory above this file with a lock file. */
export function repositoryRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package-lock.json'))) {
    const above = dirname(directory);
    if (above === directory) throw new Error(`no package-lock.json above ${fileURLToPath(import.meta.url)}`);
    directory = above;
  }
  return directory;
}
