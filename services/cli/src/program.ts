import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import {
  defineCheckConfig,
  defineDoctor,
  defineInspect,
  defineKpis,
  defineRebuild,
} from './define/information.ts';
import type { SetStatus } from './define/options.ts';
import { defineImport, defineReplay, defineReport } from './define/recordings.ts';
import { defineKey } from './define/key.ts';
import { defineConnect } from './define/connect.ts';
import { defineRoles, defineSimulate, defineStart } from './define/services.ts';
import type { Terminal } from './terminal.ts';

const DEFINITIONS = [
  defineStart,
  defineReport,
  defineReplay,
  defineImport,
  defineConnect,
  defineSimulate,
  defineRoles,
  defineCheckConfig,
  defineKey,
  defineKpis,
  defineDoctor,
  defineInspect,
  defineRebuild,
];

/** All commands of `vigie`. What a command needs is imported when it runs, so that each starts fast. */
export function createProgram(terminal: Terminal, setStatus: SetStatus): Command {
  const program = new Command('vigie')
    .description('Real-time monitor for contact centres: live, exact, explainable figures.')
    .version(versionText(), '--version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand('help [command]', 'explain a command')
    .showSuggestionAfterError(true);
  for (const define of DEFINITIONS) define(program, terminal, setStatus);
  return program;
}

function versionText(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
