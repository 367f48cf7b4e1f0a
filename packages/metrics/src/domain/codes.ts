import type { FlowOutCause } from '@vigie/contracts';
import type { Effect, MeasurePlan } from '../windowing/measures.ts';
import {
  code,
  EFFECTS,
  FLAGS,
  level,
  MAX,
  one,
  open,
  slot,
  value,
  VERDICTS,
  when,
  hist,
} from './code-table.ts';
import { AGENT_CODE } from './agent/codes.ts';
import { CASE_CODE } from './case/codes.ts';
import { CONTACT_CODE } from './contact/codes.ts';
import { COUNTED_CAUSES, HISTS, LEVELS, MISSED_REASONS, OPENS, SUMS } from './measures.ts';
import { PERIOD_CODE } from './period/codes.ts';
import type { Verdict } from './service-level.ts';

function waits(by: 1 | -1, ring: boolean): readonly Effect[] {
  return [open('waiting', by), ...when(ring, level('waitingRing', by))];
}

function judged(verdict: Verdict): readonly Effect[] {
  return [
    ...when(verdict !== undefined, one('serviceLevelBase')),
    ...when(verdict === 'hit', one('serviceLevelHits')),
  ];
}

const entered: number[] = [];
const left: number[] = [];
const lost: number[] = [];
for (const ring of FLAGS) {
  for (const alerting of FLAGS) {
    for (const bothOver of FLAGS) {
      const moves = [
        ...waits(-1, ring),
        ...when(alerting, level('alerting', -1)),
        ...when(bothOver, level('overThreshold', -1), level('firstResponseOver', -1)),
      ];
      left[slot(undefined, ring, alerting, bothOver)] = code(moves);
      lost[slot(undefined, ring, alerting, bothOver)] = code([one('lost'), ...moves], ['lost_segments']);
    }
  }
  for (const offered of FLAGS) {
    for (const waiting of FLAGS) {
      const moves = [one('entered'), ...when(ring, one('enteredRing')), ...when(offered, one('offered'))];
      entered[slot(undefined, ring, offered, waiting)] = code(
        [...moves, ...when(waiting, ...waits(1, ring))],
        offered ? ['offered'] : [],
      );
    }
  }
}

const answered: number[] = [];
const abandoned: number[] = [];
const flowedOut = new Map(COUNTED_CAUSES.map((cause): [string, number[]] => [cause, []]));
for (const verdict of VERDICTS) {
  for (const within of FLAGS) {
    answered[slot(verdict, within)] = code(
      [
        one('answered'),
        value('answeredWaitMs'),
        hist('wait'),
        MAX,
        ...when(within, one('answeredIn')),
        ...judged(verdict),
      ],
      ['answered'],
      'answered',
    );
    for (const short of FLAGS) {
      abandoned[slot(verdict, within, short)] = code(
        [
          one('abandoned'),
          value('abandonedWaitMs'),
          MAX,
          ...when(within, one('abandonedIn')),
          ...when(short, one('abandonedShort')),
          ...judged(verdict),
        ],
        short ? ['abandoned', 'short_abandoned'] : ['abandoned'],
        'abandoned',
      );
    }
    for (const cause of COUNTED_CAUSES) {
      flowedOut.get(cause)![slot(verdict, within)] = code(
        [
          one('flowedOut'),
          one(`flowOut:${cause}`),
          value('flowedOutWaitMs'),
          MAX,
          ...when(within, one('flowedOutIn')),
          ...judged(verdict),
        ],
        [`flow_outs:${cause}`],
        'flow_out',
      );
    }
  }
}

/** What a piece of work was to its contact: not the last one, the last, or that in a queue that sells, with a sale or without. */
const WORKS = ['earlier', 'last', 'lastOfSales', 'lastOfSale'] as const;
export type WorkOfContact = (typeof WORKS)[number];

const handled = WORKS.map((work) => {
  const codes: number[] = [];
  for (const hold of FLAGS) {
    for (const acw of FLAGS) {
      for (const transferred of FLAGS) {
        for (const wasInProgress of FLAGS) {
          codes[slot(undefined, hold, acw, transferred, wasInProgress)] = code(
            [
              one('handled'),
              value('talkMs'),
              ...when(hold, one('holdReported')),
              ...when(acw, one('acwReported')),
              ...when(transferred, one('handledTransferred')),
              ...when(wasInProgress, level('inProgress', -1)),
              ...when(work !== 'earlier', one('handledContacts')),
              ...when(work === 'lastOfSales' || work === 'lastOfSale', one('handledContactsSales')),
              ...when(work === 'lastOfSale', one('handledContactsConverted')),
            ],
            work === 'earlier' ? ['handled'] : ['handled', 'handled_contacts'],
          );
        }
      }
    }
  }
  return codes;
});

const missed = new Map(
  MISSED_REASONS.map((reason) => [
    reason,
    code(
      [one('decided'), one('missed'), one(`missed:${reason}`)],
      reason === 'abandoned'
        ? [`missed_contacts:${reason}`, 'abandoned_contacts']
        : [`missed_contacts:${reason}`],
    ),
  ]),
);

const decidedAnswered = FLAGS.map((within) =>
  code([one('decided'), one('decidedAnswered'), ...when(within, one('decidedWithin'))]),
);

/** Number of each code, as contributions carry it. What a contribution's value is, is said beside the code. */
export const CODE = {
  /** A stay in a queue began; value: the entry, ms since 1970. `waiting`: it did not end in the same instant. */
  entered: (ring: boolean, offered: boolean, waiting: boolean) =>
    entered[slot(undefined, ring, offered, waiting)]!,
  /** A wait ended, and with it a ring, or what was over both limits; value: its entry, ms since 1970. */
  left: (ring: boolean, alerting: boolean, bothOver: boolean) =>
    left[slot(undefined, ring, alerting, bothOver)]!,
  /** The same, and nobody knows how; value: its entry, ms since 1970. */
  lost: (ring: boolean, alerting: boolean, bothOver: boolean) =>
    lost[slot(undefined, ring, alerting, bothOver)]!,
  /** Nobody knows how a stay ended that ended where it began. */
  lostAtOnce: code([one('lost')], ['lost_segments']),
  /** Value: wait, ms. */
  answered: (within: boolean, verdict: Verdict) => answered[slot(verdict, within)]!,
  /** Value: wait, ms. */
  abandoned: (within: boolean, short: boolean, verdict: Verdict) => abandoned[slot(verdict, within, short)]!,
  /** Value: wait, ms. */
  flowedOut: (cause: Exclude<FlowOutCause, 'lost'>, within: boolean, verdict: Verdict) =>
    flowedOut.get(cause)![slot(verdict, within)]!,
  /**
   * A piece of work ended; which of its parts the source reports, whether it ended in a transfer, whether it took any time,
   * and whether the contact was handled with it. Value: talk, ms.
   */
  handled: (
    hold: boolean,
    acw: boolean,
    transferred: boolean,
    wasInProgress = false,
    work: WorkOfContact = 'earlier',
  ) => handled[WORKS.indexOf(work)]![slot(undefined, hold, acw, transferred, wasInProgress)]!,
  /** Value: ms. */
  hold: code([value('holdMs'), one('handledWithHold')]),
  acw: code([value('acwMs')]),
  /** Value: ms. */
  response: code([one('responses'), value('responseMs')]),
  /** `within`: within the threshold of its channel. */
  decidedAnswered: (within: boolean) => decidedAnswered[Number(within)]!,
  missed: (reason: (typeof MISSED_REASONS)[number]) => missed.get(reason)!,
  alertingBegins: code([level('alerting', 1)]),
  alertingEnds: code([level('alerting', -1)]),
  overThresholdBegins: code([level('overThreshold', 1)]),
  overThresholdEnds: code([level('overThreshold', -1)]),
  inProgressBegins: code([level('inProgress', 1)]),
  /** Of work that does not count as handled. */
  inProgressEnds: code([level('inProgress', -1)]),
  awaitingFirstBegins: code([level('awaitingFirst', 1)]),
  awaitingFirstEnds: code([level('awaitingFirst', -1)]),
  /** Value: start of the turn, ms since 1970. */
  awaitingReplyBegins: code([open('awaitingReply', 1)]),
  awaitingReplyEnds: code([open('awaitingReply', -1)]),
  ...CONTACT_CODE,
  ...CASE_CODE,
  ...PERIOD_CODE,
  ...AGENT_CODE,
} as const;

/** The measures of a contact centre, and which of them each code moves. */
export const MEASURES: MeasurePlan = {
  sums: SUMS,
  hists: HISTS.length,
  levels: LEVELS.length,
  opens: OPENS.length,
  effects: EFFECTS,
};

export { CODE_COUNTERS, type CodeCounters } from './code-table.ts';
