import { Option } from 'commander';
import { collect, configOption, jsonOption, withExamples, type Define } from './options.ts';

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

export const defineDoctor: Define = (program, terminal, setStatus) => {
  const command = program
    .command('doctor')
    .summary('is everything reachable and sane')
    .description(
      'Looks at what Vigie needs and says what to do where something is wrong: configuration, data directory and disk, files of sources, Kafka (topics, partitions, retention), Redis (eviction, memory, persistence), clocks, and whether the service is ready. It changes nothing. The exit status is 1 when something has to be mended.',
    )
    .addOption(configOption())
    .option(
      '--url <address>',
      'a running service to look at, repeatable (default: the configured address, if one runs there)',
      collect,
    )
    .addOption(jsonOption())
    .action(async (flags: object) => {
      const { doctorCommand } = await import('../commands/doctor.ts');
      setStatus(await doctorCommand(flags, terminal, process.env));
    });
  withExamples(command, 'vigie doctor', 'vigie doctor --url http://vigie.example:8081 --json');
};

export const defineInspect: Define = (program, terminal, setStatus) => {
  const command = program
    .command('inspect')
    .summary('what is in a checkpoint')
    .description(
      'Says of each partition up to where the log is in its checkpoint, as of when, how large it is, and what it holds of each centre. It changes nothing. With an embedded store the service has to be stopped.',
    )
    .addOption(configOption())
    .option('--data <directory>', 'the data directory of a service in one process (default: .vigie)')
    .addOption(jsonOption())
    .action(async (flags: object) => {
      const { inspectCommand } = await import('../commands/inspect.ts');
      setStatus(await inspectCommand(flags, terminal, process.env));
    });
  withExamples(command, 'vigie inspect --data .vigie-demo', 'vigie inspect --config vigie.yaml --json');
};

export const defineRebuild: Define = (program, terminal, setStatus) => {
  const command = program
    .command('rebuild')
    .summary('has the figures built from the log anew')
    .description(
      'Takes the checkpoints away, so that all figures are built from the log anew: history that was imported counts in its own time then, in rows of intervals and days that were final too, and what changed of them is told as corrections. Nothing of the log is touched. With an embedded store the service has to be stopped; with Redis an aggregator that is alive is left alone, unless --while-running says otherwise: it begins at once, and its viewers see "recovering" until it is done.',
    )
    .addOption(configOption())
    .option('--data <directory>', 'the data directory of a service in one process (default: .vigie)')
    .option('--partition <number>', 'only this one, repeatable (default: all)', collect)
    .option('--while-running', 'although an aggregator has the partition')
    .addOption(jsonOption())
    .action(async (flags: object) => {
      const { rebuildCommand } = await import('../commands/rebuild.ts');
      setStatus(await rebuildCommand(flags, terminal, process.env));
    });
  withExamples(command, 'vigie rebuild --data .vigie', 'vigie rebuild --config vigie.yaml --while-running');
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
