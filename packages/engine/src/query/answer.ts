import {
  ALL,
  formatInstant,
  type ContactsQuestion,
  type IntervalsQuestion,
  type Presentation,
  type Question,
  type Row,
  type SnapshotQuestion,
} from '@vigie/contracts';
import { CATALOGUE, quarterOf, zoneOf, type Kpi, type Zone } from '@vigie/metrics';
import { rowFilter, unknownText } from '../fanout/content.ts';
import { QuestionError } from '../ports/owner.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import { csvLine, intervalColumns, intervalLines } from './figure-lines.ts';
import { intervalRows, intervalsOf, localDay, type CountedIn, type IntervalSize } from './intervals.ts';
import { lookAt } from './look.ts';
import { openContacts, positionOf } from './open-contacts.ts';
import { pageOf } from './page.ts';
import { PastFigures } from './past.ts';
import { rollUpNames, rowNames, type RowName } from './row-names.ts';
import type { WindowSpec } from './window-spec.ts';

/** What questions are answered with beside the centre itself. */
export interface AnswerContext {
  readonly windows: readonly WindowSpec[];
  readonly presentation: Presentation;
  /** Past instants further back than this are not answered, ms. */
  readonly fineMs: number;
}

/** Pieces of the answer's text, and pauses. Throws a {@link QuestionError} before the first piece. */
export type AnswerText = Generator<string | undefined, void, undefined>;

export interface Answer {
  readonly type: string;
  readonly text: AnswerText;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

/** Answers a question about a centre. Pure: it is driven, and paced, by whoever asks. */
export function answer(centre: LiveCentre, question: Question, context: AnswerContext): Answer {
  switch (question.kind) {
    case 'snapshot':
      return { type: JSON_TYPE, text: snapshotText(centre, question, context) };
    case 'intervals': {
      const isCsv = question.format === 'csv';
      return { type: isCsv ? CSV_TYPE : JSON_TYPE, text: intervalsText(centre, question, context) };
    }
    case 'contacts':
      return { type: JSON_TYPE, text: contactsText(centre, question) };
  }
}

function* snapshotText(centre: LiveCentre, question: SnapshotQuestion, context: AnswerContext): AnswerText {
  const { facts, timeline } = centre;
  const atMs = instantAsked(question.atMs, timeline.now, context.fineMs);
  const windows = context.windows.filter(({ name }) => question.windows?.includes(name) ?? true);
  const longestMs = Math.max(0, ...windows.map(({ sizeMs }) => sizeMs ?? 0));
  const frozen = facts.entities.freeze(Math.min(atMs - longestMs - 1000, quarterOf(atMs)));
  const contributions: (readonly number[])[] = [];
  for (const [index, open] of frozen.entries()) {
    contributions.push(lookAt(facts, open()));
    if (index % ENTITIES_A_STEP === 0) yield;
  }
  const figures = new PastFigures(facts, { contributions, counted: countedIn(centre) });
  const { queues, channels, kpis } = question;
  const row = rowFilter({ windows: undefined, queues, channels, kpis: undefined });
  const rows = yield* figures.rowsAtInSteps(atMs, windows, context.presentation, { row, kpi: among(kpis) });
  const { watermarkMs } = facts.sources;
  const head = {
    centre: centre.name,
    asOf: formatInstant(atMs),
    watermark: watermarkMs === undefined ? null : formatInstant(watermarkMs),
    ...worstState(rows),
    configVersion: facts.versions.versionAt(atMs).version,
  };
  yield* listText(`${JSON.stringify(head).slice(0, -1)},"rows":[`, rows, ']}');
}

function* intervalsText(centre: LiveCentre, question: IntervalsQuestion, context: AnswerContext): AnswerText {
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
  const levelsOf = (group: number): Float64Array => centre.timeline.group(group).present.levels;
  const pieces = intervalRows(names, countedIn(centre), levelsOf, {
    ...{ zone, fromMs, toMs: fromMs, size },
    judgedAtMs: now,
    finalUntilMs: centre.finalUntilMs,
    matureUntilMs: centre.finalUntilMs - centre.facts.versions.at(now).cases.fcrWindowMs,
    words: centre.facts.words,
    wanted: among(kpis),
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

function* contactsText(centre: LiveCentre, question: ContactsQuestion): AnswerText {
  const { facts, timeline } = centre;
  const { queue, states, channels } = question;
  const sorted = yield* openContacts(facts, facts.entities.freeze(timeline.now + 1), {
    nowMs: timeline.now,
    queue: (name) => queue === ALL || queue === EVERY_QUEUE || name === queue,
    channel: (name) => channels?.includes(name) ?? true,
    state: (state) => states?.includes(state) ?? true,
  });
  const { items: contacts, next } = pageOf(sorted, positionOf, question);
  yield JSON.stringify({ contacts, ...(next === undefined ? {} : { next }) });
}

const ENTITIES_A_STEP = 100;
const ROWS_A_PIECE = 100;
/** Of one answer. */
const MAX_FIGURES = 500_000;
const EVERY_QUEUE = '*';
const FAST_CLOCK_MS = 2000;
const SIZES: Readonly<Record<IntervalsQuestion['interval'], IntervalSize>> = {
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  day: 'day',
};

/** What a centre has counted, by its quarter-hour rows. */
function countedIn({ timeline }: LiveCentre): CountedIn {
  return (fromMs, toMs, visit) =>
    timeline.rows.forEach(fromMs, toMs, (quarter, group, row) =>
      visit(group, row.totals, timeline.maxOfRow(quarter, group, row)),
    );
}

/** The instant, when it can be answered for; whose clock is a little fast means now. */
function instantAsked(atMs: number, nowMs: number, fineMs: number): number {
  const earliest = nowMs - fineMs;
  if (atMs >= earliest && atMs <= nowMs + FAST_CLOCK_MS) return Math.min(atMs, nowMs);
  const reach = `figures are known from ${formatInstant(earliest)} (retention.fine) to ${formatInstant(nowMs)}`;
  throw new QuestionError(400, `at: ${formatInstant(atMs)} is out of reach: ${reach}`, { parameter: 'at' });
}

/** The rows that are asked for. */
function intervalNames(
  { facts, timeline }: LiveCentre,
  { queue, by, channels }: IntervalsQuestion,
  presentation: Presentation,
): readonly RowName[] {
  const wanted = (channel: string): boolean => channels?.includes(channel) ?? true;
  if (by === 'team' || by === 'site') {
    if (queue === ALL || queue === EVERY_QUEUE)
      return rollUpNames(facts, timeline.now, presentation, by).filter(({ channel }) => wanted(channel));
    throw new QuestionError(400, `by: a ${by} has several queues: ask for the queue _all`, {
      parameter: 'by',
    });
  }
  const every = rowNames(facts, timeline.now);
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

/** The local day that is asked for, in the zone that the centre has on it. */
function dayAsked(
  { facts, timeline }: LiveCentre,
  date: string | undefined,
): { readonly zone: Zone; readonly fromMs: number } {
  const near = date === undefined ? timeline.now : Date.parse(`${date}T12:00:00Z`);
  const { timeZone, dayStartMs } = facts.versions.at(Number.isNaN(near) ? timeline.now : near);
  const zone = zoneOf(timeZone, dayStartMs);
  if (date === undefined) return { zone, fromMs: zone.dayStart(timeline.now) };
  const day = localDay(zone, date);
  if (day !== undefined) return { zone, fromMs: day.fromMs };
  throw new QuestionError(400, `date: ${timeZone} has no day ${date}`, { parameter: 'date' });
}

function among(kpis: readonly string[] | undefined): ((kpi: Kpi) => boolean) | undefined {
  return kpis === undefined ? undefined : ({ id }) => kpis.includes(id);
}

/** `incomplete` as soon as one row is, since the earliest gap. */
function worstState(rows: readonly Row[]): Pick<Row, 'state' | 'since'> {
  const [since] = rows.flatMap((row) => (row.state === 'incomplete' ? [row.since ?? ''] : [])).sort();
  return since === undefined ? { state: 'live' } : { state: 'incomplete', since };
}

function* listText(before: string, items: readonly object[], after: string): AnswerText {
  const piece = (_: unknown, n: number): readonly object[] =>
    items.slice(n * ROWS_A_PIECE, (n + 1) * ROWS_A_PIECE);
  yield* listsText(before, Array.from({ length: Math.ceil(items.length / ROWS_A_PIECE) }, piece), after);
}

function* listsText(before: string, lists: Iterable<readonly object[]>, after: string): AnswerText {
  let separator = before;
  for (const list of lists) {
    if (list.length === 0) continue;
    yield separator + list.map((item) => JSON.stringify(item)).join(',');
    separator = ',';
  }
  yield separator === before ? before + after : after;
}
