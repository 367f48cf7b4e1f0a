import { Buffer } from 'node:buffer';
import { main } from './main.ts';
import type { Terminal } from './terminal.ts';

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `vigie` in this process, with a standard input of its own. */
export async function vigie(args: readonly string[], stdin = ''): Promise<Ran> {
  let out = '';
  let err = '';
  const terminal: Terminal = {
    out: async (text) => void (out += text),
    err: (text) => void (err += text),
    stdin: (async function* () {
      yield Buffer.from(stdin);
    })(),
    watched: false,
  };
  const status = await main(args, terminal);
  return { status, out, err };
}
