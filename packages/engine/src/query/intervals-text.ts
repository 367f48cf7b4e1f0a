import { ALL, isInScope, type IntervalsQuestion, type Presentation } from '@vigie/contracts';
import { CATALOGUE } from '@vigie/metrics';
import { unknownText } from '../fanout/content.ts';
import { QuestionError } from '../ports/owner.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import { among, EVERY_QUEUE, listsText, type AnswerContext, type AnswerText } from './asked.ts';
import { csvLine, intervalColumns, intervalLines } from './figure-lines.ts';
import { dayAsked } from './day-asked.ts';
import { recentHistory } from './history.ts';
import { intervalRows, intervalsOf, type IntervalSize } from './intervals.ts';
import { closedThroughout } from './row-hours.ts';
import { rollUpNames, rowNames, type RowName } from './row-names.ts';

const SIZES: Readonly<Record<IntervalsQuestion['interval'], IntervalSize>> = {
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  day: 'day',
};
/** Figures of one answer. */
const MAX_FIGURES = 500_000;

/** Rows of every interval of a local day, as JSON or CSV. */
export function* intervalsText(
  centre: LiveCentre,
  question: IntervalsQuestion,
  context: AnswerContext,
): AnswerText {
  const { interval, kpis, format } = question;
  const { now } = centre.timeline;
  const names = intervalNames(centre, question, context.presentation);
  const { zone, fromMs } = dayAsked(centre, question.date);
  const size = SIZES[interval];
  const counted = intervalsOf(zone, fromMs, fromMs, size).length * names.length * (kpis ?? CATALOGUE).length;
  if (counted > MAX_FIGURES) {
    const more = `${counted} figures, and ${MAX_FIGURES} are the most`;
    throw new QuestionError(400, `these are ${more}: ask for one queue, fewer KPIs or longer intervals`);
  }
  const { counted: countedIn, levelsOf } = context.history ?? recentHistory(centre);
  const pieces = intervalRows(names, countedIn, levelsOf, {
    ...{ zone, fromMs, toMs: fromMs, size },
    judgedAtMs: now,
    finalUntilMs: centre.finality.finalUntilMs,
    matureUntilMs: centre.finality.finalUntilMs - centre.facts.versions.at(now).cases.fcrWindowMs,
    words: centre.facts.words,
    wanted: among(kpis),
    closed: closedThroughout(centre.facts),
  });
  if (format === 'json') return yield* listsText('{"rows":[', pieces, ']}');
  const columns = intervalColumns(question.by === 'channel' ? undefined : question.by);
  yield csvLine(columns);
  for (const rows of pieces) {
    yield Array.from(intervalLines(rows), ({ cells }) =>
      csvLine(columns.map((name) => cells[name] ?? '')),
    ).join('');
  }
}

/** The rows that are asked for. */
function intervalNames(
  { facts, timeline }: LiveCentre,
  { queue, by, channels, scope }: IntervalsQuestion,
  presentation: Presentation,
): readonly RowName[] {
  const wanted = (channel: string): boolean => channels?.includes(channel) ?? true;
  if (by === 'team' || by === 'site') {
    // A team's figures add up queues, and are its agents': no part of them may be seen without the others.
    if (scope !== undefined) {
      throw new QuestionError(403, `by: the figures of a ${by} are of queues that this key may not see`, {
        parameter: 'by',
      });
    }
    if (queue === ALL || queue === EVERY_QUEUE)
      return rollUpNames(facts, timeline.now, presentation, by).filter(({ channel }) => wanted(channel));
    throw new QuestionError(400, `by: a ${by} has several queues: ask for the queue _all`, {
      parameter: 'by',
    });
  }
  const every = rowNames(facts, timeline.now).filter((row) => isInScope(row.queue, scope));
  const own = every.filter((row) => (queue === EVERY_QUEUE ? row.queue !== ALL : row.queue === queue));
  if (own.length === 0) {
    const known = [EVERY_QUEUE, ...new Set(every.map((row) => row.queue))];
    throw new QuestionError(404, `queue: ${unknownText(queue, known)}`, { parameter: 'queue' });
  }
  if (channels !== undefined) return own.filter(({ channel }) => wanted(channel));
  if (by === 'channel') return own.filter(({ channel }) => channel !== ALL);
  // As in a snapshot: the total is the merged one, unless channels are asked for.
  return queue === ALL ? own.filter(({ channel }) => channel === ALL) : own;
}
