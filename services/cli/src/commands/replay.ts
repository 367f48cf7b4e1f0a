import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../errors.ts';
import type { Format } from '../input/formats.ts';
import { placeText, readEvents } from '../input/read-events.ts';
import { parseSpeed } from '../replay/plan.ts';
import { replay, type ReplayOptions } from '../replay/run.ts';
import { keyedFetch } from '../keyed-fetch.ts';
import { queueLogSettings, reportConfiguration } from '../configuration.ts';
import { shown, type Terminal } from '../terminal.ts';

interface PostFlags {
  readonly format: Format;
  readonly config?: string;
  readonly to: string;
  readonly json?: boolean;
}

export interface ReplayFlags extends PostFlags {
  readonly speed: string;
  readonly shiftToNow?: boolean;
}

/** `vigie replay`: plays recordings into a running service. Answers the exit status. */
export async function replayCommand(
  files: readonly string[],
  flags: ReplayFlags,
  terminal: Terminal,
): Promise<number> {
  const options = {
    to: urlOf(flags.to),
    speed: parseSpeed(flags.speed),
    shiftToNow: flags.shiftToNow ?? false,
  };
  return await postRecordings(files, flags, options, terminal);
}

const HOUR_MS = 3_600_000;

/** `vigie import`: loads history with its own times into a running service. Answers the exit status. */
export async function importCommand(
  files: readonly string[],
  flags: PostFlags,
  terminal: Terminal,
): Promise<number> {
  const options = { to: urlOf(flags.to), speed: 'max', shiftToNow: false, isHistory: true } as const;
  return await postRecordings(files, flags, options, terminal);
}

async function postRecordings(
  files: readonly string[],
  flags: PostFlags,
  options: ReplayOptions,
  terminal: Terminal,
): Promise<number> {
  const configuration = await reportConfiguration(flags.config, (sentence) =>
    terminal.err(`vigie: ${shown(sentence)}\n`),
  );
  const queueLog = queueLogSettings(configuration);
  let retries = 0;
  const { fineMs } = configuration.retention;
  const result = await replay(
    readEvents({ files, format: flags.format, stdin: terminal.stdin, queueLog }),
    options.isHistory === true ? { ...options, oldAfterMs: fineMs } : options,
    {
      fetch: keyedFetch(process.env),
      clock: Date.now,
      pause: async (ms) => await sleep(ms),
      onRetry: (reason) => {
        if (retries++ === 0) terminal.err(`vigie: ${shown(reason)}: trying again\n`);
      },
    },
    {
      rejected: (place, reason) => terminal.err(`${shown(placeText(place))}: ${shown(reason)}\n`),
      progress(posted, total) {
        retries = 0;
        if (terminal.watched)
          terminal.err(`\r${posted} of ${total} events posted${posted === total ? '\n' : ''}`);
      },
    },
  );
  const { read, accepted, rejected, byCode, old = 0 } = result;
  if (flags.json === true) await terminal.out(`${JSON.stringify(result)}\n`);
  else {
    const codes = Object.entries(byCode).map(([code, count]) => `${code} ${count}`);
    const why = codes.length === 0 ? '' : ` (${codes.join(', ')})`;
    await terminal.out(`read ${read}, accepted ${accepted}, rejected ${rejected}${why}\n`);
  }
  if (accepted === 0) terminal.err('vigie: no event was accepted\n');
  if (old > 0) {
    terminal.err(
      `vigie: ${old} of the events accepted are older than ${Math.round(fineMs / HOUR_MS)} h (retention.fine): they are in the log, but the ` +
        `windows and intervals of their time are closed. vigie rebuild has them counted; vigie report --interval gives their figures from the files\n`,
    );
  }
  return accepted > 0 ? 0 : 1;
}

/** The address of a service as it was typed; throws {@link UsageError} when it is none. */
export function urlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError(`--to ${text} is not an address: expected such as http://localhost:8080`);
  return text;
}
