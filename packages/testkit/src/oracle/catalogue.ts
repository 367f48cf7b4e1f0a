import { agentTime, daysWorked, queuesAt, stateAt, type AgentLife } from './agents.ts';
import type { CustomerContact, JudgedCase } from './cases.ts';
import { count, mean, ratio, tally, type Figures, type InWindow, type Scope } from './figures.ts';
import type { Mark } from './mark.ts';
import type { OracleConfigVersion, OracleFigure } from './types.ts';

/** A working day of one agent (`agent_day_equivalents`). */
const STANDARD_DAY_MS = 8 * 3_600_000;

const valueOf = (marks: readonly Mark[]): number => marks.reduce((sum, { value }) => sum + value, 0);

const COUNTED = [
  'agent_no_answer',
  'consults',
  'callbacks_requested',
  'callbacks_answered',
  'lost_segments',
  'abandoned_after_transfer',
  'hold_disconnects',
  'held_outcomes',
  'unanswered_conversations',
  'unanswered_turns',
  'contacts_in_hours',
  'verbatim_count',
  'handled_contacts',
  'conversions',
];
/** Of contacts as a whole: only in the totals. */
const COUNTED_WHOLE = ['self_care_transfers'];
const TALLIED = ['transfers_out', 'transfers_in', 'contacts_out_of_hours', 'survey_responses'];
const AVERAGED = [
  'csat',
  'csat_mean',
  'ces_score',
  'ces_easy_rate',
  'nps',
  'qa_score',
  'sentiment_score',
  'review_rating',
];

/** Figures of what is merely counted, summed or averaged over its number. */
export function markFigures({ marks, contacts }: Scope, inWindow: InWindow): Figures {
  const dated = new Map<string, Mark[]>();
  for (const mark of marks) {
    if (!inWindow(mark.atMs)) continue;
    const same = dated.get(mark.id);
    if (same === undefined) dated.set(mark.id, [mark]);
    else same.push(mark);
  }
  const of = (id: string): readonly Mark[] => dated.get(id) ?? [];
  const numberOf = (id: string) => of(id).length;
  const figures: Figures = {};
  for (const id of COUNTED) figures[id] = count(numberOf(id));
  for (const id of TALLIED)
    figures[id] = tally(
      of(id).flatMap(({ word }) => word ?? []),
      numberOf(id),
    );
  for (const id of AVERAGED) figures[id] = ratio(valueOf(of(id)), numberOf(id));
  const hits = of('keyword_hits');
  const hitsBy: Record<string, number> = {};
  for (const { word = '', value } of hits) hitsBy[word] = (hitsBy[word] ?? 0) + value;
  return {
    ...figures,
    callback_wait: ratio(valueOf(of('callback_wait')) / 1000, numberOf('callback_wait')),
    keyword_contacts: tally(of('keyword_contacts').map(({ word = '' }) => word)),
    conversion_rate: ratio(numberOf('converted_handled'), numberOf('eligible_handled')),
    keyword_contact_rate: ratio(numberOf('keyword_contact'), numberOf('transcribed')),
    keyword_hits: { ...count(valueOf(hits)), by: hitsBy },
    ...(contacts === undefined ? {} : wholeFigures()),
  };

  function wholeFigures(): Figures {
    const whole: Figures = {
      contacts_by_channel: tally(of('contacts_by_channel').flatMap(({ word }) => word ?? [])),
      avg_contact_duration: ratio(valueOf(of('contact_duration')) / 1000, numberOf('contact_duration')),
      containment_rate: ratio(numberOf('contained'), numberOf('bot_contacts')),
      self_care_transfer_rate: ratio(numberOf('redirected'), numberOf('presented_or_redirected')),
    };
    for (const id of COUNTED_WHOLE) whole[id] = count(numberOf(id));
    return whole;
  }
}

/** `fcr_rate` and the rest of what is known of cases. */
export function caseFigures(
  cases: readonly JudgedCase[],
  repeated: readonly { readonly contact: CustomerContact; readonly repeat: boolean }[],
  inWindow: InWindow,
  atMs: number,
): Figures {
  const opened = cases.filter((c) => c.openedMs !== undefined && inWindow(c.openedMs));
  const resolutions = cases.flatMap((c) =>
    c.resolvedMs.map((ms, i) => ({ ms, lengthMs: c.lengthsMs[i], isFirst: i === 0 })),
  );
  const within = resolutions.filter(({ ms }) => inWindow(ms));
  const lengths = (some: typeof within) => some.flatMap(({ lengthMs }) => lengthMs ?? []);
  const first = cases.filter((c) => c.resolvedMs[0] !== undefined && inWindow(c.resolvedMs[0]));
  const cohort = first.flatMap((c) => c.firstResolution ?? []);
  const mature = cohort.filter(({ maturesMs }) => maturesMs <= atMs);
  const fcr = (some: typeof cohort) => ratio(some.filter((f) => f.firstContact).length, some.length);
  const closed = cases.filter((c) => c.lastClosing !== undefined && inWindow(c.lastClosing.atMs));
  const solved = closed.flatMap((c) => (c.lastClosing?.resolved === true ? [c.lastClosing] : []));
  const classified = repeated.filter(({ contact }) => inWindow(contact.arrivedMs));
  const again = classified.filter(({ repeat }) => repeat).length;
  return {
    tickets_created: count(opened.length),
    tickets_by_category: tally(opened.map(({ category }) => category)),
    cases_resolved: count(within.length),
    cases_reopened: count(cases.flatMap((c) => c.reopenedMs.filter(inWindow)).length),
    avg_resolution_time: mean(lengths(within)),
    avg_first_resolution_time: mean(lengths(within.filter(({ isFirst }) => isFirst))),
    fcr_rate: fcr(mature),
    fcr_provisional_rate: fcr(cohort),
    one_agent_resolution_rate: ratio(first.filter((c) => c.agents.length === 1).length, first.length),
    resolution_rate: ratio(solved.length, closed.length),
    contacts_per_resolution: ratio(
      solved.reduce((sum, { contacts }) => sum + contacts, 0),
      solved.length,
    ),
    repeat_contacts: count(again),
    repeat_contact_rate: ratio(again, classified.length),
  };
}

/** Occupancy and what else is made of agents' time, over the members of a queue or over everybody. */
export function agentFigures(
  lives: readonly AgentLife[],
  span: { readonly fromMs: number; readonly toMs: number; readonly inWindow: InWindow },
  timeline: readonly OracleConfigVersion[],
  handled: number,
  queue?: string,
): Figures {
  const times = lives.map((life) => agentTime(life, span.fromMs, span.toMs, queue));
  const total = (read: (time: (typeof times)[number]) => number) =>
    times.reduce((sum, time) => sum + read(time), 0);
  const share = (num: number, denMs: number) => ({ ...ratio(num, denMs), n: denMs / 1000 });
  const onContact = total((time) => time.onContactMs);
  const available = total((time) => time.availableMs);
  const loggedIn = total((time) => time.loggedInMs);
  return {
    occupancy: share(onContact, onContact + available),
    utilization: share(onContact + available, loggedIn),
    concurrency: share(
      total((time) => time.handlingMs),
      onContact,
    ),
    agent_days: count(
      lives.flatMap((life) => daysWorked(life, timeline, queue).filter(span.inWindow)).length,
    ),
    agent_day_equivalents: count(loggedIn / STANDARD_DAY_MS),
    handled_per_agent_hour: ratio(handled, loggedIn / 3_600_000),
  };
}

/** Distinct agents by the state each is in. */
export function agentsByState(lives: readonly AgentLife[], atMs: number, queue?: string): OracleFigure {
  const own = lives.filter((life) => queue === undefined || queuesAt(life, atMs).includes(queue));
  return tally(own.flatMap((life) => stateAt(life, atMs, queue) ?? []));
}
