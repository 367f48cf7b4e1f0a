import type { LiveErrorCode, NullReason } from '@vigie/contracts';

import { EN } from './text-en.ts';
import { FR } from './text-fr.ts';

export type Language = 'en' | 'fr';

/** Every word of the wall, in one language. Functions take what was formatted for that language before. */
export interface Text {
  readonly title: string;
  readonly longestWait: string;
  readonly waiting: string;
  readonly serviceLevel: string;
  readonly abandonment: string;
  readonly answered: string;
  readonly abandoned: string;
  readonly asa: string;
  readonly firstResponse: string;
  readonly awaitingReply: string;
  readonly queue: string;
  readonly queues: string;
  /** What is left of queues beyond the number that is kept apart. */
  readonly otherQueues: string;
  readonly channels: Readonly<Record<string, string>>;
  readonly allQueues: string;
  readonly total: string;
  readonly nobodyWaiting: string;
  readonly noQueues: string;
  readonly connecting: string;
  readonly statusOk: string;
  readonly statusWatch: string;
  readonly statusAct: string;
  readonly incomplete: string;
  readonly reasons: Readonly<Record<NullReason, string>>;
  readonly since: (time: string) => string;
  readonly opens: (time: string) => string;
  readonly inProgress: (count: string) => string;
  readonly offered: (count: string) => string;
  readonly beyond: (count: string, threshold: string | null) => string;
  readonly target: (target: string, threshold: string | null) => string;
  readonly windowName: (window: string) => string;
  readonly sample: (n: string) => string;
  readonly delayed: (age: string) => string;
  readonly asOf: (time: string) => string;
  readonly noDataYet: string;
  readonly connectionLost: (time: string | null) => string;
  readonly resynchronising: string;
  readonly noFeed: (time: string | null) => string;
  readonly recovering: (time: string | null) => string;
  readonly incompleteData: (since: string | null, until: string | null) => string;
  readonly refused: (reason: string) => string;
  /** Why the server says no, by its code. */
  readonly refusals: Readonly<Record<LiveErrorCode, string>>;
  readonly tooSmall: (minutes: string, distance: string) => string;
  readonly seconds: (count: string) => string;
  readonly minutes: (count: string) => string;
  readonly window: string;
  readonly theme: string;
  readonly themes: Readonly<Record<'auto' | 'light' | 'dark', string>>;
  readonly language: string;
  readonly distance: string;
  readonly diagonal: string;
  readonly settings: string;
  readonly connectionLive: string;
  readonly past: (time: string) => string;
  readonly pastInterval: (from: string, to: string) => string;
  readonly failed: (reason: string) => string;
  readonly soundBlocked: string;
  /** Words are to be spoken, and this browser has no voice. */
  readonly noVoice: string;
  /** Percent that a television cuts off at each edge. */
  readonly overscan: string;
  /** What stands between a name and what is said of it. */
  readonly colon: string;
  readonly alarmsUp: (count: string) => string;
  readonly noAlarm: string;
  /** The alarms are not told any more, or not yet. */
  readonly alarmsUnknown: string;
  readonly seenBy: (name: string) => string;
  /** How often something began to need an act in the last hour; more than one in ten minutes is too often. */
  readonly alarms: string;
  readonly alarmRate: (count: string, isTooOften: boolean) => string;
  readonly spokenPercent: (percent: number) => string;
  readonly spokenDuration: (hours: number, minutes: number, seconds: number) => string;
  /** Of a figure that cannot be added up over queues. */
  readonly ofOneQueue: string;
}

export const TEXT: Readonly<Record<Language, Text>> = { en: EN, fr: FR };
