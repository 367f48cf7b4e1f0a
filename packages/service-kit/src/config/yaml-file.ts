import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import { ConfigError } from '@vigie/contracts';

/** A configuration is small; a larger file is another one. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;

function fileError(file: string, what: string): ConfigError {
  return new ConfigError([
    { path: file, value: undefined, expected: 'a YAML file', message: `${file}${what}` },
  ]);
}

/**
 * Reads a YAML 1.2 file. `undefined` when it does not exist. Throws {@link ConfigError} with line and column of every
 * syntax error.
 */
export async function readYamlFile(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw fileError(file, ` cannot be read: ${code ?? message}`);
  }
  if (Buffer.byteLength(text) > MAX_FILE_BYTES)
    throw fileError(file, ` is larger than ${MAX_FILE_BYTES} bytes`);
  return parseYaml(text, file);
}

/** Parses one YAML document; an empty one is `null`. */
export function parseYaml(text: string, file: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    uniqueKeys: true,
    version: '1.2',
  });
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map(({ pos, message, code }) => {
        const { line, col } = lineCounter.linePos(pos[0]);
        const where = `${file}:${line}:${col}`;
        return {
          path: where,
          value: undefined,
          expected: 'valid YAML',
          message: `${where}: ${said(code, message)}`,
        };
      }),
    );
  }
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw fileError(file, `: ${(error as Error).message}`);
  }
}

function said(code: string, message: string): string {
  return code === 'DUPLICATE_KEY' ? 'the key stands twice' : message;
}
