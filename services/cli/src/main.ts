import { CommanderError, type Command } from 'commander';
import { FailedError, UsageError } from './errors.ts';
import { createProgram } from './program.ts';
import { processTerminal, shown, type Terminal } from './terminal.ts';

/** Runs the `vigie` command. Answers the exit status: 0 done, 1 it could not be done, 2 wrong usage. */
export async function main(args: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let status = 0;
  const program = createProgram(terminal, (value) => {
    status = value;
  });
  configure(program, terminal);
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return told(error, terminal);
  }
}

/** Commander neither ends the process nor writes past the terminal. */
function configure(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => void terminal.out(text),
    writeErr: (text) => terminal.err(text),
    outputError: (text, write) => write(text.replace(/^error: /, 'vigie: ')),
  });
  for (const sub of command.commands) configure(sub, terminal);
}

function told(error: unknown, terminal: Terminal): number {
  const say = (message: string): void => {
    for (const line of message.split('\n')) terminal.err(`vigie: ${shown(line)}\n`);
  };
  if (error instanceof UsageError) {
    say(error.message);
    return 2;
  }
  const isPlain = error instanceof FailedError || (error as Error | undefined)?.name === 'ConfigError';
  say(isPlain ? (error as Error).message : ((error as Error | undefined)?.stack ?? String(error)));
  return 1;
}
