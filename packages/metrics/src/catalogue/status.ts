import type { Status, TargetSetting } from '@vigie/contracts';
import type { Figure, Kpi } from './kpi.ts';

const SCALE = 1_000_000;

/** Does the figure reach `limit`? Ratios are compared on their counts, so that 180 of 200 meets 0.9. */
function reaches(figure: Figure, limit: number, better: Kpi['better']): boolean {
  const value = figure.value ?? 0;
  const left = figure.denominator === undefined ? value : (figure.numerator ?? 0) * SCALE;
  const right = figure.denominator === undefined ? limit : Math.round(limit * SCALE) * figure.denominator;
  return better === 'lower' ? left <= right : left >= right;
}

/** Is there enough to be judged? Counts and figures of now stand for themselves, whatever their sample. */
export function isJudged(figure: Figure, target: TargetSetting, kpi: Kpi): boolean {
  if (figure.value === null) return false;
  const hasSample = kpi.unit !== 'count' && !kpi.now && figure.n !== undefined;
  return !hasSample || (figure.n ?? 0) >= target.minSample;
}

/** The plain comparison of a figure with its target: of past instants and reports, and of a single moment. */
export function statusOf(figure: Figure, target: TargetSetting, kpi: Kpi): Status {
  if (!isJudged(figure, target, kpi)) return 'none';
  if (reaches(figure, target.target, kpi.better)) return 'ok';
  return target.warn !== undefined && reaches(figure, target.warn, kpi.better) ? 'warn' : 'alert';
}

/** A verdict; from `alert` to `ok` it gets better. */
type Verdict = Exclude<Status, 'none'>;
const RANK: Readonly<Record<Verdict, number>> = { alert: 0, warn: 1, ok: 2 };
const VERDICTS: readonly Verdict[] = ['alert', 'warn', 'ok'];

/**
 * What is shown of a figure with a target, and what is about to be. `since`: for each verdict, in the order alert,
 * warn, ok, the instant (ms) since which the figure has been at least as far as that from what is shown.
 */
export interface StatusState {
  readonly shown: Status;
  readonly since: readonly (number | undefined)[];
}

const NEVER: StatusState['since'] = [undefined, undefined, undefined];
/** Nothing was judged yet. */
export const UNJUDGED: StatusState = { shown: 'none', since: NEVER };

/**
 * One step of the automaton, to be taken on every whole second at which the figure may have moved.
 *
 * A verdict shows after it held for `holdMs`; one that goes on getting worse (or better) shows the mildest step that
 * held so long, so that a figure swinging between two bad verdicts cannot stay good. What is shown is left only when
 * its limit is passed by `hysteresis`. Without a value or with too small a sample there is no verdict at once, and the
 * next one has to hold again.
 */
export function nextStatus(
  state: StatusState,
  figure: Figure,
  target: TargetSetting,
  kpi: Kpi,
  atMs: number,
): StatusState {
  if (!isJudged(figure, target, kpi)) return UNJUDGED;
  const present = verdictOf(state.shown, figure, target, kpi);
  if (present === state.shown) return isSettled(state) ? state : { shown: present, since: NEVER };
  const since = reachedSince(state, present, atMs);
  const held = (verdict: Verdict): boolean => atMs - (since[RANK[verdict]] ?? atMs) >= target.holdMs;
  const reached = state.shown === 'none' ? [present] : towards(state.shown, present);
  const shown = reached.findLast(held) ?? state.shown;
  if (shown === state.shown) return since === state.since ? state : { shown, since };
  // from none every verdict has held; once one is shown, they have not
  if (state.shown === 'none') return { shown, since: NEVER };
  return { shown, since: since.with(RANK[shown as Verdict], undefined) };
}

/** Is nothing about to change? */
export function isSettled({ since }: StatusState): boolean {
  return since === NEVER || since.every((at) => at === undefined);
}

/** {@link StatusState.since} when the figure is at `present` now; the same list where it says the same. */
function reachedSince({ shown, since }: StatusState, present: Verdict, atMs: number): StatusState['since'] {
  const next = VERDICTS.map((verdict, rank) =>
    isReached(shown, verdict, present) ? (since[rank] ?? atMs) : undefined,
  );
  return next.every((at, rank) => at === since[rank]) ? since : next;
}

/** The plain comparison, but that what is shown holds until its own limit is passed by the hysteresis. */
function verdictOf(shown: Status, figure: Figure, target: TargetSetting, kpi: Kpi): Verdict {
  const plain = statusOf(figure, target, kpi) as Verdict;
  if (shown === 'none' || plain === shown) return plain;
  const getsBetter = RANK[plain] > RANK[shown];
  // the limit on the side that the figure leaves by
  const warn = target.warn ?? target.target;
  const limit = (shown === 'warn' && getsBetter) || shown === 'ok' ? target.target : warn;
  const beyond = getsBetter === (kpi.better !== 'lower') ? target.hysteresis : -target.hysteresis;
  return reaches(figure, limit + beyond, kpi.better) === getsBetter ? plain : shown;
}

/** Verdicts on the way from one to another, the first left out. */
function towards(from: Verdict, to: Verdict): readonly Verdict[] {
  const [a, b] = [RANK[from], RANK[to]];
  return a < b ? VERDICTS.slice(a + 1, b + 1) : VERDICTS.slice(b, a).reverse();
}

function isReached(shown: Status, verdict: Verdict, present: Verdict): boolean {
  if (shown === 'none') return true;
  const [from, to, rank] = [RANK[shown], RANK[present], RANK[verdict]];
  return from < to ? rank > from && rank <= to : rank >= to && rank < from;
}
