import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openEmbedded } from '@vigie/embedded';
import type { EventLog } from '@vigie/engine';
import { temporaryDirectory, waitFor } from '@vigie/testkit';
import { afterEach, describe, expect, test } from 'vitest';

import { type IngestUnderTest, readLog, ingestOn, LOG_OPTIONS, type StartOptions } from './ingest.testkit.ts';
import { HEARTBEAT_EVERY_MS } from './limits.ts';

const startIngest = ingestOn(async (directory) => await openEmbedded(directory, LOG_OPTIONS));

const running: IngestUnderTest[] = [];
const directories: string[] = [];
afterEach(async () => {
  for (const under of running.splice(0)) await under.stop();
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

async function ingest(options: StartOptions = {}): Promise<IngestUnderTest> {
  const under = await startIngest(options);
  running.push(under);
  return under;
}

async function stop(under: IngestUnderTest): Promise<void> {
  running.splice(running.indexOf(under), 1);
  await under.stop();
}

async function directory(): Promise<string> {
  const made = await temporaryDirectory('ingest');
  directories.push(made);
  return made;
}

const LINES = 'application/x-ndjson';
const queued = (id: string, changes: Record<string, unknown> = {}) =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source: 'test://acd',
    type: 'vigie.contact.queued',
    time: new Date().toISOString(),
    data: { contact: { id }, queue: { id: 'sales' } },
    ...changes,
  });

async function types(under: IngestUnderTest, centre: string): Promise<unknown[]> {
  return (await readLog(under.embedded.log))
    .filter((entry) => entry.centre === centre && entry.event['type'] !== 'vigie.source.heartbeat')
    .map(({ event }) => event['type']);
}

describe('the configuration', () => {
  test('stands before the first event of a centre, once', async () => {
    const under = await ingest();
    await under.post(LINES, [queued('1', { centre: 'lyon' }), queued('2')].join('\n'));
    await under.post(LINES, queued('3', { centre: 'lyon' }));
    expect(await types(under, 'lyon')).toEqual([
      'vigie.config.changed',
      'vigie.contact.queued',
      'vigie.contact.queued',
    ]);
    expect(await types(under, 'default')).toEqual(['vigie.config.changed', 'vigie.contact.queued']);
    expect(await under.metric('vigie_system_records_total{type="vigie.config.changed"}')).toBe(2);
  });

  test('is appended again after a restart only when its meaning changed', async () => {
    const place = await directory();
    await stop(await ingest({ directory: place }));
    await stop(await ingest({ directory: place, file: { centre: { name: 'Another name' } } }));
    await stop(await ingest({ directory: place, file: { centre: { timeZone: 'Europe/Paris' } } }));
    const under = await ingest({ directory: place, file: { centre: { timeZone: 'Europe/Paris' } } });
    expect(await types(under, 'default')).toEqual(['vigie.config.changed', 'vigie.config.changed']);
    expect((await under.embedded.log.configVersions()).map(({ centre }) => centre)).toEqual([
      'default',
      'default',
    ]);
  });

  test('centres beyond the cap are refused, named and counted', async () => {
    const under = await ingest({ file: { limits: { centres: 2 } } });
    const body = [queued('1', { centre: 'a' }), queued('2', { centre: 'b' }), queued('3')].join('\n');
    expect(await under.post(LINES, body)).toMatchObject({
      status: 202,
      body: {
        accepted: 2,
        rejected: [
          {
            index: 1,
            id: '2',
            code: 'invalid',
            reason: 'centre is "b": 2 others are known, and no more are taken (limits.centres)',
          },
        ],
      },
    });
    expect(await under.metric('vigie_events_rejected_total{reason="centre_limit"}')).toBe(1);
  });
});

test('heartbeats come for every known centre, at once and again', async () => {
  const under = await ingest();
  await under.post(LINES, queued('1', { centre: 'lyon' }));
  const beats = async (centre: string) =>
    (await readLog(under.embedded.log)).filter(
      (entry) => entry.centre === centre && entry.event['type'] === 'vigie.source.heartbeat',
    );
  await waitFor(async () => (await beats('lyon')).length > 0, {
    what: 'a heartbeat of the second centre',
    timeoutMs: HEARTBEAT_EVERY_MS * 4,
  });
  const [first, second] = await beats('default');
  expect(first?.event).toMatchObject({ source: 'vigie://ingest', data: { sources: [] } });
  expect(second).toBeDefined();
  expect(await under.metric('vigie_system_records_total{type="vigie.source.heartbeat"}')).toBeGreaterThan(1);
  expect(await under.metric('vigie_ingest_accepted_total')).toBe(1);
});

describe('a log that refuses', () => {
  function refusing(log: EventLog, state: { refuses: boolean }): EventLog {
    return new Proxy(log, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const wrapped = async (...parameters: unknown[]) => {
          if (state.refuses && (name === 'append' || name === 'deadLetter')) throw new Error('no broker');
          return (await Reflect.apply(value, target, parameters)) as unknown;
        };
        return wrapped;
      },
    });
  }

  test('is answered 503 with Retry-After, nothing is counted, and the same events are taken later', async () => {
    const state = { refuses: false };
    const under = await ingest({ wrapLog: (log) => refusing(log, state) });
    state.refuses = true;
    const body = `${queued('1')}\nbroken`;
    const answer = await under.post(LINES, body);
    expect(answer).toMatchObject({
      status: 503,
      body: { detail: 'The event log cannot be reached: nothing of this request was accepted.' },
    });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await under.metric('vigie_events_total{account="rejected"}')).toBe(0);
    const ready = async () => (await fetch(`${under.url}/readyz`)).status;
    await waitFor(async () => (await ready()) === 503, { what: 'not ready', timeoutMs: 8000 });
    state.refuses = false;
    expect(await under.post(LINES, body)).toMatchObject({ status: 202, body: { accepted: 1 } });
    expect(await ready()).toBe(200);
  });

  test('dead letters that can not be kept are counted, and the answer is the same', async () => {
    const state = { refuses: false };
    const under = await ingest({ wrapLog: (log) => refusing(log, state) });
    state.refuses = true;
    expect(await under.post(LINES, 'broken')).toMatchObject({ status: 400, body: { accepted: 0 } });
    expect(await under.metric('vigie_dead_letter_failures_total')).toBe(1);
    expect(await under.metric('vigie_events_total{account="rejected"}')).toBe(1);
  });

  test('at the start is waited for, and nothing is taken meanwhile', async () => {
    const state = { refuses: true };
    const under = await ingest({ wrapLog: (log) => refusing(log, state) });
    expect((await under.post(LINES, queued('1'))).status).toBe(503);
    expect((await fetch(`${under.url}/readyz`)).status).toBe(503);
    state.refuses = false;
    await waitFor(async () => (await fetch(`${under.url}/readyz`)).status === 200, {
      what: 'ready',
      timeoutMs: 8000,
    });
    expect((await under.post(LINES, queued('1'))).status).toBe(202);
  });
});

describe('a queue_log', () => {
  const seconds = () => Math.floor(Date.now() / 1000);
  const enter = (call: string) => `${seconds()}|${call}|sales|NONE|ENTERQUEUE||0612345678|1\n`;
  const file = (path: string, centre = 'lyon') => ({
    sources: { pbx: { type: 'asterisk-queue-log', file: path, centre } },
  });

  test('is read by ingest itself, vouched for, and gone on with after a restart', async () => {
    const place = await directory();
    const path = join(place, 'queue_log');
    await writeFile(path, enter('1700000000.1'));
    const under = await ingest({ directory: place, file: file(path) });
    const contacts = async (of: IngestUnderTest) =>
      (await readLog(of.embedded.log))
        .filter(({ event }) => event['type'] === 'vigie.contact.queued')
        .map(({ centre, event }) => [
          centre,
          event['source'],
          (event['data'] as { contact: { id: string } }).contact.id,
        ]);
    await waitFor(async () => (await contacts(under)).length === 1, {
      what: 'the first call',
      timeoutMs: 8000,
    });
    const vouched = async () =>
      (await readLog(under.embedded.log)).some(
        ({ centre, event }) =>
          centre === 'lyon' && JSON.stringify(event).includes('"source":"asterisk://pbx/queue_log","upTo"'),
      );
    await waitFor(vouched, { what: 'a heartbeat that vouches', timeoutMs: 8000 });
    await stop(under);
    expect(JSON.parse(await readFile(join(place, 'sources', 'pbx.json'), 'utf8'))).toMatchObject({
      version: 1,
    });

    await appendFile(path, enter('1700000000.2'));
    const again = await ingest({ directory: place, file: file(path) });
    await waitFor(async () => (await contacts(again)).length === 2, {
      what: 'the second call',
      timeoutMs: 8000,
    });
    expect(await contacts(again)).toEqual([
      ['lyon', 'asterisk://pbx/queue_log', expect.stringContaining('1700000000.1')],
      ['lyon', 'asterisk://pbx/queue_log', expect.stringContaining('1700000000.2')],
    ]);
  });
});

test('two agents of one name refuse the start', async () => {
  const file = {
    agents: { ada: { aliases: ['bob'] }, bob: {} },
    sources: { pbx: { type: 'asterisk-queue-log', file: '/nowhere/queue_log' } },
  };
  await expect(ingest({ file, directory: await directory() })).rejects.toThrow(
    'agents.bob.aliases holds "bob", which already means agent "ada"',
  );
});

test('a stop under load acknowledges only what is in the log', async () => {
  const place = await directory();
  const under = await ingest({ directory: place });
  const acknowledged: string[] = [];
  let isOver = false;
  const sender = async (name: number) => {
    for (let n = 0; !isOver; n += 1) {
      const id = `${name}-${n}`;
      const answer = await under.post(LINES, queued(id)).catch(() => undefined);
      if (answer?.status === 202) acknowledged.push(id);
      else isOver = true;
    }
  };
  const senders = [1, 2, 3, 4].map(sender);
  await waitFor(() => acknowledged.length > 100, { what: 'a hundred acknowledged events' });
  await stop(under);
  isOver = true;
  await Promise.all(senders);
  const after = await ingest({ directory: place });
  const ids = new Set((await readLog(after.embedded.log)).map(({ event }) => event['id']));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
});
