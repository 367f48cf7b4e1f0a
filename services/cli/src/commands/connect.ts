import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { openPositions } from '@vigie/ingest';
import { QueueLogConnector } from '@vigie/sources';
import { queueLogSettings, reportConfiguration } from '../configuration.ts';
import { runConnector, type ConnectListener } from '../connect/run.ts';
import { keyedFetch } from '../keyed-fetch.ts';
import { shown, type Terminal } from '../terminal.ts';
import { urlOf } from './replay.ts';

export interface ConnectFlags {
  readonly file: string;
  readonly to: string;
  readonly label?: string;
  readonly centre?: string;
  readonly data: string;
  readonly config?: string;
}

/**
 * `vigie connect`: follows a source beside a remote PBX and posts its events, until SIGINT or SIGTERM. Answers the exit
 * status.
 */
export async function connectCommand(
  type: string,
  flags: ConnectFlags,
  terminal: Terminal,
  stop: AbortSignal = stopSignal(),
): Promise<number> {
  const say = (sentence: string): void => terminal.err(`vigie: ${shown(sentence)}\n`);
  const to = urlOf(flags.to);
  const configuration = await reportConfiguration(flags.config, say);
  // where nothing is said of the centre, the service knows
  const { centre: _own, ...settings } = queueLogSettings(configuration);
  const name = `${type}-${flags.label ?? hostname()}`;
  const positions = openPositions(resolve(flags.data));
  const position = await positions.load(name);
  const file = resolve(flags.file);
  const connector = new QueueLogConnector({
    ...settings,
    source: `asterisk://${encodeURIComponent(flags.label ?? hostname())}/queue_log`,
    file,
    ...(flags.centre === undefined ? {} : { centre: flags.centre }),
    allowedLatenessMs: configuration.semantic.time.allowedLatenessMs,
    ...(position === undefined ? {} : { position }),
  });
  say(`following ${file}${position === undefined ? '' : ' from where it was left'}, posting to ${to}`);
  let fault: string | undefined;
  const listener: ConnectListener = {
    refused: (id, reason) => say(`event ${id} was refused: ${reason}`),
    failed: (reason) => {
      if (reason !== fault) say(`${reason}: nothing is lost, trying again`);
      fault = reason;
    },
    delivered: (events) => {
      if (fault !== undefined) say(`the service takes events again (${events} delivered)`);
      fault = undefined;
    },
  };
  const world = { positions, fetch: keyedFetch(process.env) };
  await runConnector({ to, name, centre: flags.centre, connector, ...world }, listener, stop);
  const { counts } = connector.status();
  await terminal.out(
    `${Object.entries(counts)
      .map(([what, n]) => `${what} ${n}`)
      .join(', ')}\n`,
  );
  return 0;
}

function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  return stopping.signal;
}
