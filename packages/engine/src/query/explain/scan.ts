import { FIELDS, MEASURES, outcomeOf, Present, Totals, type Share } from '@vigie/metrics';
import type { CentreState } from '../../processor/centre-state.ts';
import type { Entity } from '../../processor/entity.ts';
import type { FrozenEntities, FrozenEntity } from '../../processor/frozen-entities.ts';
import { lookAt as contributionsOf } from '../look.ts';
import type { Steps } from '../steps.ts';
import { plus, times, type Effect, type KpiEffects } from './effects.ts';

/** One thing behind a figure: what an entity added to a group at an instant. */
export interface Item {
  /** Its entity. */
  readonly open: FrozenEntity;
  readonly id: string;
  readonly group: number;
  readonly at: number;
  readonly effect: Effect;
  /** Codes of its contributions; none when only the fold tells of it. */
  readonly codes: readonly number[];
  /** It holds at the instant, rather than being counted in the window. */
  readonly standing: boolean;
  /** Said instead of what the codes tell. */
  readonly reason?: string;
  readonly waitMs?: number | undefined;
}

/** How many outcomes were judged alike. */
export interface OutcomeCount {
  readonly group: number;
  readonly code: number;
  /** An instant of the configuration they were judged by, ms. */
  readonly at: number;
  count: number;
}

/** What a figure was found to be made of. */
export interface Found {
  readonly items: Item[];
  readonly totals: Totals;
  /** Of the day, from {@link ScanAsked.todayFromMs} on. */
  readonly today: Totals;
  readonly present: Present;
  maxWaitMs: number | undefined;
  readonly outcomes: OutcomeCount[];
}

export interface ScanAsked {
  readonly groups: ReadonlySet<number>;
  /** First instant of the window, ms. */
  readonly fromMs: number;
  readonly atMs: number;
  /** From when on contributions tell what happened today, ms. */
  readonly todayFromMs: number;
  readonly effects: KpiEffects;
  /** What was left out before it made contributions, so that only the fold tells of it. `own`: items of the entity. */
  readonly leftOut: (entity: Entity, own: readonly Item[]) => readonly Omit<Item, 'open' | 'id'>[];
}

const PER_STEP = 50;

/** Looks through entities for what a figure is made of; pauses now and then. */
export function* scan(centre: CentreState, frozen: FrozenEntities, asked: ScanAsked): Steps<Found> {
  const found: Found = {
    items: [],
    totals: new Totals(MEASURES),
    today: new Totals(MEASURES),
    present: new Present(MEASURES),
    maxWaitMs: undefined,
    outcomes: [],
  };
  let left = PER_STEP;
  for (const open of frozen) {
    const entity = open();
    const own = lookAt(centre, entity, open, asked, found);
    for (const item of own) found.items.push(item);
    for (const more of asked.leftOut(entity, own)) found.items.push({ ...more, open, id: entity.id });
    if (--left > 0) continue;
    left = PER_STEP;
    yield;
  }
  return found;
}

/** What is gathered of one item: its contributions, and what they add up to. */
interface Draft {
  readonly group: number;
  readonly at: number;
  readonly standing: boolean;
  readonly codes: number[];
  share: Share;
  waitMs: number | undefined;
}

/** Adds what one entity contributed, and answers what of it is about the figure. */
function lookAt(
  centre: CentreState,
  entity: Entity,
  open: FrozenEntity,
  asked: ScanAsked,
  found: Found,
): Item[] {
  const { groups, fromMs, atMs, effects } = asked;
  const contributions = contributionsOf(centre, entity);
  const drafts: Draft[] = [];
  for (let i = 0; i < contributions.length; i += FIELDS) {
    const group = contributions[i]!;
    if (contributions[i + 1]! > atMs || !groups.has(group)) continue;
    const { matures } = MEASURES.effects[contributions[i + 2]!]!;
    // What has matured counts at the earlier instant that its value names.
    const at = matures === undefined ? contributions[i + 1]! : contributions[i + 3]!;
    const code = matures ?? contributions[i + 2]!;
    const value = matures === undefined ? contributions[i + 3]! : 0;
    const plan = MEASURES.effects[code]!;
    found.present.apply(plan, value, 1);
    const standing = effects.standing[code];
    if (standing !== undefined) gather(drafts, group, at, code, standing, true);
    if (at >= asked.todayFromMs) found.today.apply(plan, value, 1);
    if (at < fromMs) continue;
    found.totals.apply(plan, value, 1);
    if (plan.isMax && value > (found.maxWaitMs ?? -1)) found.maxWaitMs = value;
    const isOutcome = outcomeOf(code) !== undefined;
    if (isOutcome) countOutcome(found.outcomes, centre, group, code, at);
    const share = effects.counted[code];
    if (share === undefined && effects.related[code] !== true) continue;
    const added = share === undefined ? NOTHING : plus(share.each, times(share.ofValue, value));
    const draft = gather(drafts, group, at, code, added, false);
    if (isOutcome) draft.waitMs = value;
  }
  const items: Item[] = [];
  for (const { group, at, standing, codes, share, waitMs } of drafts) {
    const effect = effects.effectOf(share);
    // What has ended does not hold any more: it is not left out either.
    if (standing && effect === 'excluded') continue;
    items.push({ open, id: entity.id, group, at, effect, codes, standing, waitMs });
  }
  return items;
}

const NOTHING: Share = { numerator: 0, denominator: 0 };

/** Contributions of one instant are one thing; of what holds, its end is part of the same as its beginning. */
function gather(
  drafts: Draft[],
  group: number,
  at: number,
  code: number,
  share: Share,
  standing: boolean,
): Draft {
  let draft = drafts.find(
    (other) => other.group === group && other.standing === standing && (standing || other.at === at),
  );
  if (draft === undefined)
    drafts.push((draft = { group, at, standing, codes: [], share: NOTHING, waitMs: undefined }));
  draft.codes.push(code);
  draft.share = plus(draft.share, share);
  return draft;
}

function countOutcome(
  outcomes: OutcomeCount[],
  { versions }: CentreState,
  group: number,
  code: number,
  at: number,
): void {
  const config = versions.at(at);
  const alike = outcomes.find(
    (other) => other.group === group && other.code === code && versions.at(other.at) === config,
  );
  if (alike === undefined) outcomes.push({ group, code, at, count: 1 });
  else alike.count++;
}
