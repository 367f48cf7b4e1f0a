import type { FlowOutCause } from '@vigie/contracts';
import { MEASURES } from './codes.ts';
import { COUNTED_CAUSES, LEVELS, MISSED_REASONS, OPENS, SUM_LIST } from './measures.ts';
import type { Timing } from './service-level.ts';

/** How a stay in a queue ended, as a contribution counts it. */
export interface CountedOutcome extends Timing {
  readonly kind: 'answered' | 'abandoned' | 'flow_out';
  readonly cause: FlowOutCause | undefined;
}

/** Symbols of `kpis.md` for measures; others go by their own name. */
const SYMBOLS: Readonly<Partial<Record<string, string>>> = {
  answered: 'A',
  answeredIn: 'A_in',
  abandoned: 'B',
  abandonedIn: 'B_in',
  abandonedShort: 'B_short',
  flowedOut: 'F',
  flowedOutIn: 'F_in',
  overThreshold: 'W_over',
  serviceLevelHits: 'numerator',
  serviceLevelBase: 'denominator',
};

/** What happened, by what is counted of it; the first that fits is said. */
const WORDS: readonly (readonly [string, string])[] = [
  ['answeredIn', 'answered within the threshold'],
  ['answered', 'answered after the threshold'],
  ['abandonedShort', 'short abandon'],
  ['abandonedIn', 'abandoned within the threshold'],
  ['abandoned', 'abandoned'],
  ...COUNTED_CAUSES.map((cause) => [`flowOut:${cause}`, `left the queue: ${spaced(cause)}`] as const),
  ['lost', 'lost: nobody knows how the wait ended'],
  ['decidedAnswered', 'answered by a human'],
  ...MISSED_REASONS.map((reason) => [`missed:${reason}`, `missed: ${spaced(reason)}`] as const),
  ['handled', 'handled'],
  ['firstResponses', 'first response'],
  ['responses', 'replied'],
  ['presented', 'asked for a human'],
  ['offered', 'entered the queue'],
  ['entered', 'entered the queue'],
];

/** What is true of whoever is counted in a level of now. */
const NOW_WORDS: Readonly<Record<string, string>> = {
  waiting: 'waiting',
  waitingRing: 'waiting',
  alerting: 'ringing at an agent',
  overThreshold: 'waiting beyond the threshold',
  inProgress: 'in conversation or wrap-up',
  awaitingFirst: 'no human has answered yet',
  awaitingReply: 'the customer spoke last',
};

/** By code: names of the sums that it moves by one. */
const COUNTED: readonly ReadonlySet<string>[] = MEASURES.effects.map(
  ({ ones }) => new Set(ones.map((index) => SUM_LIST[index]!)),
);

const OUTCOMES: readonly (CountedOutcome | undefined)[] = COUNTED.map((counted) => {
  const cause = COUNTED_CAUSES.find((each) => counted.has(`flowOut:${each}`));
  const within = counted.has('answeredIn') || counted.has('abandonedIn') || counted.has('flowedOutIn');
  const timing = { within, short: counted.has('abandonedShort') };
  if (counted.has('answered')) return { kind: 'answered', cause: undefined, ...timing };
  if (counted.has('abandoned')) return { kind: 'abandoned', cause: undefined, ...timing };
  return counted.has('flowedOut') ? { kind: 'flow_out', cause, ...timing } : undefined;
});

/** The outcome that contributions of a code count, whose value is the wait in ms; `undefined` for others. */
export function outcomeOf(code: number): CountedOutcome | undefined {
  return OUTCOMES[code];
}

/** What happened, in words, by the codes of contributions made at one instant. */
export function happening(codes: readonly number[]): string {
  const counted = new Set(codes.flatMap((code) => [...COUNTED[code]!]));
  const known = WORDS.find(([name]) => counted.has(name));
  return known?.[1] ?? [...counted].map(spaced).join(', ');
}

/** What holds now, in words, by the codes it began with; `reads`: the levels and open items that matter. */
export function holding(codes: readonly number[], reads: ReadonlySet<string>): string {
  const names = codes.flatMap(standingNames).filter((name) => reads.has(name));
  return [...new Set(names.map((name) => NOW_WORDS[name] ?? spaced(name)))].join(', ');
}

function standingNames(code: number): readonly string[] {
  const { levels, opens } = MEASURES.effects[code]!;
  return [...levels.map(({ index }) => LEVELS[index]!), ...opens.map(({ index }) => OPENS[index]!)];
}

/** Name of a measure in a formula: the symbol of `kpis.md`, or its own. */
export function symbolOf(measure: string): string {
  return SYMBOLS[measure] ?? measure;
}

/** `transfersOut`, `failed_callback` as words. */
function spaced(name: string): string {
  return name
    .replaceAll(/[_:]/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
