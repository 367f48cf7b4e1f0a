import {
  checkConfiguration,
  SYSTEM_SOURCE,
  type Alarm,
  type AlarmState,
  type Configuration,
} from '@vigie/contracts';
import { expect, test } from 'vitest';
import { makeCommit, restoreCheckpoint } from '../checkpoint/checkpoint.ts';
import { answer } from '../query/answer.ts';
import type { StoredCheckpoint } from '../ports/checkpoint-store.ts';
import { PartitionProcessor } from './partition.ts';

const T0 = Date.UTC(2026, 10, 20, 9);
const iso = (ms: number) => new Date(ms).toISOString();
const windows = [
  { name: '30m', sizeMs: 1_800_000 },
  { name: 'today', sizeMs: undefined },
];

function configured(rules: object, more: object = {}): Configuration {
  const webhooks = { pager: { url: 'http://127.0.0.1:1/', secretEnv: 'PAGER' } };
  const result = checkConfiguration({ ...more, alarms: { rules, webhooks } });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join());
  return result.configuration;
}

function processorOf({ semantic, presentation, alarms }: Configuration, now = T0): PartitionProcessor {
  return new PartitionProcessor(
    {
      ...{ partition: 0, base: semantic, presentation, windows, alarms: alarms.rules },
      limits: { queues: 100, factsPerContact: 2000, factsPerEntity: 1000, centres: 10 },
      ...{ retainMs: 30 * 3_600_000, systemSource: SYSTEM_SOURCE },
    },
    now,
  );
}

let offset = 0n;
function tell(
  processor: PartitionProcessor,
  atMs: number,
  type: string,
  call: string,
  queue = 'sales',
): void {
  const data = {
    contact: { id: call, segmentId: call, channel: 'voice' },
    queue: { id: queue },
    ...(type === 'answered' ? { agent: { id: 'ann' } } : {}),
    ...(type === 'abandoned' ? { outcome: 'abandoned' } : {}),
  };
  const event = {
    ...{ specversion: '1.0', id: `${call}-${type}`, source: 'test://pbx', type: `vigie.contact.${type}` },
    ...{ time: iso(atMs), ingestedtime: iso(atMs), data },
  };
  const value = new TextEncoder().encode(JSON.stringify(event));
  const letters = processor.applyRecord({
    offset: offset++,
    key: 'default',
    value,
    timestampMs: atMs,
  } as never);
  expect(letters).toEqual([]);
}

const alarmsOf = (processor: PartitionProcessor): readonly Alarm[] =>
  processor.centre('default').alarms.list();
const stateOf = (processor: PartitionProcessor, id: string): AlarmState | undefined =>
  alarmsOf(processor).find((alarm) => alarm.id === id)?.state;

const WAITING = {
  waiting: { kpi: 'waiting_now', queue: 'sales', warning: 0, critical: 1, hold: '3s', webhooks: ['pager'] },
};

test('an alarm is up after it held, gets worse, is acknowledged, and is over', () => {
  const processor = processorOf(configured(WAITING));
  const board = processor.centre('default').alarms;
  expect(alarmsOf(processor)).toMatchObject([{ id: 'waiting:sales', state: 'none', since: null }]);
  tell(processor, T0, 'queued', 'a');
  processor.advance(T0 + 2000);
  expect(stateOf(processor, 'waiting:sales')).toBe('none');
  processor.advance(T0 + 5000);
  expect(alarmsOf(processor)[0]).toMatchObject({ state: 'warning', value: 1, warning: 0, critical: 1 });
  expect(board.acknowledge('waiting:sales', 'lea')).toMatchObject({ acknowledged: { by: 'lea' } });
  expect(board.acknowledge('waiting:sales', 'tom')).toMatchObject({ acknowledged: { by: 'lea' } });
  processor.advance(T0 + 6000);
  expect(alarmsOf(processor)[0]?.acknowledged?.by).toBe('lea');
  tell(processor, T0 + 6000, 'queued', 'b');
  processor.advance(T0 + 10_000);
  expect(alarmsOf(processor)[0]).toMatchObject({ state: 'critical', acknowledged: null });
  tell(processor, T0 + 10_000, 'answered', 'a');
  tell(processor, T0 + 10_000, 'answered', 'b');
  processor.advance(T0 + 12_000);
  expect(stateOf(processor, 'waiting:sales')).toBe('critical');
  processor.advance(T0 + 15_000);
  expect(stateOf(processor, 'waiting:sales')).toBe('ok');
  expect(board.acknowledge('waiting:sales', 'lea')).toBe('idle');
  expect(board.acknowledge('nothing:sales', 'lea')).toBeUndefined();
  expect(board.acknowledge('waiting:sales', 'lea', ['support'])).toBeUndefined();
});

test('a webhook is told how bad it is now, once it took the word before, and nothing that is over', () => {
  const processor = processorOf(configured(WAITING));
  const board = processor.centre('default').alarms;
  processor.advance(T0 + 1000);
  expect(board.due()).toEqual([]);
  tell(processor, T0 + 1000, 'queued', 'a');
  processor.advance(T0 + 6000);
  expect(board.due()).toMatchObject([{ webhook: 'pager', was: 'ok', alarm: { state: 'warning' } }]);
  tell(processor, T0 + 6000, 'queued', 'b');
  processor.advance(T0 + 11_000);
  expect(board.due()).toMatchObject([{ was: 'ok', alarm: { state: 'critical' } }]);
  board.told('waiting:sales', 'pager', 'critical');
  expect(board.due()).toEqual([]);
  for (const call of ['a', 'b']) tell(processor, T0 + 11_000, 'answered', call);
  processor.advance(T0 + 16_000);
  expect(board.due()).toMatchObject([{ was: 'critical', alarm: { state: 'ok' } }]);
});

test('a checkpoint keeps what an alarm shows, since when, who has seen it, and what webhooks took', () => {
  const configuration = configured(WAITING);
  const processor = processorOf(configuration);
  tell(processor, T0, 'queued', 'a');
  processor.advance(T0 + 5000);
  const board = processor.centre('default').alarms;
  board.acknowledge('waiting:sales', 'lea');
  board.told('waiting:sales', 'pager', 'warning');
  expect([board.takeUnstored(), board.takeUnstored()]).toEqual([true, false]);
  const deltas: { seq: number; bytes: Uint8Array }[] = [];
  const pages = new Map<number, Uint8Array>();
  let head = new Uint8Array() as Uint8Array;
  for (let seq = 1; seq <= 257; seq++) {
    const commit = makeCommit(processor, seq);
    head = commit.head;
    if (commit.page !== undefined) pages.set(commit.page.index, commit.page.bytes);
    deltas.push({ seq, bytes: commit.delta });
  }
  const stored = { head, pages, deltas: deltas.slice(-256) } as unknown as StoredCheckpoint;
  const restored = processorOf(configuration);
  restoreCheckpoint(restored, stored);
  restored.advance(T0 + 6000);
  processor.advance(T0 + 6000);
  expect(alarmsOf(restored)).toEqual(alarmsOf(processor));
  expect(alarmsOf(restored)[0]).toMatchObject({ state: 'warning', acknowledged: { by: 'lea' } });
  expect(restored.centre('default').alarms.due()).toEqual([]);
});

test('a pattern makes an alarm of each queue it matches, as they come, and a scope hides the others', () => {
  const rule = { kpi: 'waiting_now', queue: 's*', critical: 0, hold: '0s' };
  const processor = processorOf(configured({ any: rule, total: { ...rule, queue: '_all' } }));
  expect(alarmsOf(processor).map(({ id }) => id)).toEqual(['total:_all']);
  for (const queue of ['sales', 'support', 'billing']) tell(processor, T0, 'queued', queue, queue);
  processor.advance(T0 + 2000);
  expect(alarmsOf(processor).map(({ id, state }) => [id, state])).toEqual([
    ['any:sales', 'critical'],
    ['any:support', 'critical'],
    ['total:_all', 'critical'],
  ]);
  const { alarms } = processor.centre('default');
  expect(alarms.list(['sales']).map(({ id }) => id)).toEqual(['any:sales']);
});

test('an alarm is off outside its hours, and judged afresh inside', () => {
  const calendars = { day: { fri: ['09:01-09:02'] } };
  const rule = { kpi: 'waiting_now', queue: 'sales', critical: 0, hold: '2s', hours: 'day' };
  const processor = processorOf(configured({ waiting: rule }, { calendars }));
  tell(processor, T0, 'queued', 'a');
  processor.advance(T0 + 30_000);
  expect(stateOf(processor, 'waiting:sales')).toBe('off');
  for (let s = 31; s <= 61; s++) processor.advance(T0 + s * 1000);
  expect(stateOf(processor, 'waiting:sales')).toBe('none');
  for (let s = 62; s <= 64; s++) processor.advance(T0 + s * 1000);
  expect(stateOf(processor, 'waiting:sales')).toBe('critical');
  for (let s = 65; s <= 121; s++) processor.advance(T0 + s * 1000);
  expect(stateOf(processor, 'waiting:sales')).toBe('off');
});

test.each([
  ['service_level', { critical: 0.8 }, 'critical'],
  ['service_level', { warning: 0.8 }, 'warning'],
  ['abandonment_rate', { warning: 0.1, critical: 0.6 }, 'warning'],
  ['abandonment_rate', { critical: 0.4 }, 'critical'],
  ['answered', { warning: 3, critical: 1 }, 'warning'],
  ['answered', { warning: 1, critical: 3 }, 'warning'],
  ['offered', { critical: 3 }, 'critical'],
])('%s with %j is %s: the limits say which side is bad, else the figure', (kpi, limits, state) => {
  const rule = { kpi, queue: 'sales', minSample: 1, hold: '0s', hysteresis: 0, ...limits };
  const processor = processorOf(configured({ rule }));
  for (let n = 0; n < 4; n++) tell(processor, T0, 'queued', `c${n}`);
  for (let n = 0; n < 2; n++) tell(processor, T0 + 30_000, 'answered', `c${n}`);
  for (let n = 2; n < 4; n++) tell(processor, T0 + 40_000, 'abandoned', `c${n}`);
  processor.advance(T0 + 42_000);
  expect(stateOf(processor, 'rule:sales')).toBe(state);
});

test('a small sample is no alarm', () => {
  const rule = { kpi: 'service_level', queue: 'sales', critical: 0.8, minSample: 5, hold: '0s' };
  const processor = processorOf(configured({ rule }));
  for (let n = 0; n < 4; n++) tell(processor, T0, 'queued', `s${n}`);
  for (let n = 0; n < 4; n++) tell(processor, T0 + 30_000, 'answered', `s${n}`);
  processor.advance(T0 + 32_000);
  expect(alarmsOf(processor)[0]).toMatchObject({ state: 'none', value: 0, n: 4 });
});

test('when it would have fired is told in episodes, and agrees with when it did', () => {
  const configuration = configured(WAITING);
  const processor = processorOf(configuration, T0 - 60_000);
  const changes: (readonly [string, number])[] = [];
  const until = (from: number, to: number) => {
    for (let s = from; s <= to; s++) {
      processor.advance(T0 + s * 1000);
      const state = stateOf(processor, 'waiting:sales') ?? '';
      if (state !== (changes.at(-1)?.[0] ?? 'none')) changes.push([state, T0 + s * 1000]);
    }
  };
  tell(processor, T0 - 60_000, 'queued', 'x');
  tell(processor, T0 - 60_000, 'answered', 'x');
  until(-59, 0);
  tell(processor, T0 + 1000, 'queued', 'a');
  until(1, 59);
  tell(processor, T0 + 60_000, 'queued', 'b');
  until(60, 119);
  for (const call of ['a', 'b']) tell(processor, T0 + 120_000, 'answered', call);
  until(120, 180);
  const centre = processor.centre('default');
  const context = {
    windows,
    presentation: configuration.presentation,
    retainMs: 1e9,
    fineMs: 26 * 3_600_000,
  };
  const question = {
    ...{ kind: 'would_fire' as const, partition: 0, centre: 'default', queue: 'sales', kpi: 'waiting_now' },
    ...{
      window: '30m',
      warning: 0,
      critical: 1,
      minSample: 10,
      holdMs: 3000,
      hysteresis: 0,
      spanMs: 230_000,
    },
  };
  const told = [...answer(centre, question, context).text].join('');
  const { episodes, step } = JSON.parse(told) as { episodes: object[]; step: number };
  expect(step).toBe(1);
  expect(episodes).toEqual([
    { state: 'warning', from: iso(T0 + 4000), to: iso(T0 + 63_000), worst: 2 },
    { state: 'critical', from: iso(T0 + 63_000), to: iso(T0 + 123_000), worst: 2 },
  ]);
  expect(changes).toEqual([
    ['ok', T0 - 56_000],
    ['warning', T0 + 4000],
    ['critical', T0 + 63_000],
    ['ok', T0 + 123_000],
  ]);
  const day = [...answer(centre, { ...question, spanMs: 86_400_000 }, context).text].join('');
  expect(JSON.parse(day)).toMatchObject({
    step: 10,
    episodes: [{ state: 'warning' }, { state: 'critical' }],
  });
});
