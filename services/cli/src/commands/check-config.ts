import { ConfigError, type ConfigProblem } from '@vigie/contracts';
import { CATALOGUE } from '@vigie/metrics';
import { loadConfiguration } from '@vigie/service-kit';
import { shown, type Terminal } from '../terminal.ts';

export interface CheckFlags {
  readonly config?: string;
  readonly json?: boolean;
}

/** `vigie check-config`: would a service start with this? Answers the exit status. */
export async function checkConfigCommand(
  flags: CheckFlags,
  terminal: Terminal,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  try {
    const kpis = CATALOGUE.map(({ id }) => id);
    const { file, notYetInForce } = await loadConfiguration({ file: flags.config, env, kpis });
    if (flags.json === true)
      await terminal.out(`${JSON.stringify({ ok: true, file: file ?? null, notYetInForce })}\n`);
    else {
      await terminal.out(`ok: ${file ?? 'there is no vigie.yaml here, the defaults hold'}\n`);
      for (const line of notYetInForce) await terminal.out(`note: ${shown(line)}\n`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (flags.json === true)
      await terminal.out(`${JSON.stringify({ ok: false, problems: error.problems.map(asJson) })}\n`);
    else for (const { message } of error.problems) terminal.err(`vigie: ${shown(message)}\n`);
    return 1;
  }
}

function asJson({ path, value, expected, message }: ConfigProblem) {
  return { path, value: value ?? null, expected, message };
}
