import {
  LEVELS,
  MEASURES,
  OPENS,
  outcomeOf,
  partsOf,
  type CodeEffects,
  type Kpi,
  type KpiParts,
  type Share,
} from '@vigie/metrics';

export type Effect = 'for' | 'against' | 'excluded';

/** What one contribution of a code adds to the two sides of a figure: so much each, and so much of its value. */
interface CodeShare {
  readonly each: Share;
  readonly ofValue: Share;
}

const NOTHING: Share = { numerator: 0, denominator: 0 };

/** How the contributions of each code enter one figure: found out from its formula, whatever the figure. */
export class KpiEffects {
  readonly #kind: KpiParts['kind'];
  /** By code: what it adds over the window; `undefined` for nothing. */
  readonly counted: readonly (CodeShare | undefined)[];
  /** By code: what it adds from its instant on, until another takes it back; `undefined` for nothing. */
  readonly standing: readonly (Share | undefined)[];
  /** Names of the levels and open items that it reads. */
  readonly readsNow: ReadonlySet<string>;
  /** By code: it counts what others count that the figure is made of, so that one that adds nothing was left out. */
  readonly related: readonly boolean[];
  /** Stays in queues that ended are what is counted. */
  readonly ofStays: boolean;

  constructor(parts: KpiParts) {
    this.#kind = parts.hists.size > 0 || parts.maxWait ? 'mean' : parts.kind;
    const { effects } = MEASURES;
    this.counted = effects.map((code) => countedShare(code, parts));
    this.standing = effects.map(({ levels, opens }) => {
      const shares = [
        ...levels.map(({ index, by }) => times(parts.levels.get(index) ?? NOTHING, by)),
        ...opens.map(({ index, by }) => times(parts.opens.get(index) ?? NOTHING, by)),
      ];
      const share = shares.reduce(plus, NOTHING);
      return isNothing(share) ? undefined : share;
    });
    this.readsNow = new Set([
      ...Array.from(parts.levels.keys(), (index) => LEVELS[index]!),
      ...Array.from(parts.opens.keys(), (index) => OPENS[index]!),
    ]);
    const sums = new Set(effects.flatMap(({ ones }, code) => (this.counted[code] === undefined ? [] : ones)));
    this.related = effects.map(({ ones }) => ones.some((index) => sums.has(index)));
    this.ofStays = this.counted.some((share, code) => share !== undefined && outcomeOf(code) !== undefined);
  }

  /** What it is to the figure that these were added to its two sides. */
  effectOf({ numerator, denominator }: Share): Effect {
    if (this.#kind === 'count') return numerator > 0 ? 'for' : numerator < 0 ? 'against' : 'excluded';
    if (this.#kind === 'mean') return denominator > 0 ? 'for' : 'excluded';
    if (denominator > 0) return numerator > 0 ? 'for' : 'against';
    return numerator > 0 ? 'for' : 'excluded';
  }
}

const known = new Map<Kpi, KpiEffects | undefined>();

/** `undefined` for a figure that is not made of things that can be counted one by one. */
export function effectsOf(kpi: Kpi): KpiEffects | undefined {
  if (!known.has(kpi)) {
    const parts = partsOf(kpi);
    known.set(kpi, parts === undefined ? undefined : new KpiEffects(parts));
  }
  return known.get(kpi);
}

function countedShare({ ones, values, hists, isMax }: CodeEffects, parts: KpiParts): CodeShare | undefined {
  const shareOf = (index: number): Share => parts.sums.get(index) ?? NOTHING;
  const samples = hists.filter((index) => parts.hists.has(index)).length + (isMax && parts.maxWait ? 1 : 0);
  const each = ones.map(shareOf).reduce(plus, { numerator: 0, denominator: samples });
  const ofValue = values.map(shareOf).reduce(plus, NOTHING);
  return isNothing(each) && isNothing(ofValue) ? undefined : { each, ofValue };
}

export function plus(a: Share, b: Share): Share {
  return { numerator: a.numerator + b.numerator, denominator: a.denominator + b.denominator };
}

export function times({ numerator, denominator }: Share, factor: number): Share {
  return { numerator: numerator * factor, denominator: denominator * factor };
}

function isNothing({ numerator, denominator }: Share): boolean {
  return numerator === 0 && denominator === 0;
}
