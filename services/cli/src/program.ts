import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { FORMATS } from './input/formats.ts';
import type { Terminal } from './terminal.ts';

/** Sets the exit status when it is not 0. */
export type SetStatus = (status: number) => void;

/** A command with its example, which `--help` shows last. */
export function example(command: Command, ...lines: readonly string[]): Command {
  const heading = lines.length > 1 ? 'Examples' : 'Example';
  return command.addHelpText('after', `\n${heading}:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
}

export const collect = (value: string, previous: readonly string[]): readonly string[] => [
  ...previous,
  value,
];

export const configOption = (): Option =>
  new Option('--config <file>', 'the configuration (default: vigie.yaml in this directory, if there is one)');

export const formatOption = (): Option =>
  new Option('--format <format>', 'what the files hold').choices(FORMATS).default('cloudevents');

function versionText(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** All commands of `vigie`. What a command needs is imported when it runs, so that each starts fast. */
export function createProgram(terminal: Terminal, setStatus: SetStatus): Command {
  const program = new Command('vigie')
    .description('Real-time monitor for contact centres: live, exact, explainable figures.')
    .version(versionText(), '--version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .showSuggestionAfterError(true);
  addReport(program, terminal, setStatus);
  return program;
}

function addReport(program: Command, terminal: Terminal, setStatus: SetStatus): void {
  example(
    program
      .command('report')
      .summary('figures of a recording, offline')
      .description(
        'Computes the figures of recordings by the engine that runs live, on the recordings’ own clock: what did the wall show at 10:15, does it agree with my ACD’s report? Files may come in any order; - reads standard input. Rejected lines go to standard error.',
      )
      .argument('<files...>', 'recordings; - is standard input')
      .addOption(formatOption())
      .addOption(configOption())
      .option(
        '--at <instant>',
        'show the figures at this time (repeatable; default: the last event’s); without offset in the centre’s zone',
        collect,
        [],
      )
      .addOption(
        new Option(
          '--as <view>',
          'known: all events count; shown: only those ingested by then, what the wall really showed',
        )
          .choices(['known', 'shown'])
          .default('known'),
      )
      .option('--lateness <duration>', 'refuse events ingested this long after they happened, and early ones')
      .addOption(
        new Option('--interval <size>', 'add rows of every interval of each local day').choices([
          '15m',
          '30m',
          '1h',
          'day',
        ]),
      )
      .option('--centre <id>', 'the contact centre to report, when the files hold several')
      .addOption(new Option('--json', 'print one JSON document').conflicts(['csv', 'table']))
      .addOption(new Option('--csv', 'print one line a queue, window and KPI').conflicts('table'))
      .option('--table', 'print the same for people (default)')
      .action(async (files: string[], flags) => {
        const { reportCommand } = await import('./commands/report.ts');
        setStatus(await reportCommand(files, flags as Parameters<typeof reportCommand>[1], terminal));
      }),
    'vigie report monday.ndjson --at 2026-11-23T10:15 --json',
    'vigie report queue_log.1 queue_log --format asterisk-queue-log --interval 30m --csv',
  );
}
