import { FORMULAS } from '../oracle/figures.ts';
import { localText } from '../oracle/time.ts';
import type { CalendarConfig, ChannelConfig, OracleConfig, ServiceLevelConfig } from '../oracle/types.ts';
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

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Opening hours whose limits mostly fall among the arrivals. */
function randomCalendar(random: Random, timeZone: string, startMs: number): CalendarConfig {
  const clock = (ms: number) => localText(ms, timeZone).slice(11);
  const aroundMs = startMs + random.int(0, 110) * 60_000;
  const [a, b, c] = [clock(startMs), clock(aroundMs), clock(aroundMs + 2_700_000)].sort() as [
    string,
    string,
    string,
  ];
  const openings = [
    random.pick([
      [`00:00-${b}`, `${c}-24:00`],
      [`${a}-${b}`, `${c}-24:00`],
      [`${b}-24:00`],
      [`00:00-${b}`],
      ['00:00-24:00'],
      ['09:00-18:00'],
    ]),
    ['08:30-12:00', '13:30-24:00'],
  ].map((list) => list.filter((opening) => opening.slice(0, 5) < opening.slice(6)));
  const week = WEEKDAYS.map((day) => [day, random.chance(0.85) ? openings[0] : openings[1]]);
  const date = localText(startMs + random.pick([0, 86_400_000]), timeZone).slice(0, 10);
  return { ...Object.fromEntries(week), ...(random.chance(0.3) ? { holidays: [date] } : {}) };
}

/** A configuration of the random centre. Queues, channels, zone and what answers a chat stay the same in all versions. */
export function randomConfig(
  random: Random,
  {
    timeZone,
    dayStart,
    firstMessageAnswers,
    startMs,
  }: { timeZone: string; dayStart: string; firstMessageAnswers: boolean; startMs: number },
): OracleConfig {
  const hours = (share: number): ChannelConfig => ({
    ...(random.chance(share) ? { calendar: random.pick(['office', 'evening']) } : {}),
    ...(random.chance(0.3) ? { includeOutOfHours: true } : {}),
  });
  const answerEvent = firstMessageAnswers ? { answerEvent: 'first_agent_message' as const } : {};
  return {
    centre: { timeZone, dayStart },
    time: {
      maxSegmentAge: random.pick(['15m', '40m', '4h']),
      maxAcw: random.pick(['5m', '30m']),
    },
    calendars: {
      office: randomCalendar(random, timeZone, startMs),
      evening: randomCalendar(random, timeZone, startMs),
    },
    cases: {
      fcrWindow: random.pick(['10m', '1h', '7d']),
      fcrCountAbandons: random.chance(0.3),
      fcrTransferBreaks: random.chance(0.3),
    },
    channels: {
      voice: {
        ...hours(0.3),
        serviceLevel: { ...randomServiceLevel(random, ['20s', '10s', '30s']), shortAbandon: '5s' },
      },
      chat: {
        ...hours(0.3),
        serviceLevel: { ...randomServiceLevel(random, ['60s', '45s']), ...answerEvent },
        firstResponse: {
          anchor: random.pick(['customer_first_message', 'customer_first_message', 'queue_entry']),
          responseTimeIncludesFirst: random.chance(0.8),
          ...(random.chance(0.5) ? { target: random.pick(['30s', '45s', '5m']) } : {}),
        },
      },
      email: {
        ...hours(0.5),
        serviceLevel: randomServiceLevel(random, ['10m', '30m']),
        ...(random.chance(0.5) ? { firstResponse: { clock: 'business' as const } } : {}),
      },
    },
    queues: {
      sales: {
        channel: 'voice',
        team: 'north',
        site: 'lyon',
        sales: true,
        ...hours(0.2),
        ...(random.chance(0.5) ? { serviceLevel: { threshold: '15s' } } : {}),
      },
      billing: {
        channel: 'voice',
        team: 'north',
        site: 'lille',
        sales: random.chance(0.5),
        ...(random.chance(0.3) ? { serviceLevel: { shortAbandon: '0s' } } : {}),
      },
      support: { team: 'south', site: 'lyon', channels: { voice: hours(0.2), chat: {} } },
      'chat-fr': { channel: 'chat' },
      mail: { channel: 'email' },
      hotline: { channel: 'voice', team: 'south' },
      // "mail-vip" is known only by its traffic.
    },
    agents: { ada: { team: 'north' }, bob: { team: 'north' }, eve: { team: 'south' } },
  };
}
