import { FORMULAS } from '../oracle/figures.ts';
import type { OracleConfig, ServiceLevelConfig } from '../oracle/types.ts';
import type { Random } from './random.ts';

export const VOICE_QUEUES = ['sales', 'support', 'billing'] as const;
export const CHAT_QUEUES = ['chat-fr', 'support'] as const;
export const EMAIL_QUEUES = ['mail', 'mail-vip'] as const;

const formulas = FORMULAS as unknown as readonly [(typeof FORMULAS)[number], ...typeof FORMULAS];

function randomServiceLevel(random: Random, thresholds: readonly [string, ...string[]]): ServiceLevelConfig {
  return {
    threshold: random.pick(thresholds),
    formula: random.pick(formulas),
    boundary: random.pick(['inclusive', 'exclusive']),
    includeFlowOuts: random.pick<boolean | string[]>([
      false,
      true,
      ['overflow'],
      ['closed', 'timeout', 'system'],
    ]),
    ...(random.chance(0.3) ? { clock: 'contact' as const } : {}),
    ...(random.chance(0.2) ? { segmentKinds: ['initial', 'overflow'] } : {}),
  };
}

/** A configuration of the random centre. Queues, channels, zone and what answers a chat stay the same in all versions. */
export function randomConfig(
  random: Random,
  {
    timeZone,
    dayStart,
    firstMessageAnswers,
  }: { timeZone: string; dayStart: string; firstMessageAnswers: boolean },
): OracleConfig {
  const answerEvent = firstMessageAnswers ? { answerEvent: 'first_agent_message' as const } : {};
  return {
    centre: { timeZone, dayStart },
    time: {
      maxSegmentAge: random.pick(['15m', '40m', '4h']),
      maxAcw: random.pick(['5m', '30m']),
    },
    channels: {
      voice: { serviceLevel: { ...randomServiceLevel(random, ['20s', '10s', '30s']), shortAbandon: '5s' } },
      chat: {
        serviceLevel: { ...randomServiceLevel(random, ['60s', '45s']), ...answerEvent },
        firstResponse: {
          anchor: random.pick(['customer_first_message', 'customer_first_message', 'queue_entry']),
          responseTimeIncludesFirst: random.chance(0.8),
        },
      },
      email: { serviceLevel: randomServiceLevel(random, ['10m', '30m']) },
    },
    queues: {
      sales: { channel: 'voice', ...(random.chance(0.5) ? { serviceLevel: { threshold: '15s' } } : {}) },
      billing: { channel: 'voice', ...(random.chance(0.3) ? { serviceLevel: { shortAbandon: '0s' } } : {}) },
      support: { channels: { voice: {}, chat: {} } },
      'chat-fr': { channel: 'chat' },
      mail: { channel: 'email' },
      // "mail-vip" is known only by its traffic.
    },
  };
}
