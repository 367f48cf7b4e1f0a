import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../events/fields.ts';
import { ConfigError } from './problems.ts';
import { resolveSemantic } from './resolve-semantic.ts';

const problemsOf = (body: Record<string, unknown>): readonly string[] => {
  try {
    resolveSemantic(body);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ message }) => message);
    throw error;
  }
};

describe('semantic configuration', () => {
  test('an empty body has the defaults of the catalogue', () => {
    const config = resolveSemantic({});
    expect(config.timeZone).toBe('UTC');
    expect(config.dayStartMs).toBe(0);
    expect(config.time).toEqual({
      bucketMs: 1000,
      allowedLatenessMs: 86_400_000,
      futureToleranceMs: 60_000,
      maxSegmentAgeMs: 4 * 3_600_000,
      maxHandlingAgeMs: 12 * 3_600_000,
      maxAcwMs: 30 * 60_000,
      maxAsyncAgeMs: 30 * 86_400_000,
    });
    expect(config.cases).toEqual({
      fcrWindowMs: 7 * 86_400_000,
      fcrCountAbandons: false,
      fcrTransferBreaks: false,
    });
    const seconds = (channel: (typeof CHANNELS)[number]) => {
      const { mode, serviceLevel: sl } = config.settings('any', channel);
      return [mode, sl.thresholdMs / 1000, sl.shortAbandonMs === undefined ? null : sl.shortAbandonMs / 1000];
    };
    expect(Object.fromEntries(CHANNELS.map((channel) => [channel, seconds(channel)]))).toEqual({
      voice: ['live', 20, 5],
      chat: ['live', 60, 5],
      email: ['async', 3600, null],
      sms: ['live', 60, 5],
      social: ['async', 3600, null],
      video: ['live', 20, 5],
      task: ['live', 3600, 5],
    });
    expect(config.settings(undefined, 'voice')).toEqual({
      mode: 'live',
      serviceLevel: {
        thresholdMs: 20_000,
        shortAbandonMs: 5000,
        formula: 'exclude_short_abandons',
        boundary: 'inclusive',
        includeFlowOuts: false,
        segmentKinds: ['initial', 'overflow', 'transfer', 'requeue'],
        clock: 'segment',
        answerEvent: 'agent_joined',
      },
      firstResponse: {
        anchor: 'customer_first_message',
        targetMs: 20_000,
        clock: 'elapsed',
        responseTimeIncludesFirst: true,
      },
      includeOutOfHours: false,
      calendar: 'always',
    });
  });

  test('a queue’s channel overrides the queue, the queue its channel, the channel the defaults', () => {
    const config = resolveSemantic({
      channels: { voice: { serviceLevel: { threshold: '30s', boundary: 'exclusive' } } },
      queues: {
        a: {
          serviceLevel: { threshold: '15s' },
          channels: { chat: { serviceLevel: { threshold: '45s' } }, voice: {} },
        },
        b: { channel: 'chat' },
      },
    });
    const threshold = (queue: string | undefined, channel: 'voice' | 'chat') =>
      config.settings(queue, channel).serviceLevel.thresholdMs;
    expect([threshold('a', 'chat'), threshold('a', 'voice')]).toEqual([45_000, 15_000]);
    expect([threshold('b', 'voice'), threshold(undefined, 'voice'), threshold('c', 'chat')]).toEqual([
      30_000, 30_000, 60_000,
    ]);
    expect(config.settings('a', 'voice').serviceLevel.boundary).toBe('exclusive');
    expect(config.queueChannels).toEqual(
      new Map([
        ['a', ['voice', 'chat']],
        ['b', ['chat']],
      ]),
    );
  });

  test('settings answers the same object for the same queue and channel', () => {
    const config = resolveSemantic({ queues: { a: { channel: 'voice' } } });
    for (const channel of CHANNELS) {
      expect(config.settings('a', channel)).toBe(config.settings('a', channel));
      expect(config.settings('unknown', channel)).toBe(config.settings('other', channel));
    }
  });

  test('the target of the first response follows the threshold of the channel, not of the queue', () => {
    const config = resolveSemantic({
      channels: { chat: { serviceLevel: { threshold: '90s' } } },
      queues: { a: { channel: 'chat', serviceLevel: { threshold: '10s' } } },
    });
    expect(config.settings('a', 'chat').firstResponse.targetMs).toBe(90_000);
  });

  test('an inherited short abandon above the threshold is clamped to it', () => {
    const config = resolveSemantic({
      channels: { chat: { serviceLevel: { shortAbandon: '10s', threshold: '8s' } } },
      queues: { a: { channel: 'voice', serviceLevel: { threshold: '3s' } }, b: { channel: 'chat' } },
    });
    expect(config.settings('a', 'voice').serviceLevel.shortAbandonMs).toBe(3000);
    expect(config.settings('b', 'chat').serviceLevel.shortAbandonMs).toBe(8000);
  });

  test('a short abandon above the threshold is refused when it is set for the queue itself', () => {
    expect(problemsOf({ queues: { a: { serviceLevel: { shortAbandon: '21s' } } } })).toEqual([
      `queues.a.serviceLevel.shortAbandon is "21s": expected at most the queue's threshold (20s)`,
    ]);
    const perChannel = { chat: { serviceLevel: { shortAbandon: '2m' } } };
    expect(problemsOf({ queues: { a: { channels: perChannel } } })).toEqual([
      `queues.a.channels.chat.serviceLevel.shortAbandon is "2m": expected at most the queue's threshold (1m)`,
    ]);
  });

  test('an async channel has no short abandon, and refuses one', () => {
    const config = resolveSemantic({ queues: { a: { channel: 'voice', mode: 'async' } } });
    expect(config.settings('a', 'voice').serviceLevel.shortAbandonMs).toBeUndefined();
    expect(problemsOf({ channels: { email: { serviceLevel: { shortAbandon: '5s' } } } })).toHaveLength(1);
    expect(
      problemsOf({ queues: { a: { channel: 'email', serviceLevel: { shortAbandon: '5s' } } } }),
    ).toHaveLength(1);
    expect(
      problemsOf({ channels: { email: { mode: 'live', serviceLevel: { shortAbandon: '5s' } } } }),
    ).toEqual([]);
  });

  test('what is not semantic in the body has no effect', () => {
    const config = resolveSemantic({
      centre: { name: 'Support', timeZone: 'Europe/Paris', dayStart: '06:15' },
      windows: ['5m'],
      queues: { a: { name: 'A', channel: 'chat' } },
    });
    expect([config.timeZone, config.dayStartMs]).toEqual(['Europe/Paris', 6.25 * 3_600_000]);
  });

  test.each([
    [{ centre: { dayStart: '06:10' } }, 'centre.dayStart is "06:10": expected a multiple of 15 minutes'],
    [{ centre: { dayStart: '24:00' } }, 'centre.dayStart is "24:00"'],
    [{ centre: { timeZone: 'Europe/Lyon' } }, 'centre.timeZone is "Europe/Lyon": expected an IANA time zone'],
    [{ centre: { timeZone: '+02:00' } }, 'centre.timeZone is "+02:00"'],
    [{ time: { bucket: '5s' } }, 'time.bucket is "5s": expected "1s"'],
    [{ queues: { a: { channel: 'voice', channels: { chat: {} } } } }, 'either channel or channels'],
    [{ queues: { a: { channels: {} } } }, 'queues.a.channels is {}: expected at least one of voice'],
    [{ queues: { a: { calendar: 'ofice' } }, calendars: { office: {} } }, 'did you mean "office"?'],
    [{ calendars: { always: {} } }, 'calendars.always is {}: expected another name'],
    [{ queues: { _all: {} } }, 'queues._all is {}: expected another name'],
  ])('%j is refused', (body, message) => {
    const found = problemsOf(body as Record<string, unknown>);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });
});
