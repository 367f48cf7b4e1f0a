import { ALL, formatInstant, isInScope, type SeriesQuestion } from '@vigie/contracts';
import {
  FIELDS,
  figureOf,
  kpiOf,
  MEASURES,
  measuresOf,
  partsOf,
  Present,
  Totals,
  type Figure,
  type Kpi,
} from '@vigie/metrics';
import { QuestionError } from '../ports/owner.ts';
import type { CentreState } from '../processor/centre-state.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import { isAgent } from './agents.ts';
import { EVERY_QUEUE, instantAsked, windowNamed, type AnswerContext, type AnswerText } from './asked.ts';
import { lookAt } from './look.ts';
import { mergeMeasures } from './measure-rows.ts';
import { closedAt, oldestUnanswered } from './row-hours.ts';
import { rowNames, type RowName } from './row-names.ts';
import type { Steps } from './steps.ts';

/** One figure of a row at each instant of a series. */
export interface SeriesRow {
  readonly queue: string;
  readonly channel: string;
  readonly values: readonly (number | null)[];
}
export interface Series {
  readonly kpi: string;
  readonly window: string;
  /** Instants, rising. */
  readonly at: readonly string[];
  readonly rows: readonly SeriesRow[];
}

const ENTITIES_A_STEP = 100;

/**
 * One figure at instants that follow each other evenly, *as known now*. The instants are whole multiples of the step,
 * so that whoever asks within it is told the same. Each entity is looked at once, and the window slides over what it
 * contributed.
 */
export function* seriesText(
  centre: LiveCentre,
  question: SeriesQuestion,
  context: AnswerContext,
): AnswerText {
  const { facts, timeline } = centre;
  const { stepMs, points } = question;
  const kpi = seriesKpi(question.kpi);
  const sizeMs = windowNamed(question.window, context.windows).sizeMs;
  if (sizeMs === undefined) {
    const detail = `window: ${question.window} does not slide: ask for a rolling one, or for intervals`;
    throw new QuestionError(400, detail, { parameter: 'window' });
  }
  const untilMs = instantAsked(question.atMs ?? timeline.now, timeline.now, context.fineMs);
  const lastMs = Math.floor(untilMs / stepMs) * stepMs;
  const instants = Array.from(
    { length: points },
    (_, index) => lastMs - (points - 1 - index) * stepMs,
  ).filter((atMs) => atMs >= timeline.now - context.fineMs);
  const rows = rowNames(facts, untilMs).filter(
    ({ queue, channel }) =>
      isInScope(queue, question.scope) &&
      (question.queue === EVERY_QUEUE ? queue !== ALL : queue === question.queue) &&
      (question.channels?.includes(channel) ?? true),
  );
  if (rows.length === 0) {
    const detail = `queue: nothing is known of ${JSON.stringify(question.queue)}`;
    throw new QuestionError(404, detail, { parameter: 'queue' });
  }
  const slide = new Slide(instants, sizeMs, new Set(rows.flatMap(({ groups }) => groups)));
  yield* slide.read(facts);
  const values = rows.map((): (number | null)[] => []);
  for (const atMs of instants) {
    slide.next();
    rows.forEach((row, index) => values[index]!.push(slide.figure(facts, kpi, row, atMs).value));
    yield;
  }
  const series: Series = {
    kpi: kpi.id,
    window: question.window,
    at: instants.map(formatInstant),
    rows: rows.map(({ queue, channel }, index) => ({ queue, channel, values: values[index]! })),
  };
  yield JSON.stringify(series);
}

/** The figure of that id, if a window can slide over it; throws a {@link QuestionError}. */
export function seriesKpi(id: string): Kpi {
  const kpi = kpiOf(id);
  if (kpi === undefined)
    throw new QuestionError(400, `kpi: ${JSON.stringify(id)} is unknown`, { parameter: 'kpi' });
  const parts = partsOf(kpi);
  if (parts !== undefined && !parts.maxWait && kpi.level !== 'agent') return kpi;
  const detail = `kpi: ${id} cannot be told as a series: it is not made of sums that a window slides over`;
  throw new QuestionError(400, detail, { parameter: 'kpi' });
}

/** A window that slides over contributions from one instant to the next: each comes in once and goes once. */
export class Slide {
  readonly #instants: readonly number[];
  readonly #firstStart: number;
  readonly #stepMs: number;
  readonly #groups: ReadonlySet<number>;
  /** By instant: what becomes true there, and what the window gains and loses, as (group, code, value). */
  readonly #dated: number[][];
  readonly #gained: number[][];
  readonly #lost: number[][];
  readonly #totals = new Map<number, Totals>();
  readonly #present = new Map<number, Present>();
  #index = -1;

  constructor(instants: readonly number[], sizeMs: number, groups: ReadonlySet<number>) {
    this.#instants = instants;
    this.#groups = groups;
    const [first = 0, second = first + 1000] = instants;
    this.#stepMs = second - first;
    this.#firstStart = Math.floor(first / 1000) * 1000 - sizeMs + 1000;
    const lists = (): number[][] => instants.map(() => []);
    this.#dated = lists();
    this.#gained = lists();
    this.#lost = lists();
    for (const group of groups) {
      this.#totals.set(group, new Totals(MEASURES));
      this.#present.set(group, new Present(MEASURES));
    }
  }

  *read(centre: CentreState): Steps<void> {
    let left = ENTITIES_A_STEP;
    for (const open of centre.entities.freeze(this.#firstStart, (id) => !isAgent(id))) {
      const contributions = lookAt(centre, open());
      for (let i = 0; i < contributions.length; i += FIELDS) {
        const [group, at, code, value] = contributions.slice(i, i + FIELDS) as [
          number,
          number,
          number,
          number,
        ];
        const { matures } = MEASURES.effects[code]!;
        if (!this.#groups.has(group)) continue;
        if (matures === undefined) this.#add(group, at, at, code, value);
        else this.#add(group, at, value, matures, 0);
      }
      if (--left > 0) continue;
      left = ENTITIES_A_STEP;
      yield;
    }
  }

  /** What is known from `knownAt` on and counted at `at`. */
  #add(group: number, knownAt: number, at: number, code: number, value: number): void {
    const from = Math.max(0, Math.ceil((knownAt - this.#instants[0]!) / this.#stepMs));
    if (from >= this.#instants.length) return;
    this.#dated[from]!.push(group, code, value);
    const lostAt = Math.floor((at - this.#firstStart) / this.#stepMs) + 1;
    if (lostAt <= from) return;
    this.#gained[from]!.push(group, code, value);
    this.#lost[lostAt]?.push(group, code, value);
  }

  /** Slides on to the next instant. */
  next(): void {
    const index = ++this.#index;
    forEach(this.#dated[index]!, (group, code, value) =>
      this.#present.get(group)!.apply(MEASURES.effects[code]!, value, 1),
    );
    forEach(this.#gained[index]!, (group, code, value) =>
      this.#totals.get(group)!.apply(MEASURES.effects[code]!, value, 1),
    );
    forEach(this.#lost[index]!, (group, code, value) =>
      this.#totals.get(group)!.apply(MEASURES.effects[code]!, value, -1),
    );
  }

  figure(centre: CentreState, kpi: Kpi, { groups }: RowName, atMs: number): Figure {
    const parts = groups.map((group) => {
      const totals = this.#totals.get(group)!;
      const present = this.#present.get(group)!;
      return measuresOf({ totals, present, nowMs: atMs, rolling: true, words: centre.words });
    });
    const hours = {
      closed: closedAt(centre, groups, atMs),
      oldestUnanswered: oldestUnanswered(centre, groups, (id) => this.#present.get(id), atMs),
    };
    return figureOf(kpi, { ...mergeMeasures(parts), ...hours });
  }
}

function forEach(list: readonly number[], visit: (group: number, code: number, value: number) => void): void {
  for (let i = 0; i < list.length; i += 3) visit(list[i]!, list[i + 1]!, list[i + 2]!);
}
