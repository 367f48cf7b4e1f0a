import { ACCESS_ROLES } from '@vigie/contracts';
import { collect, jsonOption, withExamples, type Define } from './options.ts';

export const defineKey: Define = (program, terminal, setStatus) => {
  const command = program
    .command('key')
    .summary('a new access key')
    .description(
      'Makes a key of 256 random bits, prints it once on standard output, and on standard error the lines of the configuration that put it in force. Nothing is changed or kept: taking the lines out revokes the key.',
    )
    .argument('<name>', 'name of the key in the audit log; of a screen, its name')
    .option('--role <role>', `what it may do, repeatable: ${ACCESS_ROLES.join(', ')}`, collect)
    .option('--screen', 'the key of one wall screen, instead of roles')
    .option('--source <pattern>', 'sources it may send events of, repeatable (default: all)', collect)
    .option('--queue <pattern>', 'queues it may see, repeatable (default: all, and the totals)', collect)
    .option('--centre <pattern>', 'centres it is for, repeatable (default: all)', collect)
    .option('--expires <date>', 'last day (UTC) on which it is taken (default: never)')
    .addOption(jsonOption())
    .action(async (name: string, flags: object) => {
      const { keyCommand } = await import('../commands/key.ts');
      setStatus(await keyCommand(name, flags, terminal));
    });
  withExamples(
    command,
    'vigie key acd --role ingest --source "asterisk://*"',
    'vigie key hall --screen --queue "sales-*"',
  );
};
