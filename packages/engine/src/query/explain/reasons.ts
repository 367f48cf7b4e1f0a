import { believed, happening, lostAtAge, type ContactView, type Fact, type Segment } from '@vigie/metrics';
import type { CentreState } from '../../processor/centre-state.ts';
import type { Entity } from '../../processor/entity.ts';
import { viewOf } from '../look.ts';
import type { Item } from './scan.ts';

const CONTACT = 'contact|';

/** What is said of one thing behind a figure. */
export interface Told {
  readonly contact?: string;
  readonly segment?: string;
  readonly agent?: string;
  readonly case?: string;
  readonly reason: string;
}

/** Which entity it was, and why it counted as it did. No id that names a customer. */
export function tell(centre: CentreState, entity: Entity, item: Item): Told {
  const said = item.reason ?? happening(item.codes, item.standing);
  const [kind = '', name = ''] = splitId(entity.id);
  const corrected = believed(entity.facts).length < entity.facts.length ? ['corrected since'] : [];
  if (kind !== 'contact') {
    const ids = kind === 'agent' ? { agent: name } : kind === 'case' ? { case: name } : {};
    return { ...ids, reason: withNotes(said, corrected) };
  }
  const view = viewOf(centre, entity);
  const segment = segmentOf(centre, view, item);
  const came = segment === undefined ? undefined : KIND_WORDS[segment.kind];
  return {
    contact: segment?.contact ?? name,
    ...(segment?.id === undefined ? {} : { segment: segment.id }),
    reason: withNotes(said, [...(came === undefined ? [] : [came]), ...corrected]),
  };
}

/** Stays in the queues asked for that ended in the window and made no contribution that is about the figure. */
export function staysLeftOut(
  centre: CentreState,
  entity: Entity,
  own: readonly Item[],
  asked: { readonly groups: ReadonlySet<number>; readonly fromMs: number; readonly atMs: number },
): readonly Omit<Item, 'open' | 'id'>[] {
  if (!entity.id.startsWith(CONTACT)) return [];
  if (own.filter(({ waitMs }) => waitMs !== undefined).length >= staysTold(entity)) return [];
  const view = viewOf(centre, entity);
  return view.segments.flatMap((segment) => {
    const group = groupOf(centre, segment);
    const at = exitOf(centre, segment);
    if (group === undefined || at === undefined || !asked.groups.has(group)) return [];
    if (at < asked.fromMs || at > asked.atMs) return [];
    if (own.some((item) => item.group === group && item.at === at && item.waitMs !== undefined)) return [];
    return [
      { group, at, effect: 'excluded' as const, codes: [], standing: false, reason: why(view, segment) },
    ];
  });
}

/** Stays in queues that the facts of a contact name: not more than there are, unless sources leave out their ids. */
function staysTold({ facts }: Entity): number {
  const told: Fact[] = [];
  for (const fact of facts) {
    if (fact.type !== 'queued' && fact.type !== 'entry') continue;
    const isKnown = told.some(({ contact, segment }) => contact === fact.contact && segment === fact.segment);
    if (!isKnown || fact.segment === undefined) told.push(fact);
  }
  return told.length;
}

/** How a stay came about that is not a contact's first. */
const KIND_WORDS: Readonly<Partial<Record<Segment['kind'], string>>> = {
  overflow: 'came by overflow',
  transfer: 'transferred here',
  requeue: 'put back in the queue',
  callback: 'called back',
  consult: 'consult between agents',
};

function why(view: ContactView, segment: Segment): string {
  if (!view.inbound) return 'not inbound';
  if (segment.kind === 'consult') return 'consult between agents: in no figure of customers';
  if (segment.held > 0) return 'set aside: the outcome contradicts the entry, or the entry is unknown';
  if (segment.outcome === undefined || segment.outcome.kind === 'lost')
    return 'lost: nobody knows how the wait ended';
  if (segment.kind === 'callback') return 'callback: not in the population of this figure';
  return `not in the population of this figure (${segment.kind})`;
}

function segmentOf(centre: CentreState, view: ContactView, { group, at }: Item): Segment | undefined {
  const here = view.segments.filter((segment) => groupOf(centre, segment) === group);
  const exact = here.find((segment) => segment.enteredAt === at || exitOf(centre, segment) === at);
  return exact ?? (here.length === 1 ? here[0] : undefined);
}

function groupOf(centre: CentreState, { queue, channel }: Segment): number | undefined {
  if (queue === undefined) return undefined;
  return centre.groups.channelsOf(queue).find((group) => centre.groups.nameOf(group).channel === channel);
}

/** When a stay ended: by its outcome, or lost to its age. */
function exitOf(centre: CentreState, segment: Segment): number | undefined {
  return segment.outcome?.at ?? lostAtAge(segment, centre.versions);
}

function splitId(id: string): readonly string[] {
  const bar = id.indexOf('|');
  return [id.slice(0, bar), id.slice(bar + 1)];
}

function withNotes(said: string, notes: readonly string[]): string {
  return notes.length === 0 ? said : `${said} (${notes.join(', ')})`;
}
