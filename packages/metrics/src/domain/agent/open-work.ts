import type { WorkLink } from '../contact/agent-links.ts';

const NO_WORK: readonly WorkLink[] = [];

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
 * The work of an agent, gone through from instant to instant by counting what began and what ended, so that a bot with
 * thousands of conversations at once costs no more a piece than a person.
 */
export class OpenWork {
  readonly #starts: readonly WorkLink[];
  readonly #talkEnds: readonly number[];
  readonly #ends: readonly WorkLink[];
  #begun = 0;
  #talked = 0;
  #ended = 0;

  constructor(works: readonly WorkLink[]) {
    const isOne = works.length < 2;
    this.#starts = isOne ? works : works.toSorted((a, b) => a.startAt - b.startAt);
    this.#talkEnds = works.map(({ talkEndAt }) => talkEndAt).sort((a, b) => a - b);
    this.#ends = isOne ? works : works.toSorted((a, b) => a.endAt - b.endAt);
  }

  /** Is nothing open, and does work begin at an instant that is after the last one asked for? */
  beginsFromRest(at: number): boolean {
    return this.#begun === this.#ended && this.#starts[this.#begun]?.startAt === at;
  }

  /** What he works on at an instant that is not before the last one asked for. */
  at(at: number): WorkAt {
    let begun: string | undefined;
    for (let work = this.#starts[this.#begun]; work !== undefined && work.startAt <= at;) {
      const { queue, startAt } = work;
      if (startAt === at && queue !== undefined && (begun === undefined || queue > begun)) begun = queue;
      work = this.#starts[++this.#begun];
    }
    let consulted = NO_WORK;
    for (let work = this.#ends[this.#ended]; work !== undefined && work.endAt <= at;) {
      if (work.endAt === at && work.consult) consulted = [...consulted, work];
      work = this.#ends[++this.#ended];
    }
    while (this.#talkEnds[this.#talked]! <= at) this.#talked++;
    return { open: this.#begun - this.#ended, talking: this.#begun > this.#talked, begun, consulted };
  }
}
