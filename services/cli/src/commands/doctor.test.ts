import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Terminal } from '../terminal.ts';
import { doctorCommand } from './doctor.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigie-doctor-'));
});
afterEach(async () => await rm(directory, { recursive: true }));

interface Report {
  readonly ok: boolean;
  readonly checks: readonly { readonly check: string; readonly verdict: string; readonly todo?: string }[];
}

/** Runs it with a configuration of this text. */
async function examine(yaml: string, env: Record<string, string> = {}): Promise<[number, Report]> {
  const config = join(directory, 'vigie.yaml');
  await writeFile(config, `dataDirectory: ${directory}/data\nserver: { port: 1 }\n${yaml}`);
  let out = '';
  const terminal: Terminal = {
    out: async (text) => void (out += text),
    err: () => undefined,
    stdin: (async function* () {})(),
    watched: false,
  };
  const status = await doctorCommand({ config, json: true }, terminal, env);
  return [status, JSON.parse(out) as Report];
}
const failed = ({ checks }: Report) =>
  checks.filter(({ verdict }) => verdict === 'fail').map(({ check }) => check);

test('one process without a service is well, and what is not there is not looked at', async () => {
  const [status, report] = await examine('');
  expect([status, report.ok, failed(report)]).toEqual([0, true, []]);
  const skipped = report.checks.filter(({ verdict }) => verdict === 'skip').map(({ check }) => check);
  expect(skipped).toEqual(['kafka', 'redis', 'service http://127.0.0.1:1']);
});

test('what cannot be reached is named, with what to do, and the exit status is 1', async () => {
  const env = { VIGIE_REDIS_URL: 'redis://127.0.0.1:1', VIGIE_KAFKA_BROKERS: '127.0.0.1:1' };
  const [status, report] = await examine('', env);
  expect([status, report.ok, failed(report)]).toEqual([1, false, ['kafka', 'redis']]);
  for (const { verdict, todo } of report.checks) if (verdict === 'fail') expect(todo).toBeTruthy();
});

test('a wrong configuration is the first thing to mend', async () => {
  const [status, report] = await examine('windows: [7]');
  expect([status, failed(report)]).toEqual([1, ['configuration']]);
});

test('a data directory that is a file, and a log that is kept too shortly, are refused', async () => {
  await writeFile(join(directory, 'data'), '');
  const [, report] = await examine('retention: { log: 5d }');
  expect(failed(report)).toEqual(['retention.log', 'data directory']);
});

test('the file of a source that does not exist is warned of', async () => {
  const [status, report] = await examine(
    `sources: { pbx: { type: asterisk-queue-log, file: ${directory}/none } }`,
  );
  expect(status).toBe(0);
  expect(report.checks.find(({ check }) => check === 'source pbx')?.verdict).toBe('warn');
});
