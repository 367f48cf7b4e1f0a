import { resolve } from 'node:path';
import { checkConfiguration, ConfigError, type Configuration } from '@vigie/contracts';
import { CATALOGUE, wallClockOf } from '@vigie/metrics';
import { readYamlFile } from '@vigie/service-kit';
import { agentAliases, type QueueLogSettings } from '@vigie/sources';

/**
 * The configuration that a recording is judged by: the file named, else `vigie.yaml` in the working directory if there
 * is one (that is noted, for nobody named it), else the defaults. What only a running service needs (access, addresses from the environment) has no say in it.
 */
export async function reportConfiguration(
  file: string | undefined,
  note: (sentence: string) => void,
): Promise<Configuration> {
  const path = resolve(file ?? 'vigie.yaml');
  const read = await readYamlFile(path);
  if (read === undefined && file !== undefined) {
    const message = `${file} does not exist: --config names the configuration file`;
    throw new ConfigError([{ path: file, value: undefined, expected: 'a file', message }]);
  }
  if (read !== undefined && file === undefined) note(`the configuration is that of ${path}`);
  const result = checkConfiguration(withoutAccess(read), { kpis: CATALOGUE.map(({ id }) => id) });
  if (!result.ok) throw new ConfigError(result.problems);
  return result.configuration;
}

function withoutAccess(read: unknown): unknown {
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return read ?? {};
  return Object.fromEntries(Object.entries(read).filter(([key]) => key !== 'access'));
}

/** How the lines of a `queue_log` are understood: as by the first configured source of that type, if there is one. */
export function queueLogSettings({
  centre,
  semantic,
  sources,
  presentation,
}: Configuration): QueueLogSettings {
  const source = sources.find((setting) => setting.type === 'asterisk-queue-log');
  return {
    source: `asterisk://${encodeURIComponent(source?.label ?? 'recording')}/queue_log`,
    centre: source?.centre ?? centre,
    callbackKeys: source?.callbackKeys ?? [],
    reports: source?.reports ?? {},
    agents: agentAliases(Object.fromEntries(presentation.agents)),
    instantsOf: wallClockOf(semantic),
  };
}
