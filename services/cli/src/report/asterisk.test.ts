import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkConfiguration, type Configuration, type KpiValue } from '@vigie/contracts';
import { describe, expect, test } from 'vitest';
import { readEvents } from '../input/read-events.ts';
import { queueLogSettings } from '../configuration.ts';
import { makeReport } from './run.ts';

/** Recordings of a real PBX and the account of what happened in them: see the README beside them. */
const RECORDINGS = new URL('../../../../packages/sources/fixtures/asterisk/', import.meta.url);

type Account = Readonly<Record<string, number>>;
interface Truth {
  readonly fromQueueLog: Readonly<Record<string, Account>>;
}
const truthOf = (run: string): Truth =>
  JSON.parse(readFileSync(new URL(`${run}/truth.json`, RECORDINGS), 'utf8')) as Truth;

/** The thresholds of the PBX, with its own formula: answered within / answered. */
function configurationFor({ fromQueueLog }: Truth): Configuration {
  const queues = Object.fromEntries(
    Object.entries(fromQueueLog).map(([queue, { serviceLevelSeconds }]) => [
      queue,
      { channel: 'voice', serviceLevel: { threshold: `${serviceLevelSeconds}s`, formula: 'answered_only' } },
    ]),
  );
  const checked = checkConfiguration({ queues });
  if (!checked.ok) throw new Error(checked.problems[0]?.message);
  return checked.configuration;
}

async function figuresOf(run: string, files: readonly string[], atMs: number) {
  const truth = truthOf(run);
  const configuration = configurationFor(truth);
  const paths = files.map((file) => fileURLToPath(new URL(`${run}/${file}`, RECORDINGS)));
  const rejected: string[] = [];
  const { report } = await makeReport(
    readEvents({
      files: paths,
      format: 'asterisk-queue-log',
      stdin: (async function* () {})(),
      queueLog: queueLogSettings(configuration),
    }),
    {
      configuration,
      at: [{ kind: 'instant', timeMs: atMs }],
      as: 'known',
      allowedLatenessMs: undefined,
      interval: undefined,
      by: undefined,
      centre: undefined,
    },
    {
      rejected: ({ line }, reason) => void rejected.push(`${line}: ${reason}`),
      note: () => undefined,
      progress: () => undefined,
    },
  );
  const kpisOf = (queue: string): Readonly<Record<string, KpiValue>> =>
    report.snapshots[0]?.rows.find(
      (row) => row.queue === queue && row.channel === 'voice' && row.window === 'today',
    )?.kpis ?? {};
  return { truth, report, rejected, kpisOf };
}

const value = (figure: KpiValue | undefined): number => figure?.value ?? 0;
/** A mean times its sample: the sum it was made of, whole seconds here. */
const total = (mean: KpiValue | undefined): number => Math.round(value(mean) * (mean?.n ?? 0) * 1000) / 1000;

const CUT_MS = 1_795_312_527_812;

describe.each([
  ['in the order they were written', ['queue_log.0', 'queue_log']],
  ['in any order', ['queue_log', 'queue_log.0']],
])('a recording of 225 calls, rotated, files %s', (_, files) => {
  const figures = figuresOf('run-a', files, CUT_MS);

  test.each(Object.entries(truthOf('run-a').fromQueueLog))('%s', async (queue, account) => {
    const kpis = (await figures).kpisOf(queue);
    const by = kpis['flow_outs']?.by ?? {};
    expect({
      entered: value(kpis['offered']),
      answered: value(kpis['answered']),
      abandoned: value(kpis['abandoned']),
      // A timeout after which the call went straight on to another queue is shown as an overflow.
      timeout: (by['timeout'] ?? 0) + (by['overflow'] ?? 0),
      empty: by['empty'] ?? 0,
      keyExit: by['key_exit'] ?? 0,
      withdrawn: by['withdrawn'] ?? 0,
      waitingAtEnd: value(kpis['waiting_now']),
      talkingAtEnd: value(kpis['in_progress_now']),
      handled: value(kpis['handled']),
      answeredWithinServiceLevel: total(kpis['service_level']),
      sumHoldSecondsAnswered: total(kpis['asa']),
      sumWaitSecondsAbandoned: total(kpis['avg_abandon_time']),
      sumWaitSecondsOtherExits:
        total(kpis['avg_wait']) - total(kpis['asa']) - total(kpis['avg_abandon_time']),
      sumTalkSeconds: total(kpis['avg_talk_time']),
    }).toEqual({
      ...Object.fromEntries(
        [
          ...['entered', 'answered', 'abandoned', 'timeout', 'empty', 'keyExit', 'withdrawn', 'waitingAtEnd'],
          ...['talkingAtEnd', 'answeredWithinServiceLevel', 'sumHoldSecondsAnswered'],
          ...['sumWaitSecondsAbandoned', 'sumWaitSecondsOtherExits', 'sumTalkSeconds'],
        ].map((name) => [name, account[name]]),
      ),
      handled: (account['answered'] ?? 0) - (account['talkingAtEnd'] ?? 0),
    });
  });

  test('every line and event is accounted for', async () => {
    const { report, rejected } = await figures;
    const { lines, read, applied } = report.events;
    expect({ lines, read: read > 0, applied, rejected }).toEqual({
      lines: 790,
      read: true,
      applied: read,
      rejected: [],
    });
  });
});

describe('a recording with two restarts and half a line', () => {
  const figures = figuresOf('run-b', ['queue_log'], 1_795_310_985_152);

  test.each(Object.entries(truthOf('run-b').fromQueueLog))('%s', async (queue, account) => {
    const kpis = (await figures).kpisOf(queue);
    expect({
      entered: value(kpis['offered']),
      answered: value(kpis['answered']),
      abandonLines: value(kpis['abandoned']),
      answeredWithinServiceLevel: total(kpis['service_level']),
      sumHoldSecondsAnswered: total(kpis['asa']),
      flowOuts: value(kpis['flow_outs']),
    }).toEqual({
      ...Object.fromEntries(
        ['entered', 'answered', 'abandonLines', 'answeredWithinServiceLevel', 'sumHoldSecondsAnswered'].map(
          (name) => [name, account[name]],
        ),
      ),
      flowOuts: 0,
    });
  });

  test('calls open at the crash are lost, neither waiting nor talking on', async () => {
    const { kpisOf, truth } = await figures;
    const without = truth.fromQueueLog['standard'] ?? {};
    expect(without['noOutcomeLine']).toBe(6);
    expect(value(kpisOf('standard')['waiting_now'])).toBe(4);
    expect(without['noEndLineAfterConnect']).toBe(3);
    expect(value(kpisOf('standard')['in_progress_now'])).toBe(1);
  });

  test('the half line is told with its number, and counted among the lines only', async () => {
    const { report, rejected } = await figures;
    expect(rejected).toEqual([expect.stringContaining('132: half_line')]);
    expect(report.events).toMatchObject({ lines: 132, rejected: 0 });
  });
});
