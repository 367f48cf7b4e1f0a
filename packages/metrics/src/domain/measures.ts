import { FLOW_OUT_CAUSES, type FlowOutCause } from '@vigie/contracts';
import { codeEffects, type Effect, type MeasurePlan } from '../windowing/measures.ts';

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
type SumName = (typeof sumNames)[number] | `flowOut:${string}` | `missed:${string}`;
const SUM_LIST: readonly SumName[] = [
  ...sumNames,
  ...COUNTED_CAUSES.map((cause) => `flowOut:${cause}` as const),
  ...MISSED_REASONS.map((reason) => `missed:${reason}` as const),
];
const LEVELS = ['waitingRing', 'alerting', 'overThreshold', 'inProgress', 'awaitingFirst'] as const;
const OPENS = ['waiting', 'awaitingReply'] as const;
const HISTS = ['wait', 'firstResponse'] as const;

/** Position of a sum in {@link Totals.sums}. Durations are ms. */
export function sumIndex(name: SumName): number {
  return SUM_LIST.indexOf(name);
}
export const levelIndex = (name: (typeof LEVELS)[number]): number => LEVELS.indexOf(name);
export const openIndex = (name: (typeof OPENS)[number]): number => OPENS.indexOf(name);
export const histIndex = (name: (typeof HISTS)[number]): number => HISTS.indexOf(name);

const one = (name: SumName): Effect => ({ kind: 'sum', index: sumIndex(name), by: 'one' });
const value = (name: SumName): Effect => ({ kind: 'sum', index: sumIndex(name), by: 'value' });
const hist = (name: (typeof HISTS)[number]): Effect => ({ kind: 'hist', index: histIndex(name) });
const level = (name: (typeof LEVELS)[number], by: 1 | -1): Effect => ({
  kind: 'level',
  index: levelIndex(name),
  by,
});
const open = (name: (typeof OPENS)[number], by: 1 | -1): Effect => ({
  kind: 'open',
  index: openIndex(name),
  by,
});
const MAX: Effect = { kind: 'max' };

/** What a contribution of each code does. The value is given in the comment; where there is none it is 0. */
const CODE_EFFECTS = {
  offered: [one('offered')],
  /** wait, ms */
  answered: [one('answered'), value('answeredWaitMs'), hist('wait'), MAX],
  answeredIn: [one('answeredIn')],
  /** wait, ms */
  abandoned: [one('abandoned'), value('abandonedWaitMs'), MAX],
  abandonedIn: [one('abandonedIn')],
  abandonedShort: [one('abandonedShort')],
  flowedOutIn: [one('flowedOutIn')],
  serviceLevelHit: [one('serviceLevelHits'), one('serviceLevelBase')],
  serviceLevelMiss: [one('serviceLevelBase')],
  lost: [one('lost')],
  entered: [one('entered')],
  enteredRing: [one('entered'), one('enteredRing')],
  presented: [one('presented')],
  decidedAnswered: [one('decided'), one('decidedAnswered')],
  handled: [one('handled')],
  /** ms */
  talk: [value('talkMs')],
  /** ms; a handling whose source reports hold */
  hold: [one('holdReported'), value('holdMs')],
  /** ms; a handling whose source reports wrap-up */
  acw: [one('acwReported'), value('acwMs')],
  /** ms */
  firstResponse: [one('firstResponses'), value('firstResponseMs'), hist('firstResponse')],
  /** ms */
  response: [one('responses'), value('responseMs')],
  /** the entry, ms since 1970 */
  waitingBegins: [open('waiting', 1)],
  waitingEnds: [open('waiting', -1)],
  waitingRingBegins: [open('waiting', 1), level('waitingRing', 1)],
  waitingRingEnds: [open('waiting', -1), level('waitingRing', -1)],
  alertingBegins: [level('alerting', 1)],
  alertingEnds: [level('alerting', -1)],
  overThresholdBegins: [level('overThreshold', 1)],
  overThresholdEnds: [level('overThreshold', -1)],
  inProgressBegins: [level('inProgress', 1)],
  inProgressEnds: [level('inProgress', -1)],
  awaitingFirstBegins: [level('awaitingFirst', 1)],
  awaitingFirstEnds: [level('awaitingFirst', -1)],
  /** start of the turn, ms since 1970 */
  awaitingReplyBegins: [open('awaitingReply', 1)],
  awaitingReplyEnds: [open('awaitingReply', -1)],
} as const satisfies Record<string, readonly Effect[]>;

type PlainCode = keyof typeof CODE_EFFECTS;
const plainCodes = Object.keys(CODE_EFFECTS) as PlainCode[];

/** Number of each code, as contributions carry it. */
export const CODE = Object.fromEntries(plainCodes.map((code, index) => [code, index])) as Record<
  PlainCode,
  number
>;
/** A flow-out by cause; value: wait, ms. */
export const FLOW_OUT_CODE = Object.fromEntries(
  COUNTED_CAUSES.map((cause, index) => [cause, plainCodes.length + index]),
) as Record<Exclude<FlowOutCause, 'lost'>, number>;
/** A contact decided without an answer, by reason. */
export const MISSED_CODE = Object.fromEntries(
  MISSED_REASONS.map((reason, index) => [reason, plainCodes.length + COUNTED_CAUSES.length + index]),
) as Record<(typeof MISSED_REASONS)[number], number>;

/** The measures of a contact centre, and which of them each code moves. */
export const MEASURES: MeasurePlan = {
  sums: SUM_LIST.length,
  hists: HISTS.length,
  levels: LEVELS.length,
  opens: OPENS.length,
  effects: [
    ...plainCodes.map((code): readonly Effect[] => CODE_EFFECTS[code]),
    ...COUNTED_CAUSES.map((cause) => [
      one('flowedOut'),
      one(`flowOut:${cause}`),
      value('flowedOutWaitMs'),
      MAX,
    ]),
    ...MISSED_REASONS.map((reason) => [one('decided'), one('missed'), one(`missed:${reason}`)]),
  ].map(codeEffects),
};
