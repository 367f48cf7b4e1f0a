import type { WorkLink } from '../contact/agent-links.ts';
import type { JudgeContext } from '../contact/contributions.ts';
import { CODE } from '../codes.ts';
import type { Contributions } from '../../windowing/contribution.ts';
import { NOTHING_ASSERTED, stateIn, stateOverall, type Asserted } from './asserted.ts';
import { localDayOf } from './days.ts';
import { scopesOf, type ScopeName } from './scopes.ts';
import { isPresent, NO_STATUS, statusIn, type Status } from './status.ts';

/** So much logged-in time makes a day worked. */
const DAY_WORKED_MS = 60_000;
/** For so long a login that nothing confirms adds days worked. */
const LOGIN_LASTS_MS = 3 * 24 * 60 * 60_000;

/** An agent in one of the groups he is counted in. */
interface Place extends ScopeName {
  readonly group: number;
  readonly status: Status;
  /** Pieces of work open beside the first, while he is there. */
  readonly parallel: number;
  /** Start of the local day of `loggedInMs`. */
  readonly day: number;
  readonly loggedInMs: number;
}

/** What a stretch of an agent's time hands to the next one. */
export interface Carry {
  readonly at: number;
  readonly asserted: Asserted;
  readonly places: readonly Place[];
  /** Queues he has worked for: taken for his own until any are told. */
  readonly workedFor: ReadonlySet<string>;
}

export const NO_CARRY: Carry = {
  at: Number.NEGATIVE_INFINITY,
  asserted: NOTHING_ASSERTED,
  places: [],
  workedFor: new Set(),
};

/** What is known of a stretch of an agent's time: all changes of what was told, and all work that reaches into it. */
export interface Stretch {
  readonly toMs: number;
  readonly changes: readonly Asserted[];
  readonly works: readonly WorkLink[];
}

/** What an agent adds in a stretch of time that follows `carry`, and what the next one needs. */
export function judgeStretch(
  agent: string,
  carry: Carry,
  stretch: Stretch,
  context: JudgeContext,
): { readonly contributions: Contributions; readonly carry: Carry } {
  const sweep = new Sweep(agent, carry, stretch, context);
  for (const at of sweep.instants()) sweep.moveTo(at);
  return { contributions: sweep.out, carry: sweep.end() };
}

class Sweep {
  readonly out: Contributions = [];
  readonly #agent: string;
  readonly #stretch: Stretch;
  readonly #context: JudgeContext;
  readonly #from: number;
  #at: number;
  #asserted: Asserted;
  #places: Place[];
  #workedFor: ReadonlySet<string>;

  constructor(agent: string, carry: Carry, stretch: Stretch, context: JudgeContext) {
    this.#agent = agent;
    this.#stretch = stretch;
    this.#context = context;
    this.#from = carry.at;
    this.#at = carry.at;
    this.#asserted = carry.asserted;
    this.#places = [...carry.places];
    this.#workedFor = carry.workedFor;
  }

  /** The instants of the stretch at which anything may change, rising. */
  instants(): readonly number[] {
    const { changes, works, toMs } = this.#stretch;
    const instants = changes.map(({ at }) => at);
    for (const { startAt, talkEndAt, endAt } of works) instants.push(startAt, talkEndAt, endAt);
    const knownFrom = this.#places.length > 0 ? this.#from : Math.min(...instants);
    for (const { fromMs } of this.#context.versions.versions) if (fromMs > knownFrom) instants.push(fromMs);
    const inside = instants.filter((at) => at >= this.#from && at < toMs);
    return [...new Set(inside)].sort((a, b) => a - b);
  }

  moveTo(at: number): void {
    this.#countDays(at);
    this.#at = at;
    for (const change of this.#stretch.changes) if (change.at === at) this.#asserted = change;
    let open = 0;
    let talking = false;
    for (const work of this.#stretch.works) {
      if (work.endAt === at && work.consult) this.#consulted(work);
      if (work.startAt > at) continue;
      if (work.startAt === at && work.queue !== undefined && !this.#workedFor.has(work.queue))
        this.#workedFor = new Set(this.#workedFor).add(work.queue);
      if (at < work.endAt) open++;
      if (at < work.talkEndAt) talking = true;
    }
    this.#enter(this.#statuses(at, open === 0 ? undefined : talking ? 'on_contact' : 'acw'), at);
    this.#workBeside(Math.max(0, open - 1), at);
  }

  /** Ends the stretch; of the last one days are counted ahead for as long as a login lasts. */
  end(): Carry {
    const { toMs } = this.#stretch;
    this.#countDays(Math.min(toMs, this.#at + LOGIN_LASTS_MS));
    return { at: toMs, asserted: this.#asserted, places: this.#places, workedFor: this.#workedFor };
  }

  /** Where he is counted at an instant, and as what. */
  #statuses(at: number, working: 'on_contact' | 'acw' | undefined): readonly StatusIn[] {
    const asserted = this.#asserted;
    const queues = asserted.isMember ? asserted.queues : new Set([...asserted.queues, ...this.#workedFor]);
    const overall = stateOverall(asserted, queues);
    return scopesOf(this.#agent, queues, this.#context.versions.at(at)).map(({ scope, name }) => {
      const told = scope === 'members' ? stateIn(asserted, name) : overall;
      const state = told === 'logged_out' ? told : (working ?? told);
      return { scope, name, status: statusIn(state, working !== undefined) };
    });
  }

  #enter(now: readonly StatusIn[], at: number): void {
    const left = this.#places.filter((place) => !now.some((status) => isSame(place, status)));
    const entered = now.map((status): Place => {
      const known = this.#places.find((place) => isSame(place, status));
      return this.#move(known ?? this.#newPlace(status), status.status, at);
    });
    this.#places = [...entered, ...left.map((place) => this.#move(place, NO_STATUS, at))];
  }

  #newPlace({ scope, name }: ScopeName): Place {
    const group = this.#context.agentGroupOf(scope, name);
    return { scope, name, group, status: NO_STATUS, parallel: 0, day: Number.NaN, loggedInMs: 0 };
  }

  #move(place: Place, status: Status, at: number): Place {
    if (place.status === status) return place;
    this.out.push(place.group, at, CODE.agentMoves(place.status, status), at);
    return { ...place, status };
  }

  #workBeside(open: number, at: number): void {
    this.#places = this.#places.map((place): Place => {
      const parallel = place.status === NO_STATUS ? 0 : open;
      if (place.parallel === parallel) return place;
      const code = parallel > place.parallel ? CODE.parallelBegins : CODE.parallelEnds;
      for (let i = Math.abs(parallel - place.parallel); i > 0; i--) this.out.push(place.group, at, code, at);
      return { ...place, parallel };
    });
  }

  #consulted({ startAt, endAt }: WorkLink): void {
    for (const { group, status } of this.#places)
      if (status !== NO_STATUS) this.out.push(group, endAt, CODE.consultGiven, endAt - startAt);
  }

  /** Counts logged-in time up to an instant; a day is worked from its first minute on. */
  #countDays(until: number): void {
    this.#places = this.#places.map((place) =>
      isPresent(place.status, 'logged_in') ? this.#countDaysOf(place, until) : place,
    );
  }

  #countDaysOf(place: Place, until: number): Place {
    let { day, loggedInMs } = place;
    for (let at = this.#at; at < until;) {
      const { from, to } = localDayOf(this.#context.versions.at(at), at);
      if (from !== day) loggedInMs = 0;
      day = from;
      const end = Math.min(until, to);
      const missing = DAY_WORKED_MS - loggedInMs;
      loggedInMs += end - at;
      if (missing > 0 && loggedInMs >= DAY_WORKED_MS)
        this.out.push(place.group, at + missing, CODE.agentDay, 0);
      at = end;
    }
    return { ...place, day, loggedInMs };
  }
}

type StatusIn = ScopeName & { readonly status: Status };

function isSame(a: ScopeName, b: ScopeName): boolean {
  return a.scope === b.scope && a.name === b.name;
}
