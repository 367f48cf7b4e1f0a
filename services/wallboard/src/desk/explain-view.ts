import { DASH } from '../figure.ts';
import { formatDuration } from '../format.ts';
import type { Behind, Explained, Reading } from './answers.ts';
import type { Moment } from './moment.ts';
import { reasonText } from './reasons.ts';
import { type Counted, answersToRecover, patchLeavesAt, windowLengthMs } from './recover.ts';
import { valueText } from '../value-text.ts';

/** A part of a formula: what it says, and the number it stands for. */
export interface Part {
  readonly text: string;
  readonly number: string;
}
export interface BehindView {
  readonly id: string;
  readonly time: string;
  readonly effect: string;
  readonly effectWord: string;
  readonly reason: string;
  readonly wait: string;
}
export interface VariantView {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly n: string;
  readonly isInForce: boolean;
}
/** A figure taken apart, in words. */
export interface ExplainView {
  readonly value: string;
  readonly bounds: string;
  readonly sample: string;
  readonly version: string;
  readonly parts: readonly Part[];
  readonly result: string;
  /** The formula as the catalogue writes it, where there are no words for it. */
  readonly formula: string;
  readonly counts: Readonly<Record<string, string>>;
  readonly variants: readonly VariantView[];
  readonly advice: readonly string[];
}

/** Where a service-level formula names its variant: `exclude_short_abandons: (A_in) / (…)`. */
const VARIANT = /^([a-z_]+): (.*)$/;
const SYMBOL = /[A-Za-z]+(?:_[a-z]+)?(?::[a-z_]+)?/g;

/** What is said of a figure; `target` and `threshold` (seconds) where it has them. */
export function explainView(
  explained: Explained,
  moment: Moment,
  figure: {
    readonly unit: string;
    readonly window: string;
    readonly target: number | null;
    readonly threshold: number | null;
  },
): ExplainView {
  const { desk, context } = moment;
  const { formats, text } = context;
  const { kpi, value, n, numbers, counts } = explained;
  const [, variant = null, rest = explained.formula] = VARIANT.exec(explained.formula) ?? [];
  const own = desk.formulas[kpi];
  const formula = variant === null ? (own ?? explained.formula) : rest;
  const parts = partsOf(formula, numbers, moment);
  return {
    value: valueText(figure.unit, value, formats, figure.target ?? undefined),
    bounds: desk.windowBounds(formats.time(explained.fromMs), formats.time(explained.toMs)),
    sample: n === null ? '' : text.sample(formats.count(n)),
    version: desk.judgedBy(explained.configVersion),
    parts,
    result: valueText(figure.unit, value, formats, figure.target ?? undefined),
    formula: variant === null ? '' : (desk.variantNames[variant] ?? variant),
    counts: Object.fromEntries(
      Object.entries(counts).map(([effect, count]) => [effect, formats.count(count)]),
    ),
    variants: Object.entries(explained.variants).map(([id, reading]) =>
      variantView(id, reading, variant, moment),
    ),
    advice: kpi.startsWith('service_level') ? adviceOn(explained, moment, figure) : [],
  };
}

/** The formula in words: each symbol that has a number is said, with its number. */
export function partsOf(
  formula: string,
  numbers: Readonly<Record<string, number>>,
  { desk, context }: Moment,
): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { 0: symbol, index } of formula.matchAll(SYMBOL)) {
    const number = numbers[symbol];
    const words = desk.numbers[symbol];
    // a symbol is one or two letters, or has an underscore; a word of a sentence is none
    if (number === undefined || words === undefined || !/^[A-Z](_|$)/.test(symbol)) continue;
    parts.push({ text: formula.slice(from, index), number: '' });
    parts.push({ text: words, number: context.formats.count(number) });
    from = index + symbol.length;
  }
  parts.push({ text: formula.slice(from), number: '' });
  return parts.filter(({ text, number }) => text !== '' || number !== '');
}

function variantView(
  id: string,
  { value, n }: Reading,
  inForce: string | null,
  { desk, context }: Moment,
): VariantView {
  return {
    id,
    name: desk.variantNames[id] ?? id,
    value: valueText('ratio', value, context.formats),
    n: n === null ? DASH : context.formats.count(n),
    isInForce: id === inForce,
  };
}

export function behindView(behind: Behind, { desk, context }: Moment): BehindView {
  return {
    id: behind.id,
    time: context.formats.time(behind.atMs),
    effect: behind.effect,
    effectWord: desk.effects[behind.effect as keyof typeof desk.effects] ?? behind.effect,
    reason: reasonText(behind.reason, context.language),
    wait: behind.waitSeconds === null ? '' : formatDuration(behind.waitSeconds),
  };
}

/** What to do about a service level. */
export function adviceOn(
  explained: Explained,
  { desk, context }: Moment,
  {
    window,
    target,
    threshold,
  }: { readonly window: string; readonly target: number | null; readonly threshold: number | null },
): readonly string[] {
  const { formats, text } = context;
  if (target === null) return [desk.noTarget];
  const n = explained.n ?? 0;
  if (n === 0 || explained.value === null) return [desk.noSample];
  const targetText = formats.percentText(target, target * 100 === Math.round(target * 100) ? 0 : 1);
  const answers = answersToRecover(Math.round(explained.value * n), n, target);
  if (answers === 0) return [desk.onTarget(targetText)];
  const within = threshold === null ? null : text.seconds(formats.count(threshold));
  const advice = [
    Number.isFinite(answers)
      ? desk.recover(formats.count(answers), targetText, within)
      : desk.recoverNever(targetText),
  ];
  const waiting = explained.numbers['W_over'] ?? 0;
  if (waiting > 0) advice.push(desk.recoverOver(formats.count(waiting)));
  const length = windowLengthMs(window);
  if (length !== null && explained.next === null) {
    const leavesAt = patchLeavesAt(countedOf(explained.entities), length, target);
    advice.push(
      leavesAt === null ? desk.patchStays : desk.patchLeaves(formats.hourMinute(leavesAt), targetText),
    );
  }
  return advice;
}

/** Those that count, either way; one without a wait of its own still waits. */
function countedOf(entities: readonly Behind[]): readonly Counted[] {
  return entities
    .filter(({ effect }) => effect === 'for' || effect === 'against')
    .map(({ atMs, effect, waitSeconds }) => ({
      atMs,
      hit: effect === 'for',
      standing: waitSeconds === null,
    }));
}
