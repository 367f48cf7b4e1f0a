import { resolve } from 'node:path';
import {
  ConfigError,
  checkConfiguration,
  type CheckOptions,
  type ConfigProblem,
  type Configuration,
} from '@vigie/contracts';
import { openBindProblem } from './bind-rule.ts';
import { readEnvironment, type Override, type ProcessSettings, type Variables } from './environment.ts';
import { readYamlFile } from './yaml-file.ts';

/** Options of the command line that set configuration; they win over environment and file. */
export interface ConfigurationFlags {
  readonly host?: string | undefined;
  readonly port?: string | number | undefined;
  readonly data?: string | undefined;
}

export interface LoadOptions extends CheckOptions {
  /** The file to read; it must exist. Absent: `vigie.yaml` in `cwd`, if there is one. */
  readonly file?: string | undefined;
  readonly env: Variables;
  readonly flags?: ConfigurationFlags;
  /** Default: the process's. */
  readonly cwd?: string;
  /** What stands for the file when there is none. */
  readonly withoutFile?: Readonly<Record<string, unknown>>;
}

export interface LoadedConfiguration extends ProcessSettings {
  readonly configuration: Configuration;
  /** Keys that are accepted but have no effect yet, each with a sentence: to be logged at start. */
  readonly notYetInForce: readonly string[];
  /** The file that was read; `undefined` when there was none. */
  readonly file: string | undefined;
  /** The same sources read anew, for what may change while the process runs. */
  readonly reread?: () => Promise<LoadedConfiguration>;
}

const DEFAULT_FILE = 'vigie.yaml';

/**
 * Reads the file, lets `VIGIE_…` variables override it and flags override both, and checks the whole. Throws
 * {@link ConfigError} with every problem as one sentence.
 */
export async function loadConfiguration(options: LoadOptions): Promise<LoadedConfiguration> {
  const path = resolve(options.cwd ?? process.cwd(), options.file ?? DEFAULT_FILE);
  const read = await readYamlFile(path);
  if (read === undefined && options.file !== undefined) {
    const message = `${options.file} does not exist: --config names the configuration file`;
    throw new ConfigError([{ path: options.file, value: undefined, expected: 'a file', message }]);
  }
  const { overrides, ...settings } = readEnvironment(options.env, secretVariables(read));
  const all = [...overrides, ...flagOverrides(options.flags ?? {})];
  const result = checkConfiguration(overridden(read ?? options.withoutFile, all), options);
  if (!result.ok) throw new ConfigError(result.problems.map((found) => withOrigin(found, all)));
  const open = openBindProblem(result.configuration, settings.allowOpen);
  if (open !== undefined) throw new ConfigError([open]);
  const { configuration, notYetInForce } = result;
  const reread = async () => await loadConfiguration(options);
  return { configuration, notYetInForce, ...settings, file: read === undefined ? undefined : path, reread };
}

function flagOverrides({ host, port, data }: ConfigurationFlags): Override[] {
  const found: Override[] = [];
  if (host !== undefined) found.push({ path: 'server.host', value: host, origin: '--host' });
  if (port !== undefined) {
    const value = typeof port === 'string' && /^\d+$/.test(port) ? Number(port) : port;
    found.push({ path: 'server.port', value, origin: '--port' });
  }
  if (data !== undefined) found.push({ path: 'dataDirectory', value: data, origin: '--data' });
  return found;
}

/** The file with the overrides in place. What is no map stays as it is, for the check to refuse. */
function overridden(read: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce<unknown>(
    (whole, { path, value }) => withValue(whole, path.split('.'), value),
    read ?? {},
  );
}

function withValue(node: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (node !== undefined && node !== null && (typeof node !== 'object' || Array.isArray(node))) return node;
  const section = (node ?? {}) as Readonly<Record<string, unknown>>;
  return { ...section, [key]: withValue(section[key], rest, value) };
}

function withOrigin(found: ConfigProblem, overrides: readonly Override[]): ConfigProblem {
  const origin = overrides.findLast(({ path }) => path === found.path)?.origin;
  if (origin === undefined) return found;
  return { ...found, message: found.message.replace(found.path, () => `${found.path} (from ${origin})`) };
}

/** Names of variables that the file says hold secrets: values of keys that end in `Env`. */
function secretVariables(read: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key.endsWith('Env') && typeof value === 'string') names.add(value);
      else walk(value);
    }
  };
  walk(read);
  return names;
}
