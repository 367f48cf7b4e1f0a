import { randomUUID } from 'node:crypto';
import type { Logger } from '@vigie/service-kit';
import { Compile } from 'typebox/compile';
import { SCREEN_LIMITS } from './limits.ts';
import { ScreensSchema } from './schema.ts';
import { SCREEN_STATES, type ScreenEntry, type Screens } from './screens.ts';

/** Where processes tell each other of themselves, each in its place, until it falls silent. */
export interface Board {
  put(place: string, text: string, lifeMs: number): Promise<void>;
  others(place: string): Promise<readonly string[]>;
}

const validator = Compile(ScreensSchema);

/** The wall screens of all gateways: each tells the others of its own. While they cannot, each knows its own. */
export class Fleet {
  readonly #parts: FleetParts;
  readonly #place = randomUUID();
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(parts: FleetParts) {
    this.#parts = parts;
    if (parts.board !== undefined) this.#timer = setInterval(() => void this.#tell(), SCREEN_LIMITS.tellMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async list(): Promise<readonly ScreenEntry[]> {
    const { screens, clock } = this.#parts;
    const others = await this.#others();
    return merged([screens.list(clock()), ...others]);
  }

  async #tell(): Promise<void> {
    const { board, screens, clock, logger } = this.#parts;
    const text = JSON.stringify({ screens: screens.list(clock()) });
    await board
      ?.put(this.#place, text, SCREEN_LIMITS.toldForMs)
      .catch((error: unknown) =>
        logger.debug({ err: error }, 'other gateways cannot be told of the screens'),
      );
  }

  async #others(): Promise<readonly (readonly ScreenEntry[])[]> {
    const { board, logger } = this.#parts;
    if (board === undefined) return [];
    try {
      return (await board.others(this.#place)).flatMap((text) => {
        const told: unknown = JSON.parse(text);
        // a gateway of another build may tell what this one does not understand
        return validator.Check(told) ? [told.screens] : [];
      });
    } catch (error) {
      logger.debug({ err: error }, 'the screens of other gateways are not known');
      return [];
    }
  }
}

export interface FleetParts {
  readonly screens: Screens;
  readonly board: Board | undefined;
  readonly clock: () => number;
  readonly logger: Logger;
}

/** Of a screen that several gateways know the best state is true; it is connected to as many as say so. */
export function merged(lists: readonly (readonly ScreenEntry[])[]): readonly ScreenEntry[] {
  const byName = new Map<string, ScreenEntry>();
  for (const entry of lists.flat()) {
    const known = byName.get(entry.screen);
    byName.set(entry.screen, known === undefined ? entry : both(known, entry));
  }
  return [...byName.values()].sort(({ screen: one }, { screen: other }) => (one < other ? -1 : 1));
}

function both(one: ScreenEntry, other: ScreenEntry): ScreenEntry {
  const rank = ({ state }: ScreenEntry): number => SCREEN_STATES.indexOf(state);
  const isLater = (other.since ?? '') > (one.since ?? '');
  const best = rank(other) < rank(one) || (rank(other) === rank(one) && isLater) ? other : one;
  return {
    ...best,
    keyed: one.keyed || other.keyed,
    connections: one.connections + other.connections,
  };
}
