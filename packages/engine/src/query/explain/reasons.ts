import { ALL } from '@vigie/contracts';
import {
  believed,
  cameInHours,
  happening,
  holding,
  lostAtAge,
  type ContactView,
  type Fact,
  type Segment,
} from '@vigie/metrics';
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

interface Asked {
  readonly groups: ReadonlySet<number>;
  readonly fromMs: number;
  readonly atMs: number;
}

/** Which entity it was, and why it counted as it did. No id that names a customer. */
export function tell(centre: CentreState, entity: Entity, item: Item, readsNow: ReadonlySet<string>): Told {
  const { codes, standing } = item;
  const said = item.reason ?? (standing ? holding(codes, readsNow) : happening(codes));
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
  asked: Asked,
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
      {
        group,
        at,
        effect: 'excluded' as const,
        codes: [],
        standing: false,
        reason: why(centre, view, segment),
      },
    ];
  });
}

/** Stays in queues that the facts of a contact name: not more than there are, unless sources leave out their ids. */
function staysTold({ facts }: Entity): number {
  const told: Fact[] = [];
  for (const fact of facts) {
    const { type, contact, segment } = fact;
    const isEntry = type === 'queued' || type === 'entry';
    if (!isEntry && (segment === undefined || !EXITS.has(type))) continue;
    const isKnown = told.some((other) => contact === other.contact && segment === other.segment);
    if (!isKnown || segment === undefined) told.push(fact);
  }
  return told.length;
}

const EXITS: ReadonlySet<Fact['type']> = new Set(['answered', 'abandoned', 'flow_out']);

/** A contact of the window that is in no figure of contacts as a whole: only the fold tells why. */
export function contactLeftOut(
  centre: CentreState,
  entity: Entity,
  own: readonly Item[],
  asked: Asked,
): readonly Omit<Item, 'open' | 'id'>[] {
  if (!entity.id.startsWith(CONTACT) || own.length > 0) return [];
  const view = viewOf(centre, entity);
  const at = view.decision?.at ?? view.arrivedAt ?? view.botSince;
  const group = totalOf(centre, view.channel);
  if (at === undefined || at < asked.fromMs || at > asked.atMs) return [];
  if (group === undefined || !asked.groups.has(group)) return [];
  const reason = whyNot(centre, view);
  return [{ group, at, effect: 'excluded', codes: [], standing: false, reason }];
}

function whyNot(centre: CentreState, view: ContactView): string {
  if (!view.inbound) return 'not inbound';
  const { arrivedAt } = view;
  if (arrivedAt === undefined) return 'stayed with a bot: never asked for a human';
  if (view.decision === undefined) {
    const isLost = view.segments.some(({ outcome }) => outcome?.kind === 'lost');
    return isLost ? LOST : 'not decided yet';
  }
  const inHours = cameInHours(centre.context, view.arrivedIn, view.channel, arrivedAt);
  return inHours ? 'not counted in this figure' : OUT_OF_HOURS;
}

const LOST = 'lost: nobody knows how the wait ended';
const OUT_OF_HOURS = 'out of hours';

/** How a stay came about that is not a contact's first. */
const KIND_WORDS: Readonly<Partial<Record<Segment['kind'], string>>> = {
  overflow: 'came by overflow',
  transfer: 'transferred here',
  requeue: 'put back in the queue',
  callback: 'called back',
};

function why(centre: CentreState, view: ContactView, segment: Segment): string {
  if (!view.inbound) return 'not inbound';
  if (segment.kind === 'consult') return 'consult between agents: in no figure of customers';
  if (segment.held > 0) return 'set aside: the outcome contradicts the entry, or the entry is unknown';
  if (segment.outcome === undefined || segment.outcome.kind === 'lost') return LOST;
  const { queue, channel, enteredAt = 0 } = segment;
  if (!cameInHours(centre.context, queue, channel, view.arrivedAt ?? enteredAt)) return OUT_OF_HOURS;
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

/** The total of a channel, if anything counts there. */
function totalOf({ groups }: CentreState, channel: string): number | undefined {
  return groups.channelsOf(ALL).find((group) => groups.nameOf(group).channel === channel);
}

/** When a stay ended: by its outcome, or lost to its age; of one whose entry nobody told, by what was set aside. */
function exitOf(centre: CentreState, segment: Segment): number | undefined {
  return segment.outcome?.at ?? lostAtAge(segment, centre.versions) ?? segment.candidates[0]?.at;
}

function splitId(id: string): readonly string[] {
  const bar = id.indexOf('|');
  return [id.slice(0, bar), id.slice(bar + 1)];
}

function withNotes(said: string, notes: readonly string[]): string {
  return notes.length === 0 ? said : `${said} (${notes.join(', ')})`;
}
