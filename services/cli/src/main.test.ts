import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { vigie } from './terminal.testkit.ts';

const scratch = mkdtempSync(join(tmpdir(), 'vigie-cli-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const COMMANDS = [
  ...['start', 'report', 'replay', 'simulate', 'ingest', 'aggregator', 'gateway', 'check-config', 'kpis'],
];

describe('help', () => {
  test('lists every command', async () => {
    const { status, out } = await vigie(['--help']);
    expect(status).toBe(0);
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  test.each(COMMANDS)('of %s ends with an example of it', async (command) => {
    const { status, out } = await vigie([command, '--help']);
    expect(status).toBe(0);
    expect(out).toMatch(new RegExp(`Examples?:\\n {2}\\$ vigie ${command} `));
  });
});

describe('wrong usage ends with status 2', () => {
  test.each([
    [['reprot'], /unknown command 'reprot'[^]*Did you mean report/],
    [['report', 'x', '--jsno'], /unknown option '--jsno'[^]*Did you mean --json/],
    [['report'], /missing required argument 'files'/],
    [['report', 'x', '--json', '--csv'], /cannot be used with/],
    [['start', '--port', '99999'], /'99999' is invalid. A whole number from 0 to 65535 is expected/],
    [['report', 'x', '--interval', '20m'], /15m, 30m, 1h, day/],
    [['report', 'x', '--at', 'noon'], /--at noon is not a time/],
    [['report', 'x', '--lateness', 'long'], /--lateness long is not a duration/],
    [['replay', 'x', '--to', 'localhost'], /--to localhost is not an address/],
    [['replay', 'x', '--to', 'http://localhost', '--speed', 'fast'], /--speed fast is not a speed/],
    [['replay', 'x'], /required option '--to/],
    [['simulate', '--to', 'http://localhost', '--rate', '0'], /--rate 0 is not a rate/],
    [['simulate', '--to', 'http://localhost', '--seed', 'x'], /--seed x is not a whole number/],
    [['kpis', 'more'], /too many arguments/],
    [[], /Usage: vigie/],
  ])('%j', async (args, message) => {
    const { status, out, err } = await vigie(args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(message);
  });
});

describe('what cannot be done ends with status 1', () => {
  test.each([
    [['report', join(scratch, 'none')], /none does not exist/],
    [['report', scratch], /is a directory/],
    [['report', join(scratch, 'none'), '--format', 'asterisk-queue-log'], /none does not exist/],
    [['report', '-', '--config', join(scratch, 'none.yaml')], /none\.yaml does not exist/],
    [['check-config', '--config', join(scratch, 'none.yaml')], /none\.yaml does not exist/],
    [['report', '-', '--format', 'asterisk-queue-log', '--as', 'shown'], /--as shown needs ingestedtime/],
  ])('%j', async (args, message) => {
    const { status, out, err } = await vigie(args);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(message);
  });
});

describe('check-config', () => {
  const configured = async (text: string, ...more: string[]) => {
    const file = join(scratch, 'vigie.yaml');
    writeFileSync(file, text);
    return { file, ...(await vigie(['check-config', '--config', file, ...more])) };
  };

  test('says ok, and which keys have no effect yet', async () => {
    const { status, out, file } = await configured(
      'sources: { raw: { type: kafka, topic: vigie.incoming } }\n',
    );
    expect(status).toBe(0);
    expect(out).toBe(`ok: ${file}\nnote: sources.raw is not yet in force: no source of type kafka is read\n`);
  });

  test('tells every problem with its path, its value and what was expected', async () => {
    const { status, err } = await configured('windows: [7]\nqueus: {}\n');
    expect(status).toBe(1);
    expect(err).toMatch(/windows\.0 is 7: expected/);
    expect(err).toMatch(/queus is not a known key: did you mean "queues"\?/);
  });

  test('as JSON', async () => {
    const { status, out } = await configured('server: { port: 99999 }\n', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, problems: [{ path: 'server.port', value: 99999 }] });
  });
});

describe('kpis', () => {
  test('as JSON is the catalogue of the API', async () => {
    const { out } = await vigie(['kpis', '--json']);
    const { kpis } = JSON.parse(out) as { kpis: { id: string }[] };
    expect(kpis.find(({ id }) => id === 'service_level')).toMatchObject({
      name: { en: 'Service level', fr: 'Niveau de service' },
      unit: 'ratio',
      better: 'higher',
      metric: 'vigie_service_level_ratio',
    });
  });

  test('speaks French', async () => {
    expect((await vigie(['kpis', '--lang', 'fr'])).out).toMatch(
      /^service_level +Niveau de service \(NS\) +ratio/m,
    );
  });
});
