import { formatInstant, type Presentation } from '@vigie/contracts';
import type { Kpi } from '@vigie/metrics';
import { unknownText } from '../fanout/content.ts';
import { QuestionError } from '../ports/owner.ts';
import type { PartitionAccounts } from '../processor/partition.ts';
import type { History } from './history.ts';
import type { WindowSpec } from './window-spec.ts';

/** What questions are answered with beside the centre itself. */
export interface AnswerContext {
  readonly windows: readonly WindowSpec[];
  readonly presentation: Presentation;
  /** How long closed records are kept after their last instant, ms. */
  readonly retainMs: number;
  /** Rows of the past, when it takes more than those in memory: see {@link archiveReach}. */
  readonly history?: History | undefined;
  /** Past instants further back than this are not answered, ms. */
  readonly fineMs: number;
  /** What became of the events that the owner of the partition read. */
  readonly accounts?: Readonly<PartitionAccounts> | undefined;
}

/** Pieces of the answer's text, and pauses. Throws a {@link QuestionError} before the first piece. */
export type AnswerText = Generator<string | undefined, void, undefined>;

/** The clock of whoever asks may be this much ahead. */
const FAST_CLOCK_MS = 2000;

/** The instant asked for, when it can be answered for; a little ahead of now it is now. */
export function instantAsked(atMs: number, nowMs: number, fineMs: number): number {
  const earliest = nowMs - fineMs;
  if (atMs >= earliest && atMs <= nowMs + FAST_CLOCK_MS) return Math.min(atMs, nowMs);
  const reach = `figures are known from ${formatInstant(earliest)} (retention.fine) to ${formatInstant(nowMs)}`;
  throw new QuestionError(400, `at: ${formatInstant(atMs)} is out of reach: ${reach}`, { parameter: 'at' });
}

/** The window of that name; throws a {@link QuestionError} when there is none. */
export function windowNamed(name: string, windows: readonly WindowSpec[]): WindowSpec {
  const window = windows.find((each) => each.name === name);
  if (window !== undefined) return window;
  const known = windows.map((each) => each.name);
  throw new QuestionError(400, `window: ${unknownText(name, known)}`, { parameter: 'window' });
}

/** Every queue but the total. */
export const EVERY_QUEUE = '*';

/** Lets the figures through that are asked for; `undefined`: all. */
export function among(kpis: readonly string[] | undefined): ((kpi: Kpi) => boolean) | undefined {
  return kpis === undefined ? undefined : ({ id }) => kpis.includes(id);
}

const ITEMS_A_PIECE = 100;

/** A list as JSON between two texts, some items at a time. */
export function* listText(before: string, items: readonly object[], after: string): AnswerText {
  const piece = (_: unknown, n: number): readonly object[] =>
    items.slice(n * ITEMS_A_PIECE, (n + 1) * ITEMS_A_PIECE);
  yield* listsText(before, Array.from({ length: Math.ceil(items.length / ITEMS_A_PIECE) }, piece), after);
}

/** The same of a list that comes in pieces. */
export function* listsText(before: string, lists: Iterable<readonly object[]>, after: string): AnswerText {
  let separator = before;
  for (const list of lists) {
    if (list.length === 0) continue;
    yield separator + list.map((item) => JSON.stringify(item)).join(',');
    separator = ',';
  }
  yield separator === before ? before + after : after;
}
