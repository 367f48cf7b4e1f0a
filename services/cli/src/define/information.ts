import { Option } from 'commander';
import { configOption, jsonOption, withExamples, type Define } from './options.ts';

export const defineCheckConfig: Define = (program, terminal, setStatus) => {
  const command = program
    .command('check-config')
    .summary('checks the configuration')
    .description(
      'Says whether a service would start with the configuration: every wrong value with its path and what was expected, and keys that have no effect yet.',
    )
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (flags: object) => {
      const { checkConfigCommand } = await import('../commands/check-config.ts');
      setStatus(await checkConfigCommand(flags, terminal, process.env));
    });
  withExamples(command, 'vigie check-config --config vigie.yaml');
};

export const defineKpis: Define = (program, terminal, setStatus) => {
  const command = program
    .command('kpis')
    .summary('the catalogue of figures')
    .description('Lists every KPI with its name, unit and formula.')
    .addOption(new Option('--lang <language>', 'language of the names').choices(['en', 'fr']).default('en'))
    .addOption(jsonOption().conflicts('table'))
    .option('--table', 'print it for people (default)')
    .action(async (flags: object) => {
      const { kpisCommand } = await import('../commands/kpis.ts');
      setStatus(await kpisCommand(flags as Parameters<typeof kpisCommand>[0], terminal));
    });
  withExamples(command, 'vigie kpis --lang fr');
};
