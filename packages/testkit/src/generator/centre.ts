import type { OracleConfig, OracleEvent } from '../oracle/types.ts';
import { seeded, type Random } from './random.ts';
import { systemDraft, type Draft, type Script, type SourceStyle } from './script.ts';
import { writeAfterwards, type Acquaintances } from './afterwards.ts';
import { importedFigures } from './figures.ts';
import { writeShift } from './shifts.ts';
import { localDayOf } from '../oracle/time.ts';
import { CHAT_QUEUES, EMAIL_QUEUES, randomConfig, VOICE_QUEUES } from './settings.ts';
import { writeCall, type Place } from './voice.ts';
import { writeChat, writeEmail } from './written.ts';

export interface CentreOptions {
  readonly seed: number;
  /** Default: one of {@link NOTABLE_STARTS}, by the seed. */
  readonly startMs?: number;
  /** During which contacts arrive; default 2 hours. They end when they end. */
  readonly durationMs?: number;
  /** Default 40. */
  readonly contacts?: number;
  /** Default: mostly Europe/Paris, by the seed. */
  readonly timeZone?: string;
}

/** A random contact centre: what happened, in the order of time, and how it is judged. */
export interface RandomCentre {
  /** Canonical events, each once, ordered by time. */
  readonly events: OracleEvent[];
  /** The first version; others are `config.changed` events among the events. */
  readonly config: OracleConfig;
  readonly timeZone: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Instants worth asking: of events and a millisecond before, limits of windows, midnights, the end. */
  readonly instants: number[];
}

/** An ordinary morning, local midnight, and both nights of 2026 in which Paris changes its clocks. */
export const NOTABLE_STARTS = {
  morning: Date.parse('2026-10-20T08:00:00Z'),
  midnight: Date.parse('2026-10-20T21:10:00Z'),
  clockBack: Date.parse('2026-10-24T23:40:00Z'),
  clockForward: Date.parse('2026-03-29T00:05:00Z'),
  /** Beirut skips this midnight, Lord Howe repeats half an hour of that night. */
  skippedMidnight: Date.parse('2026-03-28T20:50:00Z'),
  halfHourBack: Date.parse('2026-04-04T14:20:00Z'),
} as const;

const ZONES = ['Asia/Beirut', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns'] as const;

const STYLES: readonly [SourceStyle, ...SourceStyle[]] = [
  style('asterisk://a/queue_log', 'voice', {
    secondsOnly: true,
    reports: { hold: false, acw: false, ring: false },
  }),
  style('acd://full', 'voice', {}),
  style('acd://full', 'voice', {}),
  style('webhook://bare', 'voice', { segmentIds: false, reports: { hold: true, acw: true, ring: false } }),
  style('desk://chat', 'chat', { reports: { hold: true, acw: true, ring: false } }),
  style('desk://chat', 'chat', { reports: { hold: true, acw: true, ring: false } }),
  style('desk://mail', 'email', { reports: { hold: true, acw: false, ring: false } }),
];

function style(source: string, channel: SourceStyle['channel'], rest: Partial<SourceStyle>): SourceStyle {
  const reports = { hold: true, acw: true, ring: true };
  return { source, channel, segmentIds: true, secondsOnly: false, reports, ...rest };
}

const PLACES: Record<SourceStyle['channel'], Place> = {
  voice: { queues: VOICE_QUEUES, agents: ['ada', 'bob', 'cleo', 'dan'] },
  chat: { queues: CHAT_QUEUES, agents: ['eve', 'fay'] },
  email: { queues: EMAIL_QUEUES, agents: ['gil', 'hal'] },
};

const { morning, midnight, clockBack, clockForward, skippedMidnight, halfHourBack } = NOTABLE_STARTS;
const STARTS = [morning, morning, midnight, clockBack, clockForward, skippedMidnight, halfHourBack] as const;

/** The zone in which a start is notable; now and then any. */
function zoneFor(random: Random, startMs: number): string {
  if (random.chance(0.1)) return random.pick(ZONES);
  if (startMs === skippedMidnight) return 'Asia/Beirut';
  return startMs === halfHourBack ? 'Australia/Lord_Howe' : 'Europe/Paris';
}

/** A centre made of chance alone; the same options give the same centre. */
export function randomCentre(options: CentreOptions): RandomCentre {
  const random = seeded(options.seed);
  const startMs = options.startMs ?? random.pick(STARTS);
  const timeZone = options.timeZone ?? zoneFor(random, startMs);
  const durationMs = options.durationMs ?? 7_200_000;
  const given = {
    timeZone,
    dayStart: random.chance(0.85) ? '00:00' : '04:30',
    firstMessageAnswers: random.chance(0.3),
    startMs,
  };
  const config = randomConfig(random, given);
  let serial = 0;
  const newId = (prefix: string): string => {
    serial += 1;
    return `${prefix}${random.int(0, 0xffff).toString(16).padStart(4, '0')}-${serial}`;
  };

  const restart = random.chance(0.5)
    ? { source: random.pick(STYLES).source, atMs: startMs + random.int(0, durationMs) }
    : undefined;
  const drafts: Draft[] = [];
  const known: Acquaintances = { cases: [] };
  for (let i = 0; i < (options.contacts ?? 40); i += 1) {
    const script: Script = {
      random,
      style: random.pick(STYLES),
      drafts: [],
      work: [],
      inferredOutcome: false,
      contactId: newId('c'),
      pendingRoot: undefined,
      newId,
    };
    const arrivalMs = startMs + random.int(0, durationMs);
    const place = PLACES[script.style.channel];
    if (script.style.channel === 'email') writeEmail(script, arrivalMs, place);
    else if (script.style.channel === 'chat') writeChat(script, arrivalMs, place);
    else if (random.chance(0.03)) writeOutbound(script, arrivalMs);
    else writeCall(script, arrivalMs, place);
    writeAfterwards(script, known);
    drafts.push(
      ...(restart?.source === script.style.source ? survivors(script, restart.atMs) : script.drafts),
    );
  }
  if (restart !== undefined) {
    drafts.push(systemDraft(newId('e'), restart.source, 'source.restarted', restart.atMs, {}));
  }
  for (let changes = random.int(0, 2); changes > 0; changes -= 1) {
    const fromMs = Math.ceil((startMs + random.int(0, durationMs)) / 60_000) * 60_000;
    drafts.push(
      systemDraft(newId('e'), 'vigie://config', 'config.changed', fromMs - 90_000, {
        version: `v${changes}`,
        effectiveFrom: new Date(fromMs).toISOString(),
        body: randomConfig(random, given),
      }),
    );
  }
  const shift = { fromMs: startMs, untilMs: startMs + durationMs };
  for (const { queues, agents } of Object.values(PLACES)) {
    for (const agent of agents) {
      if (random.chance(0.8)) writeShift({ random, drafts, newId }, agent, [...queues, 'hotline'], shift);
    }
  }
  const today = localDayOf(startMs, timeZone, given.dayStart).date;
  const tomorrow = localDayOf(startMs + durationMs, timeZone, given.dayStart).date;
  drafts.push(...importedFigures(random, newId, [...new Set([today, tomorrow])], startMs + durationMs));
  const events = cutToClocks(drafts);
  const times = events.map((event) => Date.parse(event.time));
  const endMs = times.reduce((a, b) => Math.max(a, b), startMs);
  return { events, config, timeZone, startMs, endMs, instants: askAt(random, times, startMs, endMs) };
}

/** A call the centre makes: in no figure. */
function writeOutbound(script: Script, atMs: number): void {
  const contact = { id: script.contactId, channel: 'voice', direction: 'outbound' };
  const agent = { id: 'ada' };
  const draft = (type: string, trueMs: number, data: object) =>
    script.drafts.push(
      systemDraft(script.newId('e'), script.style.source, type, trueMs, { contact, ...data }),
    );
  draft('contact.created', atMs, {});
  draft('contact.answered', atMs + 5000, { agent });
  draft('contact.ended', atMs + 65_000, { agent, by: 'agent' });
}

/** What a restart leaves of a contact: what came before, and sometimes the truth that came through all the same. */
function survivors({ drafts, work, inferredOutcome, random }: Script, restartMs: number): Draft[] {
  const working = work.some((span) => span.fromMs <= restartMs && restartMs <= span.untilMs);
  const begun = drafts.some((draft) => draft.trueMs <= restartMs);
  if (!begun) return drafts;
  if (!working && !inferredOutcome && random.chance(0.3)) return drafts;
  return drafts.filter((draft) => draft.trueMs <= restartMs);
}

/** In the order of time; sources that know only seconds lose the rest and tell their order by a sequence. */
function cutToClocks(drafts: readonly Draft[]): OracleEvent[] {
  const coarse = new Set(STYLES.filter((s) => s.secondsOnly).map((s) => s.source));
  const whole = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toISOString();
  return [...drafts]
    .sort((a, b) => a.trueMs - b.trueMs)
    .map(({ trueMs, event }, line) => {
      if (!coarse.has(event.source)) return event;
      const { queuedAt } = event.data;
      return {
        ...event,
        time: whole(trueMs),
        sequence: String(line).padStart(8, '0'),
        data: queuedAt === undefined ? event.data : { ...event.data, queuedAt: whole(Date.parse(queuedAt)) },
      };
    });
}

function askAt(random: Random, times: readonly number[], startMs: number, endMs: number): number[] {
  const asked = new Set<number>([endMs]);
  for (let i = 0; i < 6; i += 1) {
    asked.add(random.int(startMs, endMs));
    const time = times[random.int(0, times.length - 1)] ?? startMs;
    asked.add(time);
    asked.add(time - 1);
    asked.add(time + random.pick([1, 20_000, 20_001, 60_000, 299_000, 300_000, 300_001, 900_000, 1_800_000]));
  }
  for (let hour = Math.ceil(startMs / 3_600_000) * 3_600_000; hour <= endMs; hour += 3_600_000) {
    if (new Date(hour).getUTCHours() >= 22 || new Date(hour).getUTCHours() <= 2) asked.add(hour);
  }
  asked.add(endMs + 7 * 3_600_000);
  asked.add(endMs + 7 * 86_400_000 + 1);
  return [...asked].sort((a, b) => a - b);
}
