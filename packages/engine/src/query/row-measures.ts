import { ALL, type SemanticConfig } from '@vigie/contracts';
import {
  MEASURES,
  measuresOf,
  NO_AGENTS,
  Present,
  Totals,
  type AgentMeasures,
  type Figure,
  type GroupView,
  type Measures,
  type Timeline,
  type Words,
} from '@vigie/metrics';
import type { LiveCentre } from '../processor/live-centre.ts';
import { closedAt, hoursChangeAt, oldestUnanswered } from './row-hours.ts';
import type { WindowSpec } from './window-spec.ts';

/** A window of a row: its measures as last read, and the version of the totals in them. */
interface Held {
  /** Index of a rolling window in the timeline; `undefined`: today. */
  readonly rolling: number | undefined;
  version: number;
  readonly measures: Filled<Measures>;
  /** Kept, since it is filled in at every reading. */
  readonly agents: Filled<AgentMeasures>;
}

type Filled<T> = { -readonly [Part in keyof T]: T[Part] };

/** The measures of a row by window; `versions` rise when the totals of a window move. */
export interface RowReading {
  readonly measures: readonly Measures[];
  readonly versions: readonly number[];
  readonly closed: boolean;
  /** When they will differ though nothing happens, beside what grows by its `since`. */
  readonly nextAt: number;
}

/**
 * The measures of one row, read off a live centre: those of a group, or of the channels of a queue added up. Totals of
 * several groups are added up again only when one of them moved.
 */
export class RowMeasures {
  readonly queue: string;
  readonly channel: string;
  readonly #centre: LiveCentre;
  readonly #views: readonly GroupView[];
  readonly #held: readonly Held[];
  readonly #today: Held;
  readonly #read: { -readonly [Part in keyof RowReading]: RowReading[Part] } & {
    readonly versions: number[];
  };
  readonly #ids: readonly number[];
  #closed = false;
  /** Until then, and under that configuration, `#closed` holds. */
  #hoursChangeAt = Number.NEGATIVE_INFINITY;
  #config: SemanticConfig | undefined;

  /** `windows`: the rolling ones in the order the timeline has them, `today` anywhere. */
  constructor(
    centre: LiveCentre,
    windows: readonly WindowSpec[],
    name: { readonly queue: string; readonly channel: string },
    groups: readonly number[],
  ) {
    this.queue = name.queue;
    this.channel = name.channel;
    this.#centre = centre;
    const { words } = centre.facts;
    this.#today = notHeld(undefined, words);
    this.#ids = groups;
    this.#views = groups.map((group) => centre.timeline.group(group));
    let rolling = 0;
    this.#held = windows.map(({ sizeMs }) =>
      sizeMs === undefined ? this.#today : notHeld(rolling++, words),
    );
    this.#read = {
      measures: this.#held.map(({ measures }) => measures),
      versions: windows.map(() => -1),
      closed: false,
      nextAt: Number.POSITIVE_INFINITY,
    };
  }

  /** How many groups it adds up. */
  get groups(): number {
    return this.#views.length;
  }

  /** The measures as they are now, to be used before the next call. */
  read(): RowReading {
    const { timeline } = this.#centre;
    const { now } = timeline;
    const closed = this.#isClosed(now);
    const oldest = this.#oldestUnanswered(timeline);
    const present = this.#present();
    const ofAgents = this.#agents(timeline);
    this.#refresh(this.#today);
    for (let w = 0; w < this.#held.length; w++) {
      const held = this.#held[w]!;
      if (held !== this.#today) this.#refresh(held);
      this.#read.versions[w] = held.version;
      const { measures } = held;
      measures.today = this.#today.measures.totals;
      measures.present = present;
      measures.nowMs = now;
      if (ofAgents !== undefined) fillAgents(held, ofAgents, timeline);
      measures.agents = ofAgents === undefined ? NO_AGENTS : held.agents;
      measures.closed = closed;
      measures.oldestUnanswered = oldest;
    }
    // An age by the clock of business hours has no instant that would tell it: it is told each second.
    const ages = typeof oldest?.value === 'number' && oldest.since === undefined;
    const nextSecond = (Math.floor(now / 1000) + 1) * 1000;
    this.#read.closed = closed;
    this.#read.nextAt = ages ? nextSecond : this.#hoursChangeAt;
    return this.#read;
  }

  /** The group of the row's agents' time. */
  #agents(timeline: Timeline): GroupView | undefined {
    const group = this.#centre.facts.groups.agentsOf(this);
    return group === undefined ? undefined : timeline.group(group);
  }

  #isClosed(now: number): boolean {
    const { facts } = this.#centre;
    if (this.queue === ALL) return closedAt(facts, this.#ids, now);
    const config = facts.versions.at(now);
    if (now >= this.#hoursChangeAt || config !== this.#config) {
      this.#config = config;
      this.#closed = closedAt(facts, this.#ids, now);
      this.#hoursChangeAt = hoursChangeAt(facts, this.#ids, now);
    }
    return this.#closed;
  }

  #oldestUnanswered(timeline: Timeline): Figure | undefined {
    return oldestUnanswered(this.#centre.facts, this.#ids, (id) => timeline.group(id).present, timeline.now);
  }

  /** Versions only rise, so that their sum tells whether one did: what offers a maximum moves totals, too. */
  #refresh(held: Held): void {
    let version = 0;
    for (const view of this.#views) version += totalsOf(view, held.rolling).version;
    if (held.version === version) return;
    held.version = version;
    held.measures.maxWaitMs = this.#maxOf(held.rolling);
    if (this.#views.length === 1) held.measures.totals = totalsOf(this.#views[0]!, held.rolling);
    else {
      const totals = new Totals(MEASURES);
      for (const view of this.#views) totals.add(totalsOf(view, held.rolling));
      held.measures.totals = totals;
    }
  }

  #present(): Present {
    if (this.#views.length === 1) return this.#views[0]!.present;
    const present = new Present(MEASURES);
    for (const view of this.#views) present.add(view.present);
    return present;
  }

  #maxOf(index: number | undefined): number | undefined {
    let most: number | undefined;
    for (const view of this.#views) {
      const max = index === undefined ? view.maxToday() : view.max(index);
      if (max !== undefined && max > (most ?? -1)) most = max;
    }
    return most;
  }
}

/** Fills in the agents' time of a window. */
function fillAgents({ rolling, agents }: Held, of: GroupView, timeline: Timeline): void {
  agents.totals = totalsOf(of, rolling);
  agents.fromMs = rolling === undefined ? timeline.dayStart : timeline.firstSecondOf(rolling) * 1000;
  agents.levels = of.present.levels;
  agents.toMs = timeline.now;
}

function totalsOf(view: GroupView, rolling: number | undefined): Totals {
  return rolling === undefined ? view.today : view.windows[rolling]!;
}

/** To be filled in at the first reading. */
function notHeld(rolling: number | undefined, words: Words): Held {
  const isRolling = rolling !== undefined;
  const measures = measuresOf({ rolling: isRolling, daily: !isRolling, words });
  return { rolling, version: -1, measures, agents: { ...NO_AGENTS } };
}

/** The groups that the merged row of a queue adds up: none when it takes one channel only. */
export function mergedGroups(centre: LiveCentre, queue: string): readonly number[] {
  const leaves = queue === ALL ? [] : centre.facts.groups.channelsOf(queue);
  return leaves.length < 2 ? [] : leaves;
}
