import { LIVE_FORMATS } from '../connect/sources.ts';
import { Argument } from 'commander';
import { configOption, toOption, withExamples, type Define } from './options.ts';

export const defineConnect: Define = (program, terminal, setStatus) => {
  const command = program
    .command('connect')
    .summary('a connector on its own, beside a remote PBX')
    .description(
      'Follows a source where it is and posts its events to a running service until it is stopped. It remembers how far it came, and when the service cannot be reached it waits and goes on from there: nothing is lost while the PBX keeps its files. What the service refuses goes to standard error, with its reason.',
    )
    .addArgument(new Argument('<source>', 'what to follow').choices(LIVE_FORMATS))
    .requiredOption('--file <file>', 'the file that the PBX writes, such as /var/log/asterisk/queue_log')
    .addOption(toOption())
    .option('--label <name>', 'names this PBX in its events (default: the name of this machine)')
    .option('--centre <id>', 'the contact centre that it belongs to (default: that of the service)')
    .option('--data <directory>', 'where it remembers how far it came', '.vigie-connect')
    .addOption(configOption())
    .action(async (source: string, flags: object) => {
      const { connectCommand } = await import('../commands/connect.ts');
      setStatus(await connectCommand(source, flags as Parameters<typeof connectCommand>[1], terminal));
    });
  withExamples(
    command,
    'vigie connect asterisk-queue-log --file /var/log/asterisk/queue_log --to http://vigie.example:8081',
  );
};
