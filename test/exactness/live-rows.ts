import { ALL, formatInstant, type Presentation, type Row } from '@vigie/contracts';
import { NO_AGENTS, type AgentMeasures, type GroupView, type Measures } from '@vigie/metrics';
import {
  ASSUMED_CHANNEL,
  closedAt,
  computeKpis,
  makeRow,
  mergeMeasures,
  oldestUnanswered,
  queuesWithoutChannel,
  type LiveCentre,
  type WindowSpec,
} from '@vigie/engine';

/**
 * Reads rows off a live centre afresh, every figure of every window: what the publisher, which computes only what can
 * have moved, is held against.
 */
export class LiveRows {
  readonly #centre: LiveCentre;
  readonly #windows: readonly WindowSpec[];
  readonly #presentation: Presentation;

  /** `windows`: the rolling ones in the order the timeline has them, `today` anywhere. */
  constructor(centre: LiveCentre, windows: readonly WindowSpec[], presentation: Presentation) {
    this.#centre = centre;
    this.#windows = windows;
    this.#presentation = presentation;
  }

  /** Every row there is: of queues with traffic or configured, and of the totals. */
  all(): readonly Row[] {
    const { groups, versions } = this.#centre.facts;
    for (const [queue, channels] of versions.at(this.#centre.timeline.now).queueChannels)
      for (const channel of channels) groups.idOf(queue, channel);
    for (let id = 0; id < groups.size; id++) groups.parentsOf(id);
    const ids = Array.from({ length: groups.size }, (_, id) => id);
    const merged = [...groups.queues].flatMap((queue) => this.mergedRows(queue));
    const assumed = queuesWithoutChannel(this.#centre.facts, this.#centre.timeline.now).flatMap((queue) =>
      this.#rows(queue, ASSUMED_CHANNEL, []),
    );
    return [...ids.flatMap((id) => this.rowsOf(id)), ...merged, ...assumed];
  }

  /** Rows of a group, none of a scope of agents' time; for a leaf of a queue with several channels call {@link mergedRows} as well. */
  rowsOf(group: number): readonly Row[] {
    const { queue, channel, scope } = this.#centre.facts.groups.nameOf(group);
    return scope === undefined ? this.#rows(queue, channel, [group]) : [];
  }

  /** The merged rows of a queue that takes several channels; none for any other. */
  mergedRows(queue: string): readonly Row[] {
    if (queue === ALL) return [];
    const leaves = this.#centre.facts.groups.channelsOf(queue);
    return leaves.length < 2 ? [] : this.#rows(queue, ALL, leaves);
  }

  #rows(queue: string, channel: string, groups: readonly number[]): readonly Row[] {
    let rollingIndex = 0;
    const { facts, timeline } = this.#centre;
    const views = groups.map((group) => timeline.group(group));
    const hours = {
      closed: closedAt(facts, groups, timeline.now),
      oldestUnanswered: oldestUnanswered(facts, groups, (id) => timeline.group(id).present, timeline.now),
    };
    return this.#windows.map((window) => {
      const index = window.sizeMs === undefined ? undefined : rollingIndex++;
      const agents = this.#agents({ queue, channel }, index);
      const merged = mergeMeasures(views.map((view) => this.#measures(view, index)));
      const asked = { nowMs: timeline.now, rolling: index !== undefined, daily: index === undefined };
      const measures = { ...merged, ...asked, ...hours, agents, words: facts.words };
      const kpis = computeKpis({ queue, channel }, measures, this.#presentation);
      return makeRow({ queue, channel, window: window.name }, this.#stateOf(window), kpis);
    });
  }

  #measures(view: GroupView, index: number | undefined): Measures {
    return {
      totals: index === undefined ? view.today : view.windows[index]!,
      today: view.today,
      present: view.present,
      maxWaitMs: index === undefined ? view.maxToday() : view.max(index),
      nowMs: this.#centre.timeline.now,
      agents: NO_AGENTS,
      rolling: index !== undefined,
      daily: index === undefined,
      words: this.#centre.facts.words,
    };
  }

  #agents(
    name: { readonly queue: string; readonly channel: string },
    index: number | undefined,
  ): AgentMeasures {
    const { timeline, facts } = this.#centre;
    const group = facts.groups.agentsOf(name);
    if (group === undefined) return NO_AGENTS;
    const { windows, today, present } = timeline.group(group);
    return {
      totals: index === undefined ? today : windows[index]!,
      levels: present.levels,
      fromMs: index === undefined ? timeline.dayStart : timeline.firstSecondOf(index) * 1000,
      toMs: timeline.now,
    };
  }

  #stateOf(window: WindowSpec): Pick<Row, 'state' | 'since' | 'until'> {
    const { now, dayStart } = this.#centre.timeline;
    const from = window.sizeMs === undefined ? dayStart : now - window.sizeMs;
    const missing = this.#centre.facts.sources.incomplete(from, now);
    if (missing === undefined) return { state: 'live' };
    const { sinceMs, untilMs } = missing;
    const since = sinceMs === undefined ? {} : { since: formatInstant(sinceMs) };
    return { state: 'incomplete', ...since, until: formatInstant(untilMs) };
  }
}
