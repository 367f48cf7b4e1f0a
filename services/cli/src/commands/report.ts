import { formatDuration, parseDuration } from '@vigie/contracts';
import type { IntervalSize, RollUp } from '@vigie/engine';
import { FailedError, UsageError } from '../errors.ts';
import type { Format } from '../input/formats.ts';
import { placeText, readEvents } from '../input/read-events.ts';
import { parseAt } from '../report/at.ts';
import { queueLogSettings, reportConfiguration } from '../configuration.ts';
import { printJson } from '../report/print-json.ts';
import { printCsv, printTable } from '../report/print-lines.ts';
import { makeReport } from '../report/run.ts';
import { shown, type Terminal } from '../terminal.ts';

/** Options of `vigie report` as they were typed. */
export interface ReportFlags {
  readonly format: Format;
  readonly config?: string;
  readonly at?: readonly string[];
  readonly as: 'known' | 'shown';
  readonly lateness?: string;
  readonly interval?: keyof typeof INTERVALS;
  readonly by?: RollUp;
  readonly centre?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

export const INTERVALS = { '15m': 900_000, '30m': 1_800_000, '1h': 3_600_000, day: 'day' } as const;
/** Progress is told each time this many more events were read. */
const PROGRESS_EVERY = 50_000;

/** `vigie report`: figures of recordings, offline. Answers the exit status. */
export async function reportCommand(
  files: readonly string[],
  flags: ReportFlags,
  terminal: Terminal,
): Promise<number> {
  const at = (flags.at ?? []).map(parseAt);
  const interval: IntervalSize | undefined = flags.interval && INTERVALS[flags.interval];
  const allowedLatenessMs = flags.lateness === undefined ? undefined : latenessOf(flags.lateness);
  if (files.filter((file) => file === '-').length > 1)
    throw new UsageError('- is given twice: standard input can be read once');
  const note = (sentence: string): void => terminal.err(`vigie: ${shown(sentence)}\n`);
  const configuration = await reportConfiguration(flags.config, note);
  const { format, as, by, centre } = flags;
  if (by !== undefined && interval === undefined)
    throw new UsageError(`--by ${by} is about interval rows: give --interval as well`);
  if (format !== 'cloudevents' && as === 'shown')
    throw new FailedError(`--as shown needs ingestedtime on the events, which ${format} does not have`);
  const queueLog = queueLogSettings(configuration);
  const batches = readEvents({ files, format, stdin: terminal.stdin, queueLog });
  const progress = progressOn(terminal);
  const { report, hasValid } = await makeReport(
    batches,
    { configuration, at, as, allowedLatenessMs, interval, by, centre },
    {
      rejected(place, reason) {
        progress.clear();
        terminal.err(`${shown(placeText(place))}: ${shown(reason)}\n`);
      },
      note(sentence) {
        progress.clear();
        note(sentence);
      },
      progress: progress.show,
    },
  );
  progress.clear();
  if (flags.json === true) await printJson(report, terminal);
  else if (flags.csv === true) await printCsv(report, terminal);
  else await printTable(report, terminal);
  if (!hasValid) terminal.err(`vigie: there is no valid event in ${shown(files.join(', '))}\n`);
  return hasValid ? 0 : 1;
}

function latenessOf(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new UsageError(
    `--lateness ${text} is not a duration: expected such as ${formatDuration(86_400_000)}, 24h or 90m`,
  );
}

function progressOn({ watched, err }: Terminal) {
  let told = 0;
  let visible = false;
  return {
    show(read: number): void {
      if (!watched || read - told < PROGRESS_EVERY) return;
      told = read;
      visible = true;
      err(`\r${read} events read`);
    },
    clear(): void {
      if (visible) err('\r\u001B[K');
      visible = false;
    },
  };
}
