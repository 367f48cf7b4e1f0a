import type { AgentLink, WorkLink } from '../contact/agent-links.ts';
import type { EntityKind } from '../entity-kind.ts';
import type { Fact } from '../fact.ts';
import { foldAsserted, NOTHING_ASSERTED, type Asserted, type StoredAsserted } from './asserted.ts';
import { localDayOf } from './days.ts';
import { AgentJudgement } from './judgement.ts';

/** A person who handles contacts; never closes. */
export const AGENT: EntityKind = {
  rank: 2,
  endures: true,
  askedBy: (links) => {
    const contacts: string[] = [];
    for (const link of links.values() as Iterable<AgentLink>)
      if (link.about === 'work' && link.wrapIsOpen)
        contacts.push(link.key.slice(0, link.key.lastIndexOf('#')));
    return contacts;
  },
  reachOf: (link) => lastOf(link as AgentLink),
  judge: (id, facts, links, context, previous, change) =>
    new AgentJudgement(id.slice('agent|'.length), facts, links, context, previous, change),
  retire: ({ facts, links }, horizonMs, { versions }) => {
    // Cut where a local day begins: of the days worked before it nothing needs to be remembered.
    const cutMs = localDayOf(versions.at(horizonMs), horizonMs).from;
    const told = links as readonly AgentLink[];
    const old = facts.filter(({ at }) => at < cutMs);
    const kept = told.filter((link) => lastOf(link) >= cutMs);
    if (kept.length === told.length && old.every(({ type }) => type === 'base')) return undefined;
    const done = told.filter((link): link is WorkLink => link.about === 'work' && link.endAt < cutMs);
    if (old.length === 0 && done.length === 0) return { facts, links: kept };
    return { facts: [baseOf(old, done), ...facts.filter(({ at }) => at >= cutMs)], links: kept };
  },
};

/** The last instant that a link tells of. */
function lastOf(link: AgentLink): number {
  if (link.about === 'work') return link.endAt;
  if (link.about === 'said') {
    const said = [...link.surveys, ...link.evaluations].map(({ at }) => at);
    return Math.max(Number.NEGATIVE_INFINITY, link.sentiment?.at ?? Number.NEGATIVE_INFINITY, ...said);
  }
  const replies = [...link.answers, ...link.responses.map(({ at }) => at)];
  return Math.max(Number.NEGATIVE_INFINITY, link.first?.at ?? Number.NEGATIVE_INFINITY, ...replies);
}

/** The queue of the work that began last. */
export function lastQueue(works: readonly WorkLink[]): string | undefined {
  let last: WorkLink | undefined;
  for (const work of works) {
    if (work.queue === undefined) continue;
    const isLater = last === undefined || work.startAt > last.startAt;
    if (isLater || (work.startAt === last?.startAt && work.queue > (last.queue ?? ''))) last = work;
  }
  return last?.queue;
}

/** What held after the facts and the work that leave. */
function baseOf(old: readonly Fact[], done: readonly WorkLink[]): Fact {
  const last: Asserted = foldAsserted(old).changes.at(-1) ?? {
    ...NOTHING_ASSERTED,
    at: Math.min(...done.map(({ startAt }) => startAt)),
  };
  const { at, told, reason, isMember, queues } = last;
  const workedFor = lastQueue(done) ?? last.workedFor;
  const stored: StoredAsserted = {
    inQueue: [...last.inQueue],
    ...(reason === undefined ? {} : { reason }),
    queues: [...queues],
    isMember,
    ...(workedFor === undefined ? {} : { workedFor }),
  };
  return {
    type: 'base',
    key: '|base|',
    at,
    sequence: '',
    rank: 0,
    source: '',
    id: '',
    authority: 0,
    revision: 0,
    contact: '',
    segment: undefined,
    queue: undefined,
    agent: undefined,
    channel: undefined,
    direction: undefined,
    word: told,
    ref: JSON.stringify(stored),
    flags: 0,
    queuedAt: undefined,
    holdMs: undefined,
    wrapMs: undefined,
    amount: undefined,
  };
}
