import { instantMs } from './time.ts';
import type { OracleData, OracleEvent } from './types.ts';
import { toldWaiting, type ToldWaiting } from './waiting-lists.ts';

/** One fact an event asserts. `type` is the event's without its prefix; an inferred entry is a `contact.queued`. */
export interface Fact {
  readonly type: string;
  readonly key: string;
  readonly timeMs: number;
  readonly sequence: string;
  readonly rank: number;
  readonly source: string;
  readonly id: string;
  /** 3 record, 2 primary, 1 secondary, 0 inferred. */
  readonly authority: number;
  readonly revision: number;
  readonly contactId: string;
  readonly segmentId: string | undefined;
  readonly data: OracleData;
  /** An entry that no `contact.queued` asserts: only a later event's `queuedAt` or wait. */
  readonly inferredEntry: boolean;
  /** The last word on an exit, where the first is another one: it counts in a stay that was resumed in between. */
  readonly again?: true;
}

/** Facts of one instant and sequence are folded in this order (`sources.md` §1.4). */
const TYPE_ORDER = [
  'contact.created',
  'contact.queued',
  'contact.rejected',
  'contact.offered',
  'contact.offer_ended',
  'contact.answered',
  'contact.abandoned',
  'contact.flow_out',
  'contact.held',
  'contact.unheld',
  'contact.transferred',
  'contact.consulted',
  'contact.consult_ended',
  'contact.ended',
  'contact.handoff',
  'contact.self_care',
  'wrapup.started',
  'wrapup.ended',
  'callback.requested',
  'callback.attempted',
  'callback.cancelled',
  'callback.failed',
  'message.posted',
  'case.opened',
  'case.resolved',
  'case.reopened',
  'case.closed_unresolved',
  'contact.resolved',
  'contact.reopened',
  'contact.converted',
  'contact.record',
  'agent.state',
  'agent.queues',
  'survey.response',
  'qa.evaluated',
  'contact.analysed',
  'business.figure',
  'source.gap',
  'source.restarted',
  'source.heartbeat',
  'source.snapshot',
];
const AUTHORITY = { inferred: 0, secondary: 1, primary: 2, record: 3 };
const OUTCOMES = ['contact.answered', 'contact.abandoned', 'contact.flow_out'];

const textOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The fold order: time, sequence, type, source, id. Total. */
export function foldOrder(a: Fact, b: Fact): number {
  return (
    a.timeMs - b.timeMs ||
    textOrder(a.sequence, b.sequence) ||
    a.rank - b.rank ||
    textOrder(a.source, b.source) ||
    textOrder(a.id, b.id)
  );
}

function keyOf(type: string, event: OracleEvent, timeMs: number): string {
  const { data } = event;
  const own = `${type}|event|${event.source}|${event.id}`;
  const segment = data.contact?.segmentId;
  const agent = data.agent?.id ?? '';
  switch (type) {
    case 'contact.queued':
      return segment === undefined || data.kind === 'resume' ? own : `queued|${segment}`;
    case 'contact.abandoned':
    case 'contact.flow_out':
      return segment === undefined ? own : `${type}|${segment}`;
    case 'contact.answered':
    case 'contact.transferred':
    case 'contact.ended':
    case 'wrapup.started':
    case 'wrapup.ended':
      return segment === undefined ? own : `${type}|${segment}|${agent}`;
    case 'contact.held':
    case 'contact.unheld':
      return `${type}|${agent}|${timeMs}`;
    case 'contact.offered':
      return data.offerId === undefined ? `${type}|${agent}|${timeMs}` : `${type}|id|${data.offerId}`;
    case 'contact.offer_ended':
      if (data.offerId !== undefined) return `${type}|id|${data.offerId}`;
      return data.measured?.ringMs === undefined ? own : `${type}|${agent}|${timeMs - data.measured.ringMs}`;
    case 'message.posted':
      return data.messageId === undefined ? own : `${type}|id|${data.messageId}`;
    case 'callback.attempted':
      return data.callbackId === undefined ? own : `${type}|id|${data.callbackId}|${timeMs}`;
    case 'callback.requested':
    case 'callback.cancelled':
    case 'callback.failed':
      return data.callbackId === undefined ? own : `${type}|id|${data.callbackId}`;
    case 'survey.response':
      return data.responseId === undefined ? own : `${type}|id|${data.responseId}`;
    case 'qa.evaluated':
      return `${type}|${JSON.stringify([data.formId, agent, data.automatic === true, data.calibration === true])}`;
    case 'contact.converted':
      return data.saleId === undefined ? own : `${type}|id|${data.saleId}`;
    case 'business.figure':
      return `${type}|${JSON.stringify([data.name, dimensionsOf(data), data.date, timeMs])}`;
    default:
      return own;
  }
}

/** Dimensions of an imported figure, in one order. */
export function dimensionsOf({ dimensions = {} }: OracleData): [string, string][] {
  return Object.entries(dimensions).sort(([a], [b]) => textOrder(a, b));
}

/** What an event asserts: itself, and the entry that its `queuedAt` or stated wait implies. */
export function factsOf(event: OracleEvent): Fact[] {
  const type = event.type.replace(/^vigie\./, '');
  const timeMs = instantMs(event.time);
  const { data } = event;
  const rank = TYPE_ORDER.indexOf(type);
  const fact: Fact = {
    type,
    key: keyOf(type, event, timeMs),
    timeMs,
    sequence: event.sequence ?? '',
    rank: rank < 0 ? TYPE_ORDER.length : rank,
    source: event.source,
    id: event.id,
    authority: AUTHORITY[data.authority ?? 'primary'],
    revision: data.revision ?? 0,
    contactId: data.contact?.id ?? '',
    segmentId: data.contact?.segmentId,
    data,
    inferredEntry: false,
  };
  const enteredMs = impliedEntry(fact);
  if (enteredMs === undefined || fact.segmentId === undefined) return [fact];
  const entry: Fact = {
    ...fact,
    type: 'contact.queued',
    key: `queued|${fact.segmentId}`,
    timeMs: enteredMs,
    rank: TYPE_ORDER.indexOf('contact.queued'),
    authority: AUTHORITY.inferred,
    revision: data.queuedAt === undefined ? 0 : 1,
    inferredEntry: true,
  };
  return [fact, entry];
}

/** The entry an event implies: its `queuedAt`; failing that an outcome's instant less the wait it states. */
export function impliedEntry(fact: Fact): number | undefined {
  if (fact.data.queuedAt !== undefined) return instantMs(fact.data.queuedAt);
  const waitMs = fact.data.measured?.waitMs;
  return waitMs !== undefined && OUTCOMES.includes(fact.type) ? fact.timeMs - waitMs : undefined;
}

/** Contact id → the id of the journey it belongs to: all that are named with each other, directly or not, are one. */
export function rootsOf(events: readonly OracleEvent[]): (contactId: string) => string {
  const together: Set<string>[] = [];
  for (const { data } of events) {
    const { id, rootId } = data.contact ?? {};
    if (id === undefined || rootId === undefined || id === rootId) continue;
    const joined = new Set([id, rootId]);
    for (const other of together.filter((journey) => journey.has(id) || journey.has(rootId))) {
      for (const contactId of other) joined.add(contactId);
      together.splice(together.indexOf(other), 1);
    }
    together.push(joined);
  }
  const names = new Map<string, string>();
  for (const journey of together)
    for (const contactId of journey) names.set(contactId, [...journey].sort(textOrder)[0] ?? contactId);
  return (contactId) => names.get(contactId) ?? contactId;
}

/** The set of facts of all events, and what became of each event. */
export interface FactSet {
  readonly read: number;
  readonly applied: number;
  readonly duplicate: number;
  readonly late: number;
  readonly future: number;
  /** Every element known, journey by journey. */
  readonly journeys: ReadonlyMap<string, readonly Fact[]>;
  /** States, queues and snapshots, by agent. */
  readonly agents: ReadonlyMap<string, readonly Fact[]>;
  /** Openings, resolutions, reopenings, by case. */
  readonly cases: ReadonlyMap<string, readonly Fact[]>;
  /** Imported daily figures. */
  readonly figures: readonly Fact[];
  /** Instants of `source.restarted`, by source. */
  readonly restarts: ReadonlyMap<string, readonly number[]>;
  /** Snapshots that say who waits. */
  readonly snapshots: readonly ToldWaiting[];
}

export interface Lateness {
  readonly allowedMs: number;
  readonly futureMs: number;
}

function timeliness(event: OracleEvent, lateness: Lateness | undefined): 'on_time' | 'late' | 'future' {
  if (lateness === undefined || event.ingestedtime === undefined) return 'on_time';
  const timeMs = instantMs(event.time);
  const ingestedMs = instantMs(event.ingestedtime);
  if (timeMs < ingestedMs - lateness.allowedMs) return 'late';
  return timeMs > ingestedMs + lateness.futureMs ? 'future' : 'on_time';
}

/** Unites the facts of all events: an element is (key, authority, revision) within its journey; the earlier time stays. */
export function uniteFacts(events: readonly OracleEvent[], lateness?: Lateness): FactSet {
  const accepted = events.filter((event) => timeliness(event, lateness) === 'on_time');
  const rootOf = rootsOf(accepted);
  const elements = new Map<string, { readonly journey: string; fact: Fact; last: Fact }>();
  const restarts = new Map<string, number[]>();
  const snapshots: ToldWaiting[] = [];
  let duplicate = 0;
  for (const event of accepted) {
    // What else it tells beside itself does not make an event another one.
    const told = factsOf(event);
    let known = false;
    for (const fact of told) {
      const journey = fact.contactId === '' ? '' : rootOf(fact.contactId);
      const element = JSON.stringify([journey, fact.key, fact.authority, fact.revision]);
      const stored = elements.get(element);
      if (stored === undefined) {
        elements.set(element, { journey, fact, last: fact });
        if (fact.type === 'source.restarted') {
          restarts.set(fact.source, [...(restarts.get(fact.source) ?? []), fact.timeMs]);
        }
      } else {
        known ||= fact === told[0];
        if (earlier(fact, stored.fact)) stored.fact = fact;
        if (foldOrder(fact, stored.last) > 0) stored.last = fact;
      }
    }
    if (known) duplicate += 1;
  }
  const journeys = new Map<string, Fact[]>();
  const agents = new Map<string, Fact[]>();
  const cases = new Map<string, Fact[]>();
  const figures: Fact[] = [];
  const file = (drawers: Map<string, Fact[]>, name: string, fact: Fact): void => {
    const drawer = drawers.get(name);
    if (drawer === undefined) drawers.set(name, [fact]);
    else drawer.push(fact);
  };
  for (const { journey, fact, last } of elements.values()) {
    if (journey !== '') file(journeys, journey, fact);
    if (['contact.abandoned', 'contact.flow_out'].includes(fact.type) && last.timeMs > fact.timeMs)
      file(journeys, journey, { ...last, key: `${last.key}|again`, again: true });
    if (fact.type.startsWith('agent.') && fact.data.agent !== undefined) {
      file(agents, fact.data.agent.id, fact);
    }
    if (fact.type === 'source.snapshot') {
      for (const { id } of fact.data.agents ?? []) file(agents, id, fact);
    }
    const told = toldWaiting(fact);
    if (told !== undefined) snapshots.push(told);
    const ofCase = caseOf(fact);
    if (ofCase !== undefined) file(cases, ofCase, fact);
    if (fact.type === 'business.figure') figures.push(fact);
  }
  const count = (verdict: string) => events.filter((event) => timeliness(event, lateness) === verdict).length;
  return {
    read: events.length,
    applied: accepted.length - duplicate,
    duplicate,
    late: count('late'),
    future: count('future'),
    journeys,
    agents,
    cases,
    figures,
    restarts,
    snapshots,
  };
}

/** The case whose life a fact tells; `contact.resolved` and `contact.reopened` speak of one named like the contact. */
function caseOf({ type, data }: Fact): string | undefined {
  if (type.startsWith('case.')) return data.case?.id;
  return type === 'contact.resolved' || type === 'contact.reopened' ? data.contact?.id : undefined;
}

function earlier(a: Fact, b: Fact): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && JSON.stringify(a.data) < JSON.stringify(b.data));
}

/** Of each key the fact of the highest authority, then revision; in fold order. */
export function believed(facts: readonly Fact[]): Fact[] {
  const best = new Map<string, Fact>();
  for (const fact of facts) {
    const rival = best.get(fact.key);
    if (
      rival === undefined ||
      fact.authority > rival.authority ||
      (fact.authority === rival.authority && fact.revision > rival.revision)
    ) {
      best.set(fact.key, fact);
    }
  }
  return [...best.values()].sort(foldOrder);
}
