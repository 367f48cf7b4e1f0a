import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../errors.ts';
import type { Format } from '../input/formats.ts';
import { placeText, readEvents } from '../input/read-events.ts';
import { parseSpeed } from '../replay/plan.ts';
import type { PostWorld } from '../replay/post.ts';
import { replay } from '../replay/run.ts';
import { queueLogSettings, reportConfiguration } from '../configuration.ts';
import { shown, type Terminal } from '../terminal.ts';

export interface ReplayFlags {
  readonly format: Format;
  readonly config?: string;
  readonly speed: string;
  readonly shiftToNow?: boolean;
  readonly to: string;
  readonly json?: boolean;
}

/** `vigie replay`: plays recordings into a running service. Answers the exit status. */
export async function replayCommand(
  files: readonly string[],
  flags: ReplayFlags,
  terminal: Terminal,
): Promise<number> {
  const speed = parseSpeed(flags.speed);
  const to = urlOf(flags.to);
  const configuration = await reportConfiguration(flags.config, (sentence) =>
    terminal.err(`vigie: ${shown(sentence)}\n`),
  );
  const queueLog = queueLogSettings(configuration);
  const batches = readEvents({ files, format: flags.format, stdin: terminal.stdin, queueLog });
  let retries = 0;
  const world: PostWorld = {
    fetch,
    clock: Date.now,
    pause: async (ms) => await sleep(ms),
    onRetry: (reason) => {
      if (retries++ === 0) terminal.err(`vigie: ${shown(reason)}: trying again\n`);
    },
  };
  const result = await replay(batches, { to, speed, shiftToNow: flags.shiftToNow ?? false }, world, {
    rejected: (place, reason) => terminal.err(`${shown(placeText(place))}: ${shown(reason)}\n`),
    progress(posted, total) {
      retries = 0;
      if (terminal.watched)
        terminal.err(`\r${posted} of ${total} events posted${posted === total ? '\n' : ''}`);
    },
  });
  const { read, accepted, rejected, byCode } = result;
  if (flags.json === true) await terminal.out(`${JSON.stringify(result)}\n`);
  else {
    const codes = Object.entries(byCode).map(([code, count]) => `${code} ${count}`);
    const why = codes.length === 0 ? '' : ` (${codes.join(', ')})`;
    await terminal.out(`read ${read}, accepted ${accepted}, rejected ${rejected}${why}\n`);
  }
  if (accepted === 0) terminal.err('vigie: no event was accepted\n');
  return accepted > 0 ? 0 : 1;
}

/** The address of a service as it was typed; throws {@link UsageError} when it is none. */
export function urlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError(`--to ${text} is not an address: expected such as http://localhost:8080`);
  return text;
}
