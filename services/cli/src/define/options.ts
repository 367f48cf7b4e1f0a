import { Option, type Command } from 'commander';
import { FORMATS } from '../input/formats.ts';
import type { Terminal } from '../terminal.ts';

/** Sets the exit status when it is not 0. */
export type SetStatus = (status: number) => void;

/** Adds commands to the program. */
export type Define = (program: Command, terminal: Terminal, setStatus: SetStatus) => void;

/** Shows examples at the end of a command's `--help`. */
export function withExamples(command: Command, ...lines: readonly string[]): Command {
  const heading = lines.length > 1 ? 'Examples' : 'Example';
  return command.addHelpText('after', `\n${heading}:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
}

export const collect = (value: string, previous: readonly string[] = []): readonly string[] => [
  ...previous,
  value,
];

export const configOption = (): Option =>
  new Option('--config <file>', 'the configuration (default: vigie.yaml in this directory, if there is one)');

export const formatOption = (): Option =>
  new Option('--format <format>', 'what the files hold').choices(FORMATS).default('cloudevents');

export const jsonOption = (): Option => new Option('--json', 'print one JSON document');

export const toOption = (): Option =>
  new Option('--to <url>', 'address of the service, such as http://localhost:8080').makeOptionMandatory();
