const AGENT = 'agent|';

/** The agents of a centre that are kept: those first heard of, up to a cap. Further ones are counted, and not listed. */
export class AgentRoster {
  readonly #known = new Set<string>();
  readonly #turnedAway = new Set<string>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** May something be kept of the entity of that id? Of one that is no agent it may. */
  admits(id: string): boolean {
    if (!id.startsWith(AGENT) || this.#known.has(id)) return true;
    if (this.#known.size < this.#max) {
      this.#known.add(id);
      return true;
    }
    if (this.#turnedAway.size < this.#max) this.#turnedAway.add(id);
    return false;
  }

  /** Agents turned away by the cap (as many as are remembered). */
  get overflowed(): number {
    return this.#turnedAway.size;
  }
}
