import type { Language } from '../text.ts';
import { EN } from './text-en.ts';
import { FR } from './text-fr.ts';

/** Every word of the desk that the wall does not have, in one language. */
export interface DeskText {
  readonly title: string;
  readonly skip: string;
  readonly views: Readonly<Record<'queues' | 'alarms' | 'corrections' | 'health', string>>;
  readonly wall: string;
  readonly live: string;
  readonly states: Readonly<Record<string, string>>;
  readonly close: string;
  readonly back: string;
  readonly more: string;
  readonly loading: string;

  // Queues
  readonly avgWait: string;
  readonly agents: string;
  readonly agentsLegend: string;
  readonly agentsSpoken: (free: string, busy: string, paused: string) => string;
  readonly trend: string;
  readonly trendSpoken: (figure: string, from: string, to: string) => string;
  readonly status: string;
  readonly filter: string;
  readonly filterHint: string;
  readonly group: string;
  readonly groups: Readonly<Record<'none' | 'team' | 'channel', string>>;
  readonly noTeam: string;
  readonly shown: (shown: string, all: string) => string;
  readonly noMatch: string;
  readonly sortedBy: (column: string) => string;
  readonly openQueue: (queue: string) => string;

  // One queue
  readonly today: string;
  readonly todayOf: (date: string) => string;
  readonly offered: string;
  readonly atTarget: string;
  readonly asTable: string;
  readonly from: string;
  readonly waitingNow: string;
  readonly nobody: string;
  readonly contact: string;
  readonly state: string;
  readonly since: string;
  readonly waits: string;
  readonly overBy: (time: string) => string;
  readonly contactStates: Readonly<Record<string, string>>;
  readonly agentsHere: string;
  readonly noAgents: string;
  readonly agent: string;
  readonly agentStates: Readonly<Record<string, string>>;
  readonly inState: string;
  readonly handled: string;
  readonly outcomes: string;
  readonly noOutcomes: string;
  readonly at: string;
  readonly wait: string;
  readonly outcome: string;
  readonly notInPast: string;

  // Why
  readonly whyTitle: (figure: string, queue: string) => string;
  readonly computed: string;
  readonly windowBounds: (from: string, to: string) => string;
  readonly judgedBy: (version: string) => string;
  readonly effects: Readonly<Record<'all' | 'for' | 'against' | 'excluded', string>>;
  readonly effect: string;
  readonly reason: string;
  readonly behind: string;
  readonly nothingBehind: string;
  readonly variants: string;
  readonly variantsHint: string;
  readonly variantNames: Readonly<Record<string, string>>;
  readonly inForce: string;
  readonly value: string;
  readonly numbers: Readonly<Record<string, string>>;
  readonly formulas: Readonly<Record<string, string>>;

  // What to do
  readonly toDo: string;
  readonly onTarget: (target: string) => string;
  readonly recover: (count: string, target: string, threshold: string | null) => string;
  readonly recoverNever: (target: string) => string;
  readonly recoverOver: (count: string) => string;
  readonly patchLeaves: (time: string, target: string) => string;
  readonly patchStays: string;
  readonly noSample: string;
  readonly noTarget: string;

  // What if
  readonly whatIf: string;
  readonly hypothesis: string;
  readonly hypothesisHint: string;
  readonly threshold: string;
  readonly shortAbandon: string;
  readonly formula: string;
  readonly asItIs: string;
  readonly tryIt: string;
  readonly real: string;
  readonly figure: string;
  readonly differs: string;

  // Corrections
  readonly noCorrections: string;
  readonly told: string;
  readonly quarter: string;
  readonly change: string;
  readonly correctionReasons: Readonly<Record<string, string>>;
  readonly fromTo: (from: string, to: string) => string;

  // Health
  readonly feed: string;
  readonly age: string;
  readonly lag: string;
  readonly lagHint: string;
  readonly reconnections: string;
  readonly sources: string;
  readonly noSources: string;
  readonly source: string;
  readonly vouchesUpTo: string;
  readonly notWatched: string;
  readonly silent: string;
  readonly speaks: string;
  readonly restarts: string;
  readonly gaps: string;
  readonly noGaps: string;
  readonly accounts: string;
  readonly accountsHint: string;
  readonly accountNames: Readonly<Record<string, string>>;
  /** Why a feed cannot be vouched for, where it is the connection. */
  readonly feedReasons: Readonly<Record<string, string>>;

  readonly screens: string;
  readonly screen: string;
  readonly noScreens: string;
  readonly screenStates: Readonly<Record<string, string>>;
  readonly shows: string;

  // Alarms
  readonly alarm: string;
  readonly noAlarms: string;
  readonly alarmStates: Readonly<Record<string, string>>;
  readonly limits: string;
  readonly warning: (value: string) => string;
  readonly critical: (value: string) => string;
  readonly acknowledged: string;
  readonly acknowledgedBy: (who: string, time: string) => string;
  readonly acknowledge: string;
  readonly lastDay: string;
  readonly wouldFire: (alarm: string) => string;
  readonly wouldNot: string;
  readonly until: string;
  readonly stillOn: string;
  readonly worst: string;

  // Time
  readonly time: string;
  readonly moment: string;
  readonly backToLive: string;
  readonly minutesBack: (count: string) => string;
  readonly minutesOn: (count: string) => string;
}

export const DESK_TEXT: Readonly<Record<Language, DeskText>> = { en: EN, fr: FR };
