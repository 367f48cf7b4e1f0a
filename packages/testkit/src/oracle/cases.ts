import type { Centre } from './centre.ts';
import { caseSettingsOf, configAt } from './config.ts';
import type { JudgedContact } from './contact.ts';
import type { Place } from './conversation.ts';
import { believed, foldOrder, type Fact } from './facts.ts';
import { SKEW_MS } from './time.ts';

const UNCATEGORISED = 'uncategorised';

/** A problem and what became of it; it counts where it was told, else where its first contact in a queue was served. */
export interface JudgedCase {
  readonly id: string;
  readonly queue: string | undefined;
  /** Undefined: only in the total of all channels. */
  readonly channel: string | undefined;
  readonly category: string;
  readonly openedMs: number | undefined;
  readonly resolvedMs: readonly number[];
  /** Time from the opening to each resolution, where that is known. */
  readonly lengthsMs: readonly (number | undefined)[];
  readonly reopenedMs: readonly number[];
  /** Spells during which it was neither resolved nor closed. */
  readonly open: readonly { readonly fromMs: number; readonly untilMs: number }[];
  /** How it last closed, if it is closed. */
  readonly lastClosing:
    { readonly atMs: number; readonly resolved: boolean; readonly contacts: number } | undefined;
  readonly agents: readonly string[];
  /** Undefined: never resolved, or of an unknown customer. */
  readonly firstResolution: FirstResolution | undefined;
}

export interface FirstResolution {
  readonly atMs: number;
  readonly maturesMs: number;
  readonly firstContact: boolean;
}

/** A contact as its customer lived it; it counts in the queue where it was first served, else in its first. */
export interface CustomerContact extends Place {
  readonly contact: JudgedContact;
  readonly inbound: boolean;
  /** First sign of life. */
  readonly startMs: number;
  /** Something is told of the contact itself, not only that it belongs to a case. */
  readonly isSeen: boolean;
  readonly customer: string | undefined;
  readonly category: string | undefined;
  readonly arrivedMs: number;
  /** When a human first served it. */
  readonly servedMs: number | undefined;
  readonly transferred: boolean;
  readonly abandoned: boolean;
  readonly agents: readonly string[];
  readonly cases: readonly string[];
}

type Folded = Pick<
  Centre,
  'facts' | 'contacts' | 'segments' | 'scans' | 'handlings' | 'conversations' | 'timeline'
>;

/** The last value that any fact tells. */
function latestOf<T>(facts: readonly Fact[], read: (fact: Fact) => T | undefined): T | undefined {
  return facts.reduce<T | undefined>((value, fact) => read(fact) ?? value, undefined);
}

const agentOfMessage = ({ type, data }: Fact): string | undefined =>
  type === 'message.posted' && data.from === 'agent' && data.visibility !== 'internal'
    ? data.agent?.id
    : undefined;

/**
 * The category of each case as of now: the one told last. Contacts that merely repeat one add nothing to the first that
 * said it.
 */
function categoriesOf({ facts: { journeys, cases } }: Folded): Map<string, string> {
  const words = [...journeys.values(), ...cases.values()].flatMap((facts) => believed(facts));
  const categories = new Map<string, string>();
  const said = new Set<string>();
  for (const { type, data } of words.sort(foldOrder)) {
    const { id, category } = data.case ?? {};
    if (id === undefined || category === undefined) continue;
    const isAction = /^(case\.|contact\.(resolved|reopened)$)/.test(type);
    const word = JSON.stringify([id, category]);
    if (!isAction && said.has(word)) continue;
    if (!isAction) said.add(word);
    categories.set(id, category);
  }
  return categories;
}

/** Every contact, with what matters to its customer and cases. */
export function customerContacts(centre: Folded, outbound: readonly JudgedContact[]): CustomerContact[] {
  const categories = categoriesOf(centre);
  return [...centre.contacts, ...outbound]
    .map((contact): CustomerContact => {
      const facts = centre.scans.get(contact.journey)?.facts ?? [];
      const handlings = centre.handlings.filter((h) => h.journey === contact.journey && !h.consult);
      // Whoever names a case or a customer is heard, whatever else of the event another one corrects.
      const told = [...(centre.facts.journeys.get(contact.journey) ?? [])].sort(foldOrder);
      const cases = [...new Set(told.flatMap((fact) => fact.data.case?.id ?? caseNamedLike(fact) ?? []))];
      const last = cases.at(-1);
      const reply = facts.find((fact) => agentOfMessage(fact) !== undefined);
      const served = [contact.answeredMs, ...handlings.map((h) => h.startMs), reply?.timeMs];
      const servedMs = Math.min(...served.map((ms) => ms ?? Number.POSITIVE_INFINITY));
      const agents = [
        ...handlings.map((h) => h.agent),
        ...facts.flatMap((fact) => agentOfMessage(fact) ?? []),
      ];
      const inQueue = centre.segments
        .filter(({ journey, queue }) => journey === contact.journey && queue !== undefined)
        .sort((a, b) => a.enteredMs - b.enteredMs);
      const answered = inQueue
        .filter(({ outcome }) => outcome === 'answered')
        .sort((a, b) => a.exitMs - b.exitMs);
      const home = answered[0] ?? inQueue[0];
      return {
        contact,
        queue: home?.queue,
        channel: home?.channel ?? contact.channel,
        startMs: facts[0]?.timeMs ?? 0,
        isSeen: facts.some(({ type }) => !SAID_AFTERWARDS.test(type)),
        inbound: !outbound.includes(contact),
        customer: latestOf(told, ({ data }) => data.customer?.key),
        category: last === undefined ? undefined : categories.get(last),
        arrivedMs: contact.presentedMs ?? facts[0]?.timeMs ?? 0,
        servedMs: Number.isFinite(servedMs) ? servedMs : undefined,
        transferred: facts.some((fact) => fact.type === 'contact.transferred'),
        abandoned: contact.missedReason === 'abandoned',
        agents: [...new Set(agents)],
        cases,
      };
    })
    .sort((a, b) => a.arrivedMs - b.arrivedMs);
}

/** What may be told of a contact of which nothing else is known. */
const SAID_AFTERWARDS = /^(case\.|survey\.|qa\.|contact\.(resolved|reopened|ended|analysed|converted)$)/;

const caseNamedLike = ({ type, data }: Fact): string | undefined =>
  type === 'contact.resolved' || type === 'contact.reopened' ? data.contact?.id : undefined;

/** Every case that any event tells of, judged with the contacts about it and those that followed. */
export function judgeCases(centre: Folded, contacts: readonly CustomerContact[]): JudgedCase[] {
  const categories = categoriesOf(centre);
  return [...centre.facts.cases].map(([id, elements]) => {
    const facts = believed(elements);
    const own = contacts.filter(({ cases }) => cases.includes(id));
    const category = categories.get(id) ?? UNCATEGORISED;
    const customer =
      latestOf(facts, ({ data }) => data.customer?.key) ?? own.flatMap((c) => c.customer ?? []).at(-1);
    const timesOf = (suffix: string) =>
      facts.filter(({ type }) => type.endsWith(`.${suffix}`)).map(({ timeMs }) => timeMs);
    const openedMs = timesOf('opened')[0];
    const resolvedMs = timesOf('resolved').map((ms) => early(openedMs, ms));
    const reopenedMs = timesOf('reopened');
    const life = facts.filter(({ type }) => /\.(opened|resolved|reopened|closed_unresolved)$/.test(type));
    const closing = life.at(-1);
    const place = placeOfCase(facts, own);
    const closed = closing !== undefined && /\.(resolved|closed_unresolved)$/.test(closing.type);
    const agents = facts.flatMap(({ data }) =>
      data.by === 'agent' || data.by === undefined ? (data.agent?.id ?? []) : [],
    );
    return {
      id,
      category,
      ...place,
      openedMs,
      resolvedMs,
      lengthsMs: resolvedMs.map((ms) =>
        openedMs === undefined || ms < openedMs ? undefined : ms - openedMs,
      ),
      reopenedMs,
      open: openSpells(life),
      lastClosing: closed
        ? {
            atMs: closing.timeMs,
            resolved: closing.type.endsWith('.resolved'),
            contacts: own.filter(({ inbound, startMs }) => inbound && startMs <= closing.timeMs).length,
          }
        : undefined,
      agents: [...new Set([...agents, ...own.flatMap((c) => c.agents)])],
      firstResolution:
        resolvedMs[0] === undefined || customer === undefined
          ? undefined
          : judgeFirst(centre, { atMs: resolvedMs[0], reopenedMs, own, customer, category, contacts }),
    };
  });
}

/** Clocks a little apart: an action just before the opening comes at once. */
const early = (openedMs: number | undefined, ms: number): number =>
  openedMs !== undefined && ms < openedMs && openedMs - ms <= SKEW_MS ? openedMs : ms;

function placeOfCase(
  facts: readonly Fact[],
  own: readonly CustomerContact[],
): { queue: string | undefined; channel: string | undefined } {
  const told = facts.find(({ data }) => data.queue !== undefined)?.data;
  if (told !== undefined) return { queue: told.queue?.id, channel: told.contact?.channel };
  const oldest = [...own].sort((a, b) => a.startMs - b.startMs);
  const home = oldest.find(({ queue }) => queue !== undefined) ?? oldest.find(({ isSeen }) => isSeen);
  const channel = facts.map(({ data }) => data.contact?.channel).find((name) => name !== undefined);
  return { queue: home?.queue, channel: home?.channel ?? channel };
}

function openSpells(life: readonly Fact[]): { fromMs: number; untilMs: number }[] {
  const spells: { fromMs: number; untilMs: number }[] = [];
  let fromMs: number | undefined;
  for (const { type, timeMs } of life) {
    if (/\.(opened|reopened)$/.test(type)) fromMs ??= timeMs;
    else if (fromMs !== undefined) {
      spells.push({ fromMs, untilMs: timeMs });
      fromMs = undefined;
    }
  }
  if (fromMs !== undefined) spells.push({ fromMs, untilMs: Number.POSITIVE_INFINITY });
  return spells;
}

/** `kpis.md` §6, with all facts known now. */
function judgeFirst(
  { timeline }: Folded,
  {
    atMs,
    reopenedMs,
    own,
    customer,
    category,
    contacts,
  }: {
    atMs: number;
    reopenedMs: readonly number[];
    own: readonly CustomerContact[];
    customer: string;
    category: string;
    contacts: readonly CustomerContact[];
  },
): FirstResolution {
  const settings = caseSettingsOf(configAt(timeline, atMs));
  const untilMs = atMs + settings.fcrWindowMs;
  const counts = (c: CustomerContact) =>
    c.inbound && (c.servedMs !== undefined || (settings.countAbandons && c.abandoned));
  const before = own.filter((c) => counts(c) && (c.servedMs ?? c.contact.decidedMs ?? Infinity) <= atMs);
  const quiet = !reopenedMs.some((ms) => ms > atMs && ms <= untilMs);
  const again = contacts.some(
    (c) =>
      c.customer === customer &&
      (c.category ?? UNCATEGORISED) === category &&
      c.arrivedMs > atMs &&
      c.arrivedMs <= untilMs &&
      counts(c),
  );
  const moved = settings.transferBreaks && before.some(({ transferred }) => transferred);
  return { atMs, maturesMs: untilMs, firstContact: before.length === 1 && quiet && !again && !moved };
}

/** Contacts of known customers: which of them repeat an earlier one that was served. */
export function repeats(
  { timeline }: Folded,
  contacts: readonly CustomerContact[],
): { readonly contact: CustomerContact; readonly repeat: boolean }[] {
  const known = contacts.filter((c) => c.inbound && c.customer !== undefined);
  const classified = known.filter(({ contact }) => contact.presentedMs !== undefined);
  return classified.map((contact) => {
    const { fcrWindowMs } = caseSettingsOf(configAt(timeline, contact.arrivedMs));
    const repeat = known.some(
      (earlier) =>
        earlier !== contact &&
        earlier.customer === contact.customer &&
        (earlier.category ?? UNCATEGORISED) === (contact.category ?? UNCATEGORISED) &&
        earlier.servedMs !== undefined &&
        earlier.arrivedMs < contact.arrivedMs &&
        earlier.arrivedMs >= contact.arrivedMs - fcrWindowMs,
    );
    return { contact, repeat };
  });
}
