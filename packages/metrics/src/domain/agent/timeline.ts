import type { SemanticConfig } from '@vigie/contracts';
import type { WorkLink } from '../contact/agent-links.ts';
import type { JudgeContext } from '../contact/contributions.ts';
import { Gathering } from '../gathering.ts';
import { CODE } from '../codes.ts';
import type { Contributions } from '../../windowing/contribution.ts';
import { NOTHING_ASSERTED, queuesOf, stateIn, stateOverall, type Asserted } from './asserted.ts';
import { localDayOf } from './days.ts';
import { OpenWork } from './open-work.ts';
import { scopesOf, type AgentScope, type ScopeName } from './scopes.ts';
import { isPresent, NO_STATUS, statusIn, type Status } from './status.ts';

/** So much logged-in time makes a day worked. */
const DAY_WORKED_MS = 60_000;
/** For so long a login that nothing confirms adds days worked. */
const LOGIN_LASTS_MS = 3 * 24 * 60 * 60_000;

/** An agent in one of the groups he is counted in. A class, so that all of them and their copies have one form. */
class Place implements ScopeName {
  readonly scope: AgentScope;
  readonly name: string;
  readonly group: number;
  status: Status = NO_STATUS;
  /** Pieces of work open beside the first, while he is there. */
  parallel = 0;
  /** Start of the local day of `loggedInMs`. */
  day = Number.NaN;
  loggedInMs = 0;

  constructor(scope: AgentScope, name: string, group: number) {
    this.scope = scope;
    this.name = name;
    this.group = group;
  }

  copy(): Place {
    const copy = new Place(this.scope, this.name, this.group);
    copy.status = this.status;
    copy.parallel = this.parallel;
    copy.day = this.day;
    copy.loggedInMs = this.loggedInMs;
    return copy;
  }
}

/** By what the places of an agent are chosen: they stay the same until one of these changes. */
interface Choice {
  readonly asserted: Asserted;
  readonly workedFor: string | undefined;
  readonly config: SemanticConfig;
  readonly queues: ReadonlySet<string>;
}

/** What a stretch of an agent's time hands to the next one; never changed once handed over. */
export interface Carry {
  readonly at: number;
  readonly asserted: Asserted;
  /** The queue he worked for last. */
  readonly workedFor: string | undefined;
  readonly choice: Choice | undefined;
  readonly places: readonly Readonly<Place>[];
  /** Places he has left, by name: the day goes on there when he comes back. */
  readonly left: ReadonlyMap<string, Readonly<Place>>;
}

export const NO_CARRY: Carry = {
  at: Number.NEGATIVE_INFINITY,
  asserted: NOTHING_ASSERTED,
  workedFor: undefined,
  choice: undefined,
  places: [],
  left: new Map(),
};

/** What is known of a stretch of an agent's time: all changes of what was told, and all work that reaches into it. */
export interface Stretch {
  /** Start of an hour. */
  readonly startMs: number;
  readonly toMs: number;
  readonly changes: readonly Asserted[];
  readonly works: readonly WorkLink[];
}

/** A moment of a stretch with no work open, after which its last work begins: what comes new changes what follows it. */
export interface Rest {
  readonly carry: Carry;
  /** The first so many numbers of what the agent adds in the stretch are what he had added by then. */
  readonly length: number;
}

/** What a stretch came to. */
export interface StretchJudgement {
  readonly contributions: Contributions;
  /** What the next one needs. */
  readonly carry: Carry;
  readonly rest: Rest | undefined;
}

/**
 * What an agent adds in a stretch of time that follows `carry`. `before`: what the same stretch came to when everything
 * up to its rest was the same; from there it is gone on with.
 */
export function judgeStretch(
  agent: string,
  carry: Carry,
  stretch: Stretch,
  context: JudgeContext,
  before?: StretchJudgement,
): StretchJudgement {
  const sweep = new Sweep(agent, carry, stretch, context, before);
  sweep.run();
  const next = sweep.end();
  return { contributions: sweep.out.taken(), carry: next, rest: sweep.rest };
}

class Sweep {
  readonly out = new Gathering();
  rest: Rest | undefined;
  readonly #agent: string;
  readonly #stretch: Stretch;
  readonly #context: JudgeContext;
  /** Those of the stretch that are not done at its beginning, or at the rest that it is gone on with from. */
  readonly #works: readonly WorkLink[];
  readonly #work: OpenWork;
  readonly #from: number;
  /** The first change of the stretch that is after the instant at hand. */
  #nextChange = 0;
  #at: number;
  #asserted: Asserted;
  #workedFor: string | undefined;
  #choice: Choice | undefined;
  #places: Place[];
  #left: ReadonlyMap<string, Readonly<Place>>;
  /** The same, once it has been copied to be changed. */
  #ownLeft: Map<string, Readonly<Place>> | undefined;

  constructor(
    agent: string,
    start: Carry,
    stretch: Stretch,
    context: JudgeContext,
    before: StretchJudgement | undefined,
  ) {
    const rest = before?.rest;
    const carry = rest?.carry ?? start;
    if (rest !== undefined) this.out.addFirst(rest.length, before!.contributions);
    this.rest = rest;
    this.#agent = agent;
    this.#stretch = stretch;
    this.#context = context;
    // At a rest all work is done that has begun.
    this.#works =
      rest === undefined ? stretch.works : stretch.works.filter(({ startAt }) => startAt > carry.at);
    this.#work = new OpenWork(this.#works);
    this.#from = carry.at;
    this.#at = carry.at;
    this.#asserted = carry.asserted;
    this.#workedFor = carry.workedFor;
    this.#choice = carry.choice;
    this.#places = carry.places.map((place) => place.copy());
    this.#left = carry.left;
  }

  /** Stops at every instant of the stretch at which anything may change. */
  run(): void {
    const { changes, toMs } = this.#stretch;
    const isResumed = this.rest !== undefined;
    const instants: number[] = [];
    const add = (at: number): void => {
      if (at < toMs && (isResumed ? at > this.#from : at >= this.#from)) instants.push(at);
    };
    for (const { at } of changes) add(at);
    for (const { startAt, talkEndAt, endAt } of this.#works) {
      add(startAt);
      add(talkEndAt);
      add(endAt);
    }
    const knownFrom = isResumed || this.#places.length > 0 ? this.#from : Math.min(...instants);
    for (const { fromMs } of this.#context.versions.versions) if (fromMs > knownFrom) add(fromMs);
    instants.sort((a, b) => a - b);
    for (const at of instants) {
      if (at === this.#at && at !== this.#from) continue;
      if (this.#at > this.#from && this.#work.beginsFromRest(at)) this.rest = this.#atRest();
      this.#moveTo(at);
    }
  }

  /** How it stands where no work is open. */
  #atRest(): Rest {
    // What is handed over is never changed: the next place he leaves is noted in a copy.
    this.#ownLeft = undefined;
    return {
      carry: {
        at: this.#at,
        asserted: this.#asserted,
        workedFor: this.#workedFor,
        choice: this.#choice,
        places: this.#places.map((place) => place.copy()),
        left: this.#left,
      },
      length: this.out.length,
    };
  }

  /** Ends the stretch; of the last one days are counted ahead for as long as a login lasts. */
  end(): Carry {
    const { toMs } = this.#stretch;
    this.#countDays(Math.min(toMs, this.#at + LOGIN_LASTS_MS));
    return {
      at: toMs,
      asserted: this.#asserted,
      workedFor: this.#workedFor,
      choice: this.#choice,
      places: this.#places,
      left: this.#left,
    };
  }

  #moveTo(at: number): void {
    this.#countDays(at);
    this.#at = at;
    const { changes } = this.#stretch;
    for (let change = changes[this.#nextChange]; change !== undefined && change.at <= at;) {
      if (change.at === at) this.#asserted = change;
      change = changes[++this.#nextChange];
    }
    const { open, talking, begun, consulted } = this.#work.at(at);
    for (const work of consulted) this.#consulted(work);
    const toldNow = this.#asserted.at === at ? this.#asserted.workedFor : undefined;
    this.#workedFor = greaterOf(begun, toldNow) ?? this.#workedFor;
    const { queues } = this.#choose(at);
    this.#become(queues, open, talking ? 'on_contact' : 'acw');
  }

  /** Sees to it that his places are those in which he counts at an instant. */
  #choose(at: number): Choice {
    const asserted = this.#asserted;
    const workedFor = this.#workedFor;
    const config = this.#context.versions.at(at);
    const last = this.#choice;
    const isSame =
      last?.asserted === asserted &&
      last.config === config &&
      (asserted.isMember || last.workedFor === workedFor);
    if (isSame) return last;
    const queues = queuesOf(asserted, workedFor);
    const places = scopesOf(this.#agent, queues, config).map(
      (scope) => this.#places.find((place) => isSameScope(place, scope)) ?? this.#newPlace(scope),
    );
    for (const place of this.#places) if (!places.includes(place)) this.#leave(place);
    this.#places = places;
    return (this.#choice = { asserted, workedFor, config, queues });
  }

  #newPlace({ scope, name }: ScopeName): Place {
    const left = this.#left.get(`${scope}|${name}`);
    return left?.copy() ?? new Place(scope, name, this.#context.agentGroupOf(scope, name));
  }

  #leave(place: Place): void {
    this.#move(place, NO_STATUS);
    this.#workBeside(place, 0);
    // Only the day that goes on has to be remembered.
    const day = localDayOf(this.#context.versions.at(this.#at), this.#at).from;
    if (place.day !== day) return;
    this.#ownLeft ??= new Map([...this.#left].filter(([, { day: other }]) => other === day));
    this.#ownLeft.set(`${place.scope}|${place.name}`, place);
    this.#left = this.#ownLeft;
  }

  /** Takes the state that he has in each of his places, by what was told and by the work that is open. */
  #become(queues: ReadonlySet<string>, open: number, working: 'on_contact' | 'acw'): void {
    const overall = stateOverall(this.#asserted, queues);
    for (const place of this.#places) {
      const told = place.scope === 'members' ? stateIn(this.#asserted, place.name) : overall;
      const state = open === 0 || told === 'logged_out' ? told : working;
      this.#move(place, statusIn(state, open > 0));
      this.#workBeside(place, Math.max(0, open - 1));
    }
  }

  #move(place: Place, status: Status): void {
    if (place.status === status) return;
    this.out.add(place.group, this.#at, CODE.agentMoves(place.status, status), this.#at);
    place.status = status;
  }

  #workBeside(place: Place, parallel: number): void {
    const code = parallel > place.parallel ? CODE.parallelBegins : CODE.parallelEnds;
    for (let i = Math.abs(parallel - place.parallel); i > 0; i--)
      this.out.add(place.group, this.#at, code, this.#at);
    place.parallel = parallel;
  }

  #consulted({ startAt, endAt }: WorkLink): void {
    for (const { group } of this.#places) this.out.add(group, endAt, CODE.consultGiven, endAt - startAt);
  }

  /** Counts logged-in time up to an instant; a day is worked from its first minute on. */
  #countDays(until: number): void {
    for (const place of this.#places)
      if (isPresent(place.status, 'logged_in')) this.#countDaysOf(place, until);
  }

  #countDaysOf(place: Place, until: number): void {
    for (let at = this.#at; at < until;) {
      const { from, to } = localDayOf(this.#context.versions.at(at), at);
      if (from !== place.day) place.loggedInMs = 0;
      place.day = from;
      const end = Math.min(until, to);
      const missing = DAY_WORKED_MS - place.loggedInMs;
      place.loggedInMs += end - at;
      if (missing > 0 && place.loggedInMs >= DAY_WORKED_MS) {
        // a minute that ends with the day was worked in that day, not in the next one
        this.out.add(place.group, Math.min(at + missing, to - 1), CODE.agentDay, 0);
      }
      at = end;
    }
  }
}

function greaterOf(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}

function isSameScope(a: ScopeName, b: ScopeName): boolean {
  return a.scope === b.scope && a.name === b.name;
}
