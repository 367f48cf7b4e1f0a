import type { WorkLink } from '../contact/agent-links.ts';

/** What an agent works on at an instant. */
export interface WorkAt {
  /** Pieces of work that are open. */
  readonly open: number;
  /** Is he in conversation in one of them? */
  readonly talking: boolean;
  /** The queue of work that begins at this very instant, the greatest of several. */
  readonly begun: string | undefined;
  /** Consultations that end at this very instant. */
  readonly consulted: readonly WorkLink[];
}

/**
 * The work of an agent, gone through from instant to instant: each step looks at what is open alone, so that a bot with
 * thousands of conversations an hour costs no more a piece than a person.
 */
export class OpenWork {
  /** Rising in their start. */
  readonly #works: readonly WorkLink[];
  #next = 0;
  /** Begun, and not over before the last instant. */
  #open: WorkLink[] = [];

  constructor(works: readonly WorkLink[]) {
    this.#works = works.toSorted((a, b) => a.startAt - b.startAt);
  }

  /** What he works on at an instant that is not before the last one asked for. */
  at(at: number): WorkAt {
    for (let work = this.#works[this.#next]; work !== undefined && work.startAt <= at;) {
      this.#open.push(work);
      work = this.#works[++this.#next];
    }
    const still: WorkLink[] = [];
    const consulted: WorkLink[] = [];
    let begun: string | undefined;
    let talking = false;
    for (const work of this.#open) {
      const { queue } = work;
      if (work.startAt === at && queue !== undefined && (begun === undefined || queue > begun)) begun = queue;
      if (work.endAt === at && work.consult) consulted.push(work);
      if (at < work.talkEndAt) talking = true;
      if (at < work.endAt) still.push(work);
    }
    this.#open = still;
    return { open: still.length, talking, begun, consulted };
  }
}
