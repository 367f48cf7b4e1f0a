import { quarterOf } from '@vigie/metrics';
import type { CentreState } from './centre-state.ts';
import { PAGES } from './entities.ts';
import type { Entity } from './entity.ts';

/** A closed entity untouched for this long is packed into bytes. */
const COOL_AFTER_MS = 120_000;
const SWEEP_EVERY_MS = 10_000;
/** What is quiet is looked for in a part of what is at work at a time: all of it in about a minute. */
const SWEEPS_A_ROUND = 6;
/** Of a small centre all are looked at each time. */
const LEAST_A_SWEEP = 64;
/** What is too old is looked for in a part of the pages at a time: all of them in under three minutes. */
const PAGES_A_SWEEP = 16;

/** Keeps the memory of a centre small: packs what has been quiet, forgets what nothing can ask for any more. No figure moves by it. */
export class Sweep {
  readonly #facts: CentreState;
  readonly #retainMs: number;
  /** Goes round those at work. */
  #round: Iterator<Entity>;
  #page = 0;
  /** By page: the quarter hour of the horizon that it was last retired by. */
  readonly #retiredBy = new Float64Array(PAGES);
  #nextAt: number;

  /** `retainMs`: how long closed entities are kept after their last instant. */
  constructor(facts: CentreState, retainMs: number, now: number) {
    this.#facts = facts;
    this.#retainMs = retainMs;
    this.#round = facts.entities.hot();
    this.#nextAt = now;
  }

  /** Is it time for {@link step}? */
  isDue(now: number): boolean {
    return now >= this.#nextAt;
  }

  /** Packs and forgets a part of what there is. Whoever calls it has settled the facts. */
  step(now: number): void {
    this.#nextAt = now + SWEEP_EVERY_MS;
    this.#packSome(now);
    const horizon = now - this.#retainMs;
    for (let i = 0; i < PAGES_A_SWEEP; i++) {
      this.#forget(this.#page, horizon);
      this.#page = (this.#page + 1) % PAGES;
    }
  }

  /**
   * Packs what has nothing dated after an instant that lies before the clock: a log of weeks that is read from its beginning
   * does not fit into memory as objects. Nobody is forgotten: what is read later may still concern anybody.
   */
  packQuiet(byMs: number): void {
    const { entities } = this.#facts;
    for (const entity of entities.hot()) {
      // what is yet to be judged waits for whoever reads: half of what a contact comes to would leave its traces
      const isQuiet = entity.before === undefined && entity.lastAt <= byMs;
      if (isQuiet) entities.cool(entity);
    }
  }

  #packSome(now: number): void {
    const { entities } = this.#facts;
    for (let left = Math.max(LEAST_A_SWEEP, entities.hotSize / SWEEPS_A_ROUND); left > 0; left--) {
      const next = this.#round.next();
      if (next.done === true) {
        this.#round = entities.hot();
        return;
      }
      this.#packIfQuiet(next.value, now);
    }
  }

  #packIfQuiet(entity: Entity, now: number): void {
    if (entity.lastAt > now - COOL_AFTER_MS) {
      entity.quietSinceMs = undefined;
      return;
    }
    entity.quietSinceMs ??= now;
    if (entity.quietSinceMs <= now - COOL_AFTER_MS) this.#facts.entities.cool(entity);
  }

  #forget(page: number, horizon: number): void {
    const { entities, keepsMs } = this.#facts;
    for (const entity of entities.before(page, horizon, keepsMs)) {
      if (entity.kind.endures !== true) this.#facts.evict(entity);
    }
    // what an entity can do without changes with the quarter hours, which days and windows go by
    const quarter = quarterOf(horizon);
    if (this.#retiredBy[page] === quarter) return;
    this.#retiredBy[page] = quarter;
    for (const entity of [...entities.hotOf(page)])
      if (entity.kind.retire !== undefined) this.#facts.retire(entity, horizon);
  }
}
