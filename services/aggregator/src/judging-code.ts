import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What decides how facts are judged: what events mean, what they come to, and how that is kept. */
const PACKAGES = ['@vigie/contracts', '@vigie/metrics', '@vigie/engine'];
const CODE = /(?<!\.d)\.(js|ts)$/;

let known: string | undefined;

/**
 * Names the code that judges by its content: windows that other code filled are not gone on with after a restart. Read
 * once; some ten milliseconds.
 */
export function judgingCode(): string {
  return (known ??= checksum(codeFiles()));
}

function codeFiles(): readonly string[] {
  const { resolve } = createRequire(import.meta.url);
  try {
    return PACKAGES.flatMap((name) => {
      const directory = dirname(resolve(name));
      const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
      return files
        .filter((file) => CODE.test(file))
        .sort()
        .map((file) => join(directory, file));
    });
  } catch {
    // Bundled: all of it is in this file.
    return [fileURLToPath(import.meta.url)];
  }
}

function checksum(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('base64url').slice(0, 16);
}
