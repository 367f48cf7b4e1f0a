import { checkConfiguration } from '@vigie/contracts';
import { seal } from '@vigie/engine';
import type { KafkaFindings } from '@vigie/kafka';
import type { RedisFindings } from '@vigie/redis';
import { describe, expect, test } from 'vitest';
import { judgeClock } from './clock.ts';
import type { Finding } from './finding.ts';
import { judgeKafka } from './kafka.ts';
import { judgeRoom } from './local.ts';
import { judgeCheckpoints } from './log-and-checkpoints.ts';
import { judgeRetention, neededLog } from './needs.ts';
import { judgeRedis } from './redis.ts';

const DAY_MS = 86_400_000;

function configurationOf(file: object) {
  const result = checkConfiguration(file);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.configuration;
}

const need = neededLog(configurationOf({}));
const troubles = (findings: readonly Finding[]) =>
  findings.filter(({ verdict }) => verdict !== 'ok').map(({ check, verdict }) => `${verdict} ${check}`);

describe('the log', () => {
  test('must reach as far back as anything that is shown, and the lateness before', () => {
    expect(need).toMatchObject({
      ms: 8 * DAY_MS,
      because: expect.stringContaining('fcrWindow (7d)') as string,
    });
    const fine = neededLog(configurationOf({ cases: { fcrWindow: '1d' }, retention: { fine: '36h' } }));
    expect(fine).toMatchObject({
      ms: 2.5 * DAY_MS,
      because: expect.stringContaining('retention.fine') as string,
    });
  });

  test('that reaches less far is refused; one too short for open conversations is warned of', () => {
    const verdict = (days: number | undefined) =>
      judgeRetention('retention.log', days === undefined ? undefined : days * DAY_MS, need).verdict;
    expect([7, 8, 30, undefined].map(verdict)).toEqual(['fail', 'warn', 'ok', 'ok']);
  });
});

describe('Kafka', () => {
  const { kafka } = configurationOf({ kafka: { brokers: 'k:9092', partitions: 12 } });
  const topic = (name: string, cleanupPolicy: string) => ({
    topic: name,
    partitions: 12,
    replicas: 3,
    inSync: 3,
    cleanupPolicy,
    retentionMs: 35 * DAY_MS,
    retentionBytes: undefined,
  });
  const well: KafkaFindings = {
    brokers: 3,
    topics: {
      events: topic('vigie.events', 'delete'),
      config: topic('vigie.config', 'compact'),
      reports: topic('vigie.reports', 'compact'),
    },
  };
  const judged = (events: object): readonly string[] =>
    troubles(
      judgeKafka(
        { ...well, topics: { ...well.topics, events: { ...well.topics.events!, ...events } } },
        kafka!,
        need,
      ),
    );

  test('that is as it should be has nothing to mend', () => {
    expect(troubles(judgeKafka(well, kafka!, need))).toEqual([]);
  });

  test.each([
    ['other partitions than configured', { partitions: 6 }, 'warn partitions of vigie.events'],
    ['one replica', { replicas: 1, inSync: 1 }, 'warn replicas of vigie.events'],
    ['a replica behind', { inSync: 2 }, 'warn replicas of vigie.events'],
    ['events that are compacted', { cleanupPolicy: 'compact' }, 'fail cleanup.policy of vigie.events'],
    ['too short a retention', { retentionMs: 7 * DAY_MS }, 'fail retention.ms of vigie.events'],
    ['a limit by size', { retentionBytes: 1e9 }, 'warn retention.bytes of vigie.events'],
  ])('with %s is told of', (_name, events, trouble) => {
    expect(judged(events)).toEqual([trouble]);
  });

  test('without topics is new, not wrong', () => {
    expect(troubles(judgeKafka({ brokers: 1, topics: {} }, kafka!, need))).toEqual(['skip kafka events']);
  });
});

describe('Redis', () => {
  const well: RedisFindings = {
    version: '7.4.0',
    role: 'master',
    maxmemoryPolicy: 'noeviction',
    maxmemory: 1e9,
    usedMemory: 1e8,
    appendOnly: true,
    writesWell: true,
    snapshots: '3600 1',
    clockAheadMs: 3,
    heads: [],
  };

  test('that is as it should be has nothing to mend', () => {
    expect(troubles(judgeRedis(well))).toEqual([]);
  });

  test.each([
    ['that evicts', { maxmemoryPolicy: 'allkeys-lru' }, 'fail redis maxmemory-policy'],
    ['that is a replica', { role: 'slave' }, 'fail redis role'],
    ['that is nearly full', { usedMemory: 9e8 }, 'warn redis memory'],
    ['without append-only file', { appendOnly: false }, 'warn redis persistence'],
    ['that cannot write to disk', { writesWell: false }, 'fail redis persistence'],
    ['with a clock far ahead', { clockAheadMs: 45_000 }, 'fail clock against redis'],
  ])('%s is told of, with what to do', (_name, changes, trouble) => {
    const findings = judgeRedis({ ...well, ...changes });
    expect(troubles(findings)).toEqual([trouble]);
    expect(findings.find(({ verdict }) => verdict !== 'ok')?.todo).toBeTruthy();
  });
});

describe('checkpoints', () => {
  const head = (log: object | undefined): Uint8Array => seal({ seq: 1, log });
  const written = (partitions: number): Uint8Array =>
    head({ partitions, fingerprint: 1, ingestedMs: 1, gaps: [] });

  test('of the log that is there are well, also those that do not say yet', () => {
    expect(troubles(judgeCheckpoints([written(12), head(undefined)], 12))).toEqual([]);
    expect(judgeCheckpoints([], 12)).toEqual([]);
  });

  test('of a log with another number of partitions are refused, with what to do', () => {
    const [finding] = judgeCheckpoints([written(12), written(12)], 24);
    expect(finding).toMatchObject({
      verdict: 'fail',
      found: expect.stringContaining('24 partitions, 12 when they were written') as string,
    });
    expect(finding?.todo).toBeTruthy();
  });

  test('of a newer version are refused; a damaged one is rebuilt by itself', () => {
    const newer = written(12).fill(99, 0, 1);
    expect(troubles(judgeCheckpoints([newer], 12))).toEqual(['fail checkpoints']);
    expect(troubles(judgeCheckpoints([written(12).slice(0, 20)], 12))).toEqual(['warn checkpoints']);
  });
});

test('a clock that is seconds off is warned of, one that is half a minute off refused', () => {
  expect([500, -2000, 31_000].map((ms) => judgeClock('clock', ms).verdict)).toEqual(['ok', 'warn', 'fail']);
});

test('a disk with less than a gibibyte is warned of, a full one refused', () => {
  expect([5e9, 5e8, 5e7].map((bytes) => judgeRoom(bytes).verdict)).toEqual(['ok', 'warn', 'fail']);
});
