import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IntervalRow } from '@vigie/engine';
import { afterAll, describe, expect, test } from 'vitest';
import type { Accounts, ReportSnapshot } from '../report/document.ts';
import { vigie } from '../terminal.testkit.ts';

const scratch = mkdtempSync(join(tmpdir(), 'vigie-report-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const fileOf = (name: string, text: string): string => {
  const file = join(scratch, name);
  writeFileSync(file, text);
  return file;
};

interface Document {
  readonly events: Accounts;
  readonly snapshots: readonly ReportSnapshot[];
  readonly intervals?: readonly IntervalRow[];
}
const documentOf = (out: string): Document => JSON.parse(out) as Document;

const event = (
  type: string,
  time: string,
  contact: string,
  more: object = {},
  envelope: object = {},
): string =>
  `${JSON.stringify({
    specversion: '1.0',
    id: `${contact}-${type}`,
    source: 'pbx://a',
    type: `vigie.contact.${type}`,
    time,
    ...envelope,
    data: { contact: { id: contact, segmentId: `s-${contact}` }, queue: { id: 'sales' }, ...more },
  })}\n`;
const FIRST = event('queued', '2026-11-23T09:00:00Z', 'c1');
const SECOND = event('answered', '2026-11-23T09:00:12Z', 'c1', { agent: { id: 'ann' } });

const figure = (document: Document, kpi: string, window = '30m', queue = 'sales') =>
  document.snapshots[0]?.rows.find(
    (row) => row.queue === queue && row.window === window && row.channel !== '_all',
  )?.kpis[kpi];

test('files and standard input, in any order, give the same document', async () => {
  const first = fileOf('first.ndjson', FIRST);
  const one = await vigie(['report', first, '-', '--json', '--interval', '15m'], SECOND);
  const two = await vigie(['report', '-', first, '--json', '--interval', '15m'], SECOND);
  expect(one).toEqual({ status: 0, err: '', out: two.out });
  expect(figure(documentOf(one.out), 'asa')).toEqual({ value: 12, n: 1 });
});

test('a document says what /v1/snapshot says, of every window, queue and KPI', async () => {
  const { out } = await vigie(['report', '-', '--json'], FIRST + SECOND);
  const [snapshot] = documentOf(out).snapshots;
  expect(snapshot).toMatchObject({
    centre: 'default',
    asOf: '2026-11-23T09:00:12.000Z',
    watermark: null,
    state: 'live',
    configVersion: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
    agents: [{ agent: 'ann', state: 'on_contact', since: '2026-11-23T09:00:12.000Z', queues: ['sales'] }],
  });
  const names = snapshot?.rows.map(({ queue, channel, window }) => `${queue} ${channel} ${window}`);
  const windows = ['5m', '15m', '30m', '60m', 'today'];
  expect(names).toEqual(
    ['sales voice', '_all voice', '_all _all'].flatMap((row) => windows.map((window) => `${row} ${window}`)),
  );
});

test('rows carry targets and their status', async () => {
  const config = fileOf(
    'targets.yaml',
    'queues: { sales: { targets: { asa: { target: 10, minSample: 1 } } } }',
  );
  const { out } = await vigie(['report', '-', '--json', '--config', config], FIRST + SECOND);
  expect(figure(documentOf(out), 'asa')).toEqual({ value: 12, n: 1, target: 10, status: 'alert' });
  expect(figure(documentOf(out), 'service_level')).toMatchObject({ target: 0.8, status: 'none' });
});

test('rejected lines go to standard error with file, line and reason', async () => {
  const file = fileOf('some.ndjson', `${FIRST}\nnot json\n${SECOND}{"type":"vigie.nothing"}`);
  const { status, out, err } = await vigie(['report', file, '--json']);
  expect(status).toBe(0);
  expect(err.split('\n')).toEqual([
    expect.stringContaining(`${file}:3: the line is not JSON`),
    expect.stringContaining(`${file}:5: type is "vigie.nothing"`),
    '',
  ]);
  expect(documentOf(out).events).toMatchObject({ read: 4, applied: 2, rejected: 2 });
});

test('a line far too long is rejected and the next is read', async () => {
  const { out, err } = await vigie(['report', '-', '--json'], `${' '.repeat(300_000)}\n${FIRST}`);
  expect(err).toBe('-:1: the line is longer than 262144 bytes\n');
  expect(documentOf(out).events).toMatchObject({ read: 2, applied: 1, rejected: 1 });
});

test('with nothing valid the accounts are told and the status is 1', async () => {
  const { status, out, err } = await vigie(['report', '-', '--json'], '{}\n');
  expect(status).toBe(1);
  expect(documentOf(out)).toMatchObject({ events: { read: 1, rejected: 1 }, snapshots: [] });
  expect(err).toMatch(/there is no valid event in -/);
  expect((await vigie(['report', '-', '--json'])).status).toBe(1);
});

test('control characters of the input do not reach the terminal', async () => {
  const evil = event('queued', '2026-11-23T09:00:00Z', 'c1', { queue: { id: 'q\u001B[2J\u009B1' } });
  const { out } = await vigie(['report', '-', '--table'], evil);
  // oxlint-disable-next-line no-control-regex -- they are what must not get through
  expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

describe('times', () => {
  const zone = () => fileOf('paris.yaml', 'centre: { timeZone: Europe/Paris }');

  test('--at without offset is in the zone of the centre, and may be repeated', async () => {
    const args = [
      'report',
      '-',
      '--json',
      '--config',
      zone(),
      '--at',
      '2026-11-23T10:00:05',
      '--at',
      '2026-11-23T11:00',
    ];
    const { snapshots } = documentOf((await vigie(args, FIRST + SECOND)).out);
    expect(snapshots.map(({ asOf }) => asOf)).toEqual([
      '2026-11-23T09:00:05.000Z',
      '2026-11-23T10:00:00.000Z',
    ]);
    expect(snapshots[0]?.rows[0]?.kpis['waiting_now']?.value).toBe(1);
  });

  test('the zone may be the one that the recording itself tells', async () => {
    const changed = JSON.stringify({
      specversion: '1.0',
      id: 'v1',
      source: 'vigie://ingest',
      type: 'vigie.config.changed',
      time: '2026-11-23T08:00:00Z',
      data: {
        version: 'v1',
        effectiveFrom: '2026-11-23T08:00:00Z',
        body: { centre: { timeZone: 'Asia/Kolkata' } },
      },
    });
    const args = ['report', '-', '--json', '--at', '2026-11-23T14:45'];
    const { snapshots } = documentOf((await vigie(args, `${FIRST}${SECOND}${changed}\n`)).out);
    expect(snapshots[0]).toMatchObject({ asOf: '2026-11-23T09:15:00.000Z', configVersion: 'v1' });
  });

  test('an ambiguous one is refused', async () => {
    const args = ['report', '-', '--json', '--config', zone(), '--at', '2026-10-25T02:30'];
    const { status, out, err } = await vigie(args, FIRST);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(/ambiguous/);
  });

  test('intervals cover the local days of the events and are final once the lateness has passed', async () => {
    const last = event('queued', '2026-11-24T23:30:00Z', 'c2');
    const args = [
      'report',
      '-',
      '--json',
      '--config',
      zone(),
      '--interval',
      'day',
      '--at',
      '2026-11-25T23:00:00Z',
    ];
    const { intervals = [] } = documentOf((await vigie(args, FIRST + last)).out);
    expect(
      intervals.filter(({ queue }) => queue === 'sales').map(({ start, final }) => [start, final]),
    ).toEqual([
      ['2026-11-22T23:00:00.000Z', true],
      ['2026-11-23T23:00:00.000Z', true],
      ['2026-11-24T23:00:00.000Z', false],
    ]);
  });
});

describe('several centres', () => {
  const other = event('queued', '2026-11-23T09:00:00Z', 'x1', {}, { centre: 'nord' });

  test('the configured one is reported, the others are named', async () => {
    const { out, err } = await vigie(['report', '-', '--json'], FIRST + other);
    expect(err).toMatch(/centre default; not of nord \(1 events\): see --centre/);
    expect(documentOf(out)).toMatchObject({
      events: { read: 2, applied: 2 },
      snapshots: [{ centre: 'default' }],
    });
    expect(figure(documentOf(out), 'offered', 'today')?.value).toBe(1);
  });

  test('--centre names another', async () => {
    const { out } = await vigie(['report', '-', '--json', '--centre', 'nord'], FIRST + SECOND + other);
    expect(documentOf(out).snapshots[0]).toMatchObject({ centre: 'nord', asOf: '2026-11-23T09:00:00.000Z' });
  });

  test('a recording of one other centre only is reported as that one, and said so', async () => {
    const { out, err } = await vigie(['report', '-', '--json'], other);
    expect(documentOf(out).snapshots[0]?.centre).toBe('nord');
    expect(err).toMatch(/all events are of the centre nord/);
  });
});

test('--as shown says where ingestedtime is missing', async () => {
  const { status, out, err } = await vigie(['report', '-', '--as', 'shown', '--json'], FIRST);
  expect({ status, out }).toEqual({ status: 1, out: '' });
  expect(err).toMatch(/-:1: the event has no ingestedtime, which --as shown needs/);
});

test('--by adds interval rows up over the queues of a team or a site', async () => {
  const queues = {
    sales: { team: 'red' },
    help: { team: 'red', site: 'lyon' },
    vip: { team: 'blue', channel: 'voice' },
  };
  const config = fileOf('teams.json', JSON.stringify({ queues }));
  const help = event('queued', '2026-11-23T09:05:00Z', 'c2', { queue: { id: 'help' } });
  const args = ['report', '-', '--config', config, '--interval', 'day'];
  const byTeam = documentOf((await vigie([...args, '--by', 'team', '--json'], FIRST + SECOND + help)).out);
  const offered = byTeam.intervals?.map(({ team, channel, kpis }) => [team, channel, kpis['offered']?.value]);
  expect(offered).toEqual([
    ['blue', 'voice', 0],
    ['red', 'voice', 2],
  ]);
  const bySite = await vigie([...args, '--by', 'site', '--csv'], FIRST + SECOND + help);
  const day = '2026-11-23T00:00:00.000Z,2026-11-24T00:00:00.000Z,2026-11-23T00:00:00+00:00,false';
  expect(bySite.out.split('\r\n')).toEqual(
    expect.arrayContaining([
      'site,channel,start,end,label,final,kpi,value,n,reason,partial,by',
      `lyon,voice,${day},offered,1,1,,,`,
    ]),
  );
  expect((await vigie(['report', '-', '--by', 'team'], FIRST)).status).toBe(2);
});

test('--as shown judges intervals by what had come in', async () => {
  const lateAnswer = event(
    'answered',
    '2026-11-23T09:00:12Z',
    'c1',
    { agent: { id: 'ann' } },
    { ingestedtime: '2026-11-23T09:30:00Z' },
  );
  const entry = event('queued', '2026-11-23T09:00:00Z', 'c1', {}, { ingestedtime: '2026-11-23T09:00:00Z' });
  const answeredBy = async (at: string): Promise<string | undefined> => {
    const args = ['report', '-', '--as', 'shown', '--csv', '--interval', 'day', '--at', at];
    const { out } = await vigie(args, lateAnswer + entry);
    return out.split('\r\n').find((line) => line.startsWith('sales,') && line.includes(',answered,'));
  };
  expect(await answeredBy('2026-11-23T09:29:59Z')).toMatch(/,answered,0,0,/);
  expect(await answeredBy('2026-11-23T09:30:00Z')).toMatch(/,answered,1,1,/);
});

test('access rules and addresses of a running service have no say in a report', async () => {
  const config = fileOf('production.yaml', 'server: { host: 0.0.0.0 }\naccess: { keys: [] }\n');
  expect((await vigie(['report', '-', '--json', '--config', config], FIRST)).status).toBe(0);
});

describe('as lines', () => {
  test('--csv has one line a queue, window and KPI', async () => {
    const odd = event('queued', '2026-11-23T09:00:00Z', 'c1', { queue: { id: 'a,"b"' } });
    const { out } = await vigie(['report', '-', '--csv'], odd);
    const lines = out.split('\r\n');
    expect(lines[0]).toBe('at,queue,channel,window,kpi,value,n,status,target,reason,since,partial,by');
    expect(lines).toContain(
      '2026-11-23T09:00:00.000Z,"a,""b""",voice,30m,longest_wait_now,0,,,,,2026-11-23T09:00:00.000Z,,',
    );
    expect(lines).toContain('2026-11-23T09:00:00.000Z,"a,""b""",voice,today,asa,,0,,,no_data,,,');
  });

  test('--csv has the interval rows when --interval is given', async () => {
    const { out } = await vigie(['report', '-', '--csv', '--interval', '1h'], FIRST + SECOND);
    const lines = out.trimEnd().split('\r\n');
    expect(lines[0]).toBe('queue,channel,start,end,label,final,kpi,value,n,reason,partial,by');
    expect(lines).toContain(
      'sales,voice,2026-11-23T09:00:00.000Z,2026-11-23T10:00:00.000Z,2026-11-23T09:00:00+00:00,false,asa,12,1,,,',
    );
    const hours = lines.filter((line) => line.startsWith('sales,voice,') && line.includes(',asa,'));
    expect(hours).toHaveLength(24);
  });

  test('--table is for people, and the default', async () => {
    const { out } = await vigie(['report', '-'], FIRST + SECOND);
    expect(out).toMatch(/^events: read 2, applied 2, /);
    expect(out).toMatch(/^sales +voice +30m +service_level +100\.0 % +1 +none$/m);
    expect(out).toMatch(/^sales +voice +30m +asa +12\.0 s +1$/m);
    expect((await vigie(['report', '-', '--table'], FIRST + SECOND)).out).toBe(out);
  });
});
