import type { Channel } from '@vigie/contracts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export type QueueId = 'sales' | 'support' | 'billing' | 'chat' | 'email';

export interface QueuePlan {
  readonly channel: Channel;
  /** Part of all contacts that it is for. */
  readonly share: number;
  /** How long an agent is bound by one of its contacts on average, chats side by side counted as such. */
  readonly handleMs: number;
  readonly team: TeamId;
}

export type TeamId = 'sales' | 'care' | 'chat' | 'mail';

export const QUEUES: Readonly<Record<QueueId, QueuePlan>> = {
  sales: { channel: 'voice', share: 0.24, handleMs: 250_000, team: 'sales' },
  support: { channel: 'voice', share: 0.28, handleMs: 320_000, team: 'care' },
  billing: { channel: 'voice', share: 0.16, handleMs: 225_000, team: 'care' },
  chat: { channel: 'chat', share: 0.22, handleMs: 90_000, team: 'chat' },
  email: { channel: 'email', share: 0.1, handleMs: 260_000, team: 'mail' },
};

export interface TeamPlan {
  /** Queues that all of its agents work. */
  readonly queues: readonly [QueueId, ...QueueId[]];
  /** Contacts an agent takes at the same time. */
  readonly capacity: number;
}

export const TEAMS: Readonly<Record<TeamId, TeamPlan>> = {
  sales: { queues: ['sales'], capacity: 1 },
  care: { queues: ['support', 'billing'], capacity: 1 },
  chat: { queues: ['chat'], capacity: 2 },
  mail: { queues: ['email'], capacity: 1 },
};

/** Contacts of each hour (UTC) relative to the mean of the day: a flat night, a morning and an afternoon peak. */
const HOURS = [
  ...[0.7, 0.66, 0.64, 0.64, 0.68, 0.76, 0.9, 1.05, 1.22, 1.34, 1.36, 1.26],
  ...[1.12, 1.16, 1.28, 1.34, 1.3, 1.2, 1.1, 1.02, 0.95, 0.88, 0.8, 0.74],
];
const MEAN = HOURS.reduce((sum, value) => sum + value, 0) / HOURS.length;
/** The busiest moment of the day, relative to its mean. */
export const PEAK = Math.max(...HOURS) / MEAN;

/** Arrivals at an instant relative to the mean of the day, moving evenly from one hour to the next. */
export function dayShape(timeMs: number): number {
  const hours = timeMs / HOUR_MS;
  const from = Math.floor(hours);
  const [a, b] = [HOURS[from % 24] ?? 1, HOURS[(from + 1) % 24] ?? 1];
  return (a + (b - a) * (hours - from)) / MEAN;
}

/** Part of his time that an agent is there: breaks and the like take the rest. */
const PRESENCE = 0.9;
/** Part of that time that he is busy: high enough for queues to build up, low enough for them to end. */
const OCCUPANCY = 0.93;

export interface PlannedAgent {
  readonly id: string;
  readonly name: string;
  readonly team: TeamId;
}

/** Agents for the busiest moment of a day with this mean rate; fewer are there at other times. */
export function staffFor(contactsPerMinute: number): readonly PlannedAgent[] {
  const agents: PlannedAgent[] = [];
  for (const team of Object.keys(TEAMS) as TeamId[]) {
    const busy = TEAMS[team].queues.reduce((sum, queue) => {
      const { share, handleMs } = QUEUES[queue];
      return sum + (contactsPerMinute * PEAK * share * handleMs) / MINUTE_MS;
    }, 0);
    const count = Math.max(2, Math.ceil(busy / (PRESENCE * OCCUPANCY)));
    for (let n = 0; n < count; n += 1) agents.push(named(agents.length, team));
  }
  return agents;
}

const NAMES = [
  ...[
    'Ada',
    'Basile',
    'Chloé',
    'Denis',
    'Elsa',
    'Farid',
    'Gaëlle',
    'Hugo',
    'Inès',
    'Jules',
    'Karima',
    'Louis',
  ],
  ...['Maud', 'Noé', 'Olga', 'Paul', 'Quentin', 'Rose', 'Samir', 'Théa', 'Ugo', 'Vera', 'Wanda', 'Xavier'],
  ...['Yanis', 'Zoé', 'Alice', 'Bruno', 'Carla', 'David', 'Emma', 'Félix', 'Grace', 'Henri', 'Iris', 'Jonas'],
  ...['Kim', 'Léa', 'Marc', 'Nina', 'Omar', 'Pia', 'Rémi', 'Sara', 'Tom', 'Uma', 'Victor', 'Willy'],
];

function named(index: number, team: TeamId): PlannedAgent {
  const first = NAMES[index % NAMES.length] ?? 'Ada';
  const round = Math.floor(index / NAMES.length) + 1;
  const name = round === 1 ? first : `${first} ${round}`;
  const id = name
    .normalize('NFD')
    .replaceAll(/[^A-Za-z0-9 ]/g, '')
    .replaceAll(' ', '-')
    .toLowerCase();
  return { id, name, team };
}
