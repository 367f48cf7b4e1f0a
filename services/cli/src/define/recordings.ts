import { Option } from 'commander';
import {
  collect,
  configOption,
  formatOption,
  jsonOption,
  toOption,
  withExamples,
  type Define,
} from './options.ts';

export const defineReport: Define = (program, terminal, setStatus) => {
  const command = program
    .command('report')
    .summary('figures of a recording, offline')
    .description(
      'Computes the figures of recordings by the engine that runs live, on the recordings’ own clock: what did the wall show at 10:15, does it agree with my ACD’s report? Files may come in any order. Rejected lines go to standard error.',
    )
    .argument('<files...>', 'recordings; - is standard input')
    .addOption(formatOption())
    .addOption(configOption())
    .option(
      '--at <instant>',
      'the figures at this time, repeatable (default: the last event’s time); without offset it is in the centre’s zone',
      collect,
    )
    .addOption(
      new Option(
        '--as <view>',
        'known: all events count; shown: only those ingested by then, which is what the wall really showed',
      )
        .choices(['known', 'shown'])
        .default('known'),
    )
    .option('--lateness <duration>', 'refuse events that came in longer after they happened, and early ones')
    .addOption(
      new Option('--interval <size>', 'add rows of every interval of each local day').choices([
        ...['15m', '30m', '1h', 'day'],
      ]),
    )
    .addOption(
      new Option('--by <unit>', 'interval rows of every team or site instead of every queue').choices([
        ...['team', 'site'],
      ]),
    )
    .option('--centre <id>', 'the contact centre to report, when the files hold several')
    .addOption(jsonOption().conflicts(['csv', 'table']))
    .addOption(new Option('--csv', 'print one line a queue, window and KPI').conflicts('table'))
    .option('--table', 'print the same for people (default)')
    .action(async (files: string[], flags: object) => {
      const { reportCommand } = await import('../commands/report.ts');
      setStatus(await reportCommand(files, flags as Parameters<typeof reportCommand>[1], terminal));
    });
  withExamples(
    command,
    'vigie report monday.ndjson --at 2026-11-23T10:15 --json',
    'vigie report queue_log.1 queue_log --format asterisk-queue-log --interval 30m --csv',
  );
};

export const defineImport: Define = (program, terminal, setStatus) => {
  const command = program
    .command('import')
    .summary('loads history with its own times')
    .description(
      'Posts the events of recordings to a running service as history: each counts at its own time, however late it comes. Sent twice it changes nothing. What the service no longer looks at (retention.fine) is not counted anew: vigie rebuild does that, and vigie report computes it from the files.',
    )
    .argument('<files...>', 'recordings; - is standard input')
    .addOption(formatOption())
    .addOption(configOption())
    .addOption(toOption())
    .addOption(jsonOption())
    .action(async (files: string[], flags: object) => {
      const { importCommand } = await import('../commands/replay.ts');
      setStatus(await importCommand(files, flags as Parameters<typeof importCommand>[1], terminal));
    });
  withExamples(
    command,
    'vigie import october.ndjson --to http://localhost:8080',
    'vigie import queue_log.2 queue_log.1 --format asterisk-queue-log --to http://localhost:8080',
  );
};

export const defineReplay: Define = (program, terminal, setStatus) => {
  const command = program
    .command('replay')
    .summary('plays a recording into a running service')
    .description(
      'Posts the events of recordings to a running service in the order they happened, as fast as asked for. What is refused goes to standard error, with its reason.',
    )
    .argument('<files...>', 'recordings; - is standard input')
    .addOption(formatOption())
    .addOption(configOption())
    .option('--speed <speed>', 'times real time, such as 60x, or max', '1x')
    .option(
      '--shift-to-now',
      'move all instants by one constant, so that the last falls on the end of the replay',
    )
    .addOption(toOption())
    .addOption(jsonOption())
    .action(async (files: string[], flags: object) => {
      const { replayCommand } = await import('../commands/replay.ts');
      setStatus(await replayCommand(files, flags as Parameters<typeof replayCommand>[1], terminal));
    });
  withExamples(command, 'vigie replay monday.ndjson --speed 60x --shift-to-now --to http://localhost:8080');
};
