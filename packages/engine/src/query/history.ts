import { formatInstant, type Question } from '@vigie/contracts';
import { MEASURES, Totals } from '@vigie/metrics';
import { unsealRows, type ArchivedQuarter } from '../checkpoint/archive.ts';
import { addRow, groupOf } from '../checkpoint/slice.ts';
import { QuestionError } from '../ports/owner.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import type { ArchivedRows } from '../ports/checkpoint-store.ts';
import { dayAsked } from './day-asked.ts';
import type { CountedIn, LevelsOf, Stretch } from './intervals.ts';
import type { Steps } from './steps.ts';

/** A part of the archive. */
export interface Reach extends Stretch {
  readonly kind: ArchivedRows['kind'];
}

/**
 * The part of the archive that it takes to answer a question; `undefined` when memory has it all. Of what is older than
 * `keepIntervalsMs` only whole days are there.
 */
export function archiveReach(
  centre: LiveCentre,
  question: Question,
  keepIntervalsMs: number,
): Reach | undefined {
  const { storedUntilMs } = centre.finality;
  const asked = stretchOf(centre, question);
  if (asked === undefined || asked.fromMs >= storedUntilMs) return undefined;
  const { fromMs } = asked;
  const oldestMs = centre.timeline.now - keepIntervalsMs;
  if (fromMs >= oldestMs) return { kind: 'quarter', fromMs, toMs: Math.min(asked.toMs, storedUntilMs) };
  if (question.kind === 'intervals' && question.interval === 'day')
    return { kind: 'day', fromMs, toMs: fromMs + 1 };
  const detail = `date: rows since ${formatInstant(oldestMs)} are kept (retention.intervals); ask for interval=day`;
  throw new QuestionError(400, detail, { parameter: 'date' });
}

/** Whole quarter hours that a question is about. */
function stretchOf(centre: LiveCentre, question: Question): Stretch | undefined {
  switch (question.kind) {
    case 'intervals':
      return dayAsked(centre, question.date);
    case 'snapshot':
    case 'explain': {
      const toMs = question.atMs ?? centre.timeline.now;
      return { fromMs: centre.facts.versions.zoneAt(toMs).dayStart(toMs), toMs };
    }
    default:
      return undefined;
  }
}

/** Rows of the past, wherever they are. */
export interface History {
  readonly counted: CountedIn;
  /** Levels at the end of the last interval that is asked for, or now. */
  readonly levelsOf: LevelsOf;
}

/** The rows that a centre has in memory. */
export function recentHistory({ timeline, finality }: LiveCentre): History {
  const counted: CountedIn = (fromMs, toMs, visit) => {
    timeline.rows.forEach(fromMs, toMs, (quarter, group, row) =>
      visit(group, row.totals, timeline.maxOfRow(quarter, group, row)),
    );
    for (const { quarter, group, row } of finality.leaving)
      if (quarter >= fromMs && quarter < toMs) visit(group, row.totals, row.max);
  };
  return { counted, levelsOf: (group) => timeline.group(group).present.levels };
}

/** The same with rows of the archive: all parts of `reach`. */
export function* wholeHistory(
  centre: LiveCentre,
  reach: Stretch,
  parts: readonly Pick<ArchivedRows, 'startMs' | 'bytes'>[],
): Steps<History> {
  const quarters: ArchivedQuarter[] = [];
  for (const { startMs, bytes } of parts) {
    quarters.push(unsealRows(startMs, bytes));
    yield;
  }
  const recent = recentHistory(centre);
  const counted: CountedIn = (fromMs, toMs, visit) => {
    for (const { startMs, rows } of quarters) {
      if (startMs < fromMs || startMs >= toMs) continue;
      for (const row of rows) {
        const totals = new Totals(MEASURES);
        const max = addRow(row, totals, centre.facts.words);
        visit(groupOf(centre, row), totals, max);
      }
    }
    recent.counted(fromMs, toMs, visit);
  };
  // The first part of a quarter hour has its levels: later parts are what became certain since.
  const lastStartMs = quarters.at(-1)?.startMs;
  const last = quarters.find(({ startMs }) => startMs === lastStartMs);
  if (reach.toMs >= centre.finality.storedUntilMs || last?.levels === undefined)
    return { counted, levelsOf: recent.levelsOf };
  // Nothing that came after the stretch takes part: its levels are those of its own end.
  const { levels } = last;
  return {
    counted: (fromMs, toMs, visit) => counted(fromMs, Math.min(toMs, reach.toMs), visit),
    levelsOf: (group) => {
      const { queue, channel } = centre.facts.groups.storedNameOf(group);
      return levels.find((each) => each.queue === queue && each.channel === channel)?.levels;
    },
  };
}
