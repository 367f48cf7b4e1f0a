import { describe, expect, test } from 'vitest';
import { checkConfiguration } from './check.ts';
import { isRatio, type Presentation } from './presentation.ts';

function presentation(raw: unknown): Presentation {
  const result = checkConfiguration(raw);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.configuration.presentation;
}

describe('targets', () => {
  const eighty = { target: 0.8, minSample: 10, holdMs: 15_000, hysteresis: 0.01 };

  test('a queue that is not configured has 80 % service level', () => {
    const { targetsOf } = presentation({});
    expect(targetsOf('any', 'voice')).toEqual(
      new Map([
        ['service_level', eighty],
        ['service_level_live', eighty],
      ]),
    );
    expect(targetsOf('any', 'voice')).toBe(targetsOf('other', '_all'));
  });

  test('the centre has the quality of service at 90 % beside it', () => {
    const { targetsOf } = presentation({ centre: { targets: { asa: { target: 30 } } } });
    expect([...targetsOf('_all', '_all')].map(([kpi, { target }]) => [kpi, target])).toEqual([
      ['service_level', 0.8],
      ['service_level_live', 0.8],
      ['qos_rate', 0.9],
      ['asa', 30],
    ]);
    expect(targetsOf('_all', '_all').get('asa')?.hysteresis).toBe(0);
  });

  test('a queue’s target of the service level holds for the live one, unless that has its own', () => {
    const own = { target: 0.9, warn: 0.85, minSample: 20, hold: '30s', hysteresis: 0.02 };
    const { targetsOf } = presentation({
      queues: {
        a: { targets: { service_level: own } },
        b: { targets: { service_level: own, service_level_live: { target: 0.7 } } },
      },
    });
    const expected = { target: 0.9, warn: 0.85, minSample: 20, holdMs: 30_000, hysteresis: 0.02 };
    expect(targetsOf('a', 'voice').get('service_level_live')).toEqual(expected);
    expect(targetsOf('b', 'voice').get('service_level_live')).toEqual({ ...eighty, target: 0.7 });
  });

  test('a channel’s targets override those of its queue, for that channel only', () => {
    const channels = { chat: { targets: { service_level: { target: 0.6 } } }, voice: {} };
    const { targetsOf } = presentation({
      queues: { a: { channels, targets: { service_level: { target: 0.7 } } } },
    });
    const live = (channel: 'chat' | 'voice' | '_all') =>
      targetsOf('a', channel).get('service_level_live')?.target;
    expect([live('chat'), live('voice'), live('_all')]).toEqual([0.6, 0.7, 0.7]);
  });
});

describe('names', () => {
  test('are those of the file, else the ids', () => {
    const shown = presentation({
      centre: { id: 'lyon' },
      queues: { a: { name: 'Ventes', team: 'sales', site: 'lyon' }, b: {} },
      agents: { ada: { name: 'Ada', aliases: ['PJSIP/201'] }, bob: {} },
    });
    expect([shown.centreName, shown.locale, shown.queues]).toEqual(['lyon', 'en', ['a', 'b']]);
    expect(['a', 'b', 'toString'].map(shown.queueName)).toEqual(['Ventes', 'b', 'toString']);
    expect([shown.queueTeam('a'), shown.queueSite('a'), shown.queueTeam('b')]).toEqual([
      'sales',
      'lyon',
      undefined,
    ]);
    expect(shown.agents.get('ada')).toEqual({ name: 'Ada', team: undefined, aliases: ['PJSIP/201'] });
    expect(shown.agents.get('bob')?.name).toBe('bob');
  });
});

test.each([
  ['service_level', true],
  ['abandonment_rate', true],
  ['abandonment_rate_net', true],
  ['frt_within_target_rate_live', true],
  ['occupancy', true],
  ['contact_rate', false],
  ['asa', false],
  ['review_rating', false],
])('%s is a ratio: %s', (kpi, expected) => {
  expect(isRatio(kpi)).toBe(expected);
});
