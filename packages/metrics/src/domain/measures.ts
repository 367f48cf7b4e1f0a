import { FLOW_OUT_CAUSES, type FlowOutCause } from '@vigie/contracts';
import { CASE_SUMS, type CaseSum } from './case/measures.ts';
import { AREA_SUMS } from '../windowing/area.ts';
import { AGENT_LEVELS, AGENT_SUMS, AREAS, type AgentSum, type AreaName } from './agent/measures.ts';
import { CONTACT_SUMS, type ContactSum } from './contact/measures.ts';
import { FIGURE_NAMES, type FigureName } from './period/figures.ts';

/** Causes that count in F: all but `lost`. */
export const COUNTED_CAUSES = FLOW_OUT_CAUSES.filter(
  (cause): cause is Exclude<FlowOutCause, 'lost'> => cause !== 'lost',
);
export const MISSED_REASONS = ['abandoned', 'rejected', 'failed_callback', ...COUNTED_CAUSES] as const;

const sumNames = [
  'offered',
  'answered',
  'answeredIn',
  'answeredWaitMs',
  'abandoned',
  'abandonedIn',
  'abandonedShort',
  'abandonedWaitMs',
  'flowedOut',
  'flowedOutIn',
  'flowedOutWaitMs',
  'serviceLevelHits',
  'serviceLevelBase',
  'presented',
  'decided',
  'decidedAnswered',
  'missed',
  'handled',
  'talkMs',
  'holdMs',
  'acwMs',
  'holdReported',
  'acwReported',
  'firstResponses',
  'firstResponseMs',
  'responses',
  'responseMs',
  'lost',
  'entered',
  'enteredRing',
] as const;
export type SumName =
  | (typeof sumNames)[number]
  | ContactSum
  | CaseSum
  | AgentSum
  | `flowOut:${string}`
  | `missed:${string}`
  | `figure:${FigureName}`;
export const SUM_LIST: readonly SumName[] = [
  ...sumNames,
  ...COUNTED_CAUSES.map((cause) => `flowOut:${cause}` as const),
  ...MISSED_REASONS.map((reason) => `missed:${reason}` as const),
  ...CONTACT_SUMS,
  ...CASE_SUMS,
  ...FIGURE_NAMES.map((name) => `figure:${name}` as const),
  ...AGENT_SUMS,
];
export const LEVELS = [
  'waitingRing',
  'alerting',
  'overThreshold',
  'inProgress',
  'awaitingFirst',
  'firstResponseOver',
  'callbacksScheduled',
  'callbacksDue',
  'openItems',
  ...AGENT_LEVELS,
] as const;
export const OPENS = ['waiting', 'awaitingReply'] as const;
export const HISTS = ['wait', 'firstResponse'] as const;
/** What is counted by a number: of a category's or keyword's word, of the name of an imported figure. */
export const TALLIES = ['categories', 'figures', 'keywords', 'keywordHits'] as const;

/** Position of a sum in {@link Totals.sums}. Durations are ms. */
export function sumIndex(name: SumName): number {
  return SUM_LIST.indexOf(name);
}
/** Position of the first of the sums that tell the time in a level. */
export const areaIndex = (name: AreaName): number => SUM_LIST.length + AREA_SUMS * AREAS.indexOf(name);
/** Number of sums in all. */
/** Name of each sum by its index, those of areas included: what is stored for long is told by name. */
export const SUM_NAMES: readonly string[] = [
  ...SUM_LIST,
  ...AREAS.flatMap((name) => Array.from({ length: AREA_SUMS }, (_, part) => `${name}/${part}`)),
];
export const SUMS = SUM_NAMES.length;
export const levelIndex = (name: (typeof LEVELS)[number]): number => LEVELS.indexOf(name);
export const openIndex = (name: (typeof OPENS)[number]): number => OPENS.indexOf(name);
export const tallyIndex = (name: (typeof TALLIES)[number]): number => TALLIES.indexOf(name);
export const histIndex = (name: (typeof HISTS)[number]): number => HISTS.indexOf(name);
