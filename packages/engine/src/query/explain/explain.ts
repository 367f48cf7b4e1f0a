import {
  ALL,
  compareText,
  formatInstant,
  SERVICE_LEVEL_FORMULAS,
  type Channel,
  type ExplainQuestion,
} from '@vigie/contracts';
import {
  kpiOf,
  LEVELS,
  MEASURES,
  measuresOf,
  OPENS,
  outcomeOf,
  partsOf,
  quarterOf,
  serviceLevelVerdict,
  SUM_LIST,
  symbolOf,
  Totals,
  type Kpi,
  type KpiParts,
  type Measures,
} from '@vigie/metrics';
import { QuestionError } from '../../ports/owner.ts';
import type { CentreState } from '../../processor/centre-state.ts';
import type { LiveCentre } from '../../processor/live-centre.ts';
import { isAgent } from '../agents.ts';
import { instantAsked, type AnswerContext, type AnswerText } from '../asked.ts';
import { recentHistory } from '../history.ts';
import { cursorOf, readCursor } from '../page.ts';
import { rowAsked, windowAsked } from '../row-asked.ts';
import type { RowName } from '../row-names.ts';
import { effectsOf, type Effect } from './effects.ts';
import { contactLeftOut, staysLeftOut, tell, type Told } from './reasons.ts';
import { scan, type Found, type Item } from './scan.ts';

/** One thing behind a figure. Its ids are those of its source: they name no customer. */
export interface ExplainedEntity extends Told {
  readonly at: string;
  readonly effect: Effect;
  readonly waitSeconds?: number;
}

/** A figure with what it is made of. */
export interface Explanation {
  readonly kpi: string;
  readonly queue: string;
  readonly channel: string;
  readonly value: number | null;
  readonly n?: number;
  readonly asOf: string;
  readonly window: { readonly name: string; readonly from: string; readonly to: string };
  readonly formula: string;
  readonly numbers: Readonly<Record<string, number>>;
  /** The service level by each formula, from the same contacts. */
  readonly variants?: Readonly<Record<string, { readonly value: number | null; readonly n: number }>>;
  readonly configVersion: string;
  /** How many things there are of each effect, on all pages. */
  readonly counts: Readonly<Record<Effect, number>>;
  readonly entities: readonly ExplainedEntity[];
  readonly next?: string;
}

/** A figure taken apart: its formula with its numbers, and who counts for it, against it, and was left out, and why. */
export function* explainText(
  centre: LiveCentre,
  question: ExplainQuestion,
  context: AnswerContext,
): AnswerText {
  const { facts, timeline } = centre;
  const after = question.after === undefined ? undefined : readAfter(question.after);
  const atMs = instantAsked(after?.atMs ?? question.atMs ?? timeline.now, timeline.now, context.fineMs);
  const kpi = kpiAsked(question);
  const parts = partsOf(kpi);
  const effects = effectsOf(kpi);
  const isTime = kpi.level === 'agent' && !kpi.now;
  if (parts === undefined || effects === undefined || isTime) {
    throw new QuestionError(400, `kpi: ${kpi.id} is not made of things that can be told one by one`, {
      parameter: 'kpi',
    });
  }
  const row = rowAsked(facts, question, atMs);
  const { fromMs, rolling } = windowAsked(centre, question.window, atMs, context);
  const groups = new Set(kpi.level === 'agent' ? [row.agents ?? -1] : row.groups);
  const today = todayUntil(centre, context, groups, atMs);
  const asked = { groups, fromMs, atMs, effects, todayFromMs: today.untilMs };
  // Agents' time is counted in groups of its own, and nothing else is.
  const isOfAgents = kpi.level === 'agent';
  const frozen = facts.entities.freeze(Math.min(fromMs, today.untilMs), (id) => isAgent(id) === isOfAgents);
  yield;
  const found = yield* scan(facts, frozen, {
    ...asked,
    leftOut: (entity, own) => {
      if (effects.ofStays) return staysLeftOut(facts, entity, own, asked);
      return kpi.level === 'contact' && !kpi.now ? contactLeftOut(facts, entity, own, asked) : [];
    },
  });
  const { totals, present, maxWaitMs, items } = found;
  today.totals.add(found.today);
  const agents = { totals, levels: present.levels, fromMs, toMs: atMs };
  const shared = { present, nowMs: atMs, words: facts.words, agents };
  const measures: Measures = {
    ...shared,
    ...{ totals, today: today.totals, maxWaitMs, rolling, daily: !rolling },
  };
  const { value, n } = kpi.compute(measures);
  const counts: Record<Effect, number> = { for: 0, against: 0, excluded: 0 };
  for (const { effect } of items) counts[effect]++;
  yield;
  const wanted =
    question.effect === undefined ? items : items.filter(({ effect }) => effect === question.effect);
  const sorted = wanted.sort(compareItems);
  const start = after === undefined ? 0 : sorted.findIndex((item) => compareItems(item, after.item) > 0);
  const page = start < 0 ? [] : sorted.slice(start, start + question.limit);
  const last = page.at(-1);
  const isMore = last !== undefined && start + page.length < sorted.length;
  const entities: ExplainedEntity[] = [];
  for (const [index, item] of page.entries()) {
    const { at, effect, waitMs } = item;
    const wait = waitMs === undefined ? {} : { waitSeconds: waitMs / 1000 };
    const told = tell(facts, item.open(), item, effects.readsNow);
    entities.push({ ...told, at: formatInstant(at), effect, ...wait });
    if (index % TOLD_A_STEP === TOLD_A_STEP - 1) yield;
  }
  const isServiceLevel = kpi.id.startsWith('service_level');
  const explanation: Explanation = {
    kpi: kpi.id,
    queue: row.queue,
    channel: row.channel,
    value,
    ...(n === undefined ? {} : { n }),
    asOf: formatInstant(atMs),
    window: { name: question.window, from: formatInstant(fromMs), to: formatInstant(atMs) },
    formula: isServiceLevel ? serviceLevelFormula(facts, kpi, row, atMs) : kpi.formula,
    numbers: numbersOf(parts, found, isServiceLevel),
    ...(isServiceLevel ? { variants: variantsOf(facts, found, kpi) } : {}),
    configVersion: facts.versions.versionAt(atMs).version,
    counts,
    entities,
    ...(isMore ? { next: cursorOf(JSON.stringify([atMs, last.at, last.id, last.group])) } : {}),
  };
  yield JSON.stringify(explanation);
}

const TOLD_A_STEP = 50;

type Position = Pick<Item, 'at' | 'id' | 'group'>;

/** By time, then by entity, so that pages follow each other. */
function compareItems(a: Position, b: Position): number {
  return a.at - b.at || compareText(a.id, b.id) || a.group - b.group;
}

/** The instant that the first page was of, and the last thing it told. */
function readAfter(cursor: string): { readonly atMs: number; readonly item: Position } {
  const [atMs, at, id, group] = JSON.parse(readCursor(cursor)) as readonly unknown[];
  if (
    typeof atMs === 'number' &&
    typeof at === 'number' &&
    typeof id === 'string' &&
    typeof group === 'number'
  )
    return { atMs, item: { at, id, group } };
  throw new QuestionError(400, 'after: is not the "next" of an answer', { parameter: 'after' });
}

function kpiAsked({ kpi: id, queue }: ExplainQuestion): Kpi {
  const kpi = kpiOf(id);
  if (kpi === undefined)
    throw new QuestionError(400, `kpi: ${JSON.stringify(id)} is unknown`, { parameter: 'kpi' });
  if (kpi.level !== 'contact' || queue === ALL) return kpi;
  const detail = `kpi: ${id} is a figure of contacts as a whole: ask for the queue ${ALL}`;
  throw new QuestionError(400, detail, { parameter: 'kpi' });
}

/** What the day's whole quarter hours before `atMs` counted; the rest of it is in the contributions from there on. */
function todayUntil(
  centre: LiveCentre,
  { history = recentHistory(centre) }: AnswerContext,
  groups: ReadonlySet<number>,
  atMs: number,
): { readonly totals: Totals; readonly untilMs: number } {
  const dayStart = centre.facts.versions.zoneAt(atMs).dayStart(atMs);
  const totals = new Totals(MEASURES);
  const untilMs = Math.max(dayStart, quarterOf(atMs));
  history.counted(dayStart, untilMs, (group, counted) => {
    if (groups.has(group)) totals.add(counted);
  });
  return { totals, untilMs };
}

/** The measures that the formula reads, by their names in it; of a service level all of its counts. */
function numbersOf(
  parts: KpiParts,
  { totals, present }: Found,
  isServiceLevel: boolean,
): Record<string, number> {
  const numbers: Record<string, number> = {};
  const sums = new Set(parts.sums.keys());
  if (isServiceLevel) for (const name of SERVICE_LEVEL_COUNTS) sums.add(SUM_LIST.indexOf(name));
  for (const index of sums) numbers[symbolOf(SUM_LIST[index]!)] = totals.sums[index]!;
  for (const index of parts.levels.keys()) numbers[symbolOf(LEVELS[index]!)] = present.levels[index]!;
  for (const index of parts.opens.keys()) numbers[symbolOf(OPENS[index]!)] = present.opens[index]!.size;
  return numbers;
}

const SERVICE_LEVEL_COUNTS = [
  ...(['answered', 'answeredIn', 'abandoned', 'abandonedIn'] as const),
  ...(['abandonedShort', 'flowedOut', 'flowedOutIn'] as const),
];

/** The service level by each of its formulas: the same outcomes, judged again. */
function variantsOf(
  facts: CentreState,
  { outcomes, present }: Found,
  kpi: Kpi,
): NonNullable<Explanation['variants']> {
  const variants = SERVICE_LEVEL_FORMULAS.map((formula) => {
    const totals = new Totals(MEASURES);
    for (const { group, code, at, count } of outcomes) {
      const { queue, channel } = facts.groups.nameOf(group);
      const settings = facts.versions.at(at).settings(queue, channel as Channel).serviceLevel;
      const outcome = outcomeOf(code)!;
      const verdict = serviceLevelVerdict(outcome, outcome, { ...settings, formula });
      if (verdict === 'hit') totals.sums[HITS]! += count;
      if (verdict !== undefined) totals.sums[BASE]! += count;
    }
    const { value, n = 0 } = kpi.compute(measuresOf({ totals, present, rolling: true, words: facts.words }));
    return [formula, { value, n }] as const;
  });
  return Object.fromEntries(variants);
}

const HITS = SUM_LIST.indexOf('serviceLevelHits');
const BASE = SUM_LIST.indexOf('serviceLevelBase');

const FORMULAS: Readonly<Record<(typeof SERVICE_LEVEL_FORMULAS)[number], readonly [string, string]>> = {
  answered_over_offered: ['A_in', 'A + B'],
  exclude_short_abandons: ['A_in', 'A + B − B_short'],
  exclude_abandons_within_threshold: ['A_in', 'A + B − B_in'],
  abandons_within_threshold_positive: ['A_in + B_in', 'A + B'],
  short_abandons_positive: ['A_in + B_short', 'A + B'],
  answered_only: ['A_in', 'A'],
  removed_within_threshold: ['A_in + B_in + F_in', 'A + B + F'],
};

/** The variant in force, when all queues of the row have the same. */
function serviceLevelFormula(facts: CentreState, kpi: Kpi, { groups }: RowName, atMs: number): string {
  const texts = new Set(
    groups.flatMap((group) => {
      const { queue, channel } = facts.groups.nameOf(group);
      if (queue === ALL) return [];
      const { formula, includeFlowOuts } = facts.versions
        .at(atMs)
        .settings(queue, channel as Channel).serviceLevel;
      const [numerator, denominator] = FORMULAS[formula];
      const flowOuts = includeFlowOuts === false || formula === 'removed_within_threshold' ? '' : ' + F';
      const waiting = kpi.id === 'service_level_live' ? ' + W_over' : '';
      return [`${formula}: (${numerator}) / (${denominator}${flowOuts}${waiting})`];
    }),
  );
  const [only] = texts;
  return texts.size === 1 && only !== undefined ? only : kpi.formula;
}
