import type { Centre } from './centre.ts';
import { caseSettingsOf, configAt } from './config.ts';
import { believed, foldOrder, type Fact } from './facts.ts';
import type { JudgedContact } from './contact.ts';

const UNCATEGORISED = 'uncategorised';

/** A problem and what became of it. */
export interface JudgedCase {
  readonly id: string;
  readonly category: string;
  readonly openedMs: number | undefined;
  readonly resolvedMs: readonly number[];
  readonly reopenedMs: readonly number[];
  /** Spells during which it was neither resolved nor closed. */
  readonly open: readonly { readonly fromMs: number; readonly untilMs: number }[];
  /** How it last closed, if it is closed. */
  readonly lastClosing: { readonly atMs: number; readonly resolved: boolean } | undefined;
  /** Inbound contacts about it, oldest first. */
  readonly contacts: readonly CustomerContact[];
  readonly agents: readonly string[];
  /** Undefined: never resolved, or of an unknown customer. */
  readonly firstResolution: FirstResolution | undefined;
}

export interface FirstResolution {
  readonly atMs: number;
  readonly maturesMs: number;
  readonly firstContact: boolean;
}

/** A contact as its customer lived it. */
export interface CustomerContact {
  readonly contact: JudgedContact;
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

type Folded = Pick<Centre, 'facts' | 'contacts' | 'scans' | 'handlings' | 'conversations' | 'timeline'>;

/** The last value that any fact tells. */
function latestOf<T>(facts: readonly Fact[], read: (fact: Fact) => T | undefined): T | undefined {
  return facts.reduce<T | undefined>((value, fact) => read(fact) ?? value, undefined);
}

const agentOfMessage = ({ type, data }: Fact): string | undefined =>
  type === 'message.posted' && data.from === 'agent' && data.visibility !== 'internal'
    ? data.agent?.id
    : undefined;

/** Every inbound contact, with what matters to its customer and cases. */
export function customerContacts(centre: Folded): CustomerContact[] {
  const categories = new Map<string, string>();
  const told = [...centre.facts.journeys.values(), ...centre.facts.cases.values()].flatMap((facts) =>
    believed(facts),
  );
  for (const { data } of told.sort(foldOrder)) {
    if (data.case?.category !== undefined) categories.set(data.case.id, data.case.category);
  }
  return centre.contacts
    .map((contact): CustomerContact => {
      const facts = centre.scans.get(contact.journey)?.facts ?? [];
      const handlings = centre.handlings.filter((h) => h.journey === contact.journey && !h.consult);
      const cases = [...new Set(facts.flatMap((fact) => fact.data.case?.id ?? caseNamedLike(fact) ?? []))];
      const last = cases.at(-1);
      const reply = facts.find((fact) => agentOfMessage(fact) !== undefined);
      const served = [contact.answeredMs, ...handlings.map((h) => h.startMs), reply?.timeMs];
      const servedMs = Math.min(...served.map((ms) => ms ?? Number.POSITIVE_INFINITY));
      const agents = [
        ...handlings.map((h) => h.agent),
        ...facts.flatMap((fact) => agentOfMessage(fact) ?? []),
      ];
      return {
        contact,
        customer: latestOf(facts, ({ data }) => data.customer?.key),
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

const caseNamedLike = ({ type, data }: Fact): string | undefined =>
  type === 'contact.resolved' || type === 'contact.reopened' ? data.contact?.id : undefined;

/** Every case that any event tells of, judged with the contacts about it and those that followed. */
export function judgeCases(centre: Folded, contacts: readonly CustomerContact[]): JudgedCase[] {
  return [...centre.facts.cases].map(([id, elements]) => {
    const facts = believed(elements);
    const own = contacts.filter(({ cases }) => cases.includes(id));
    const named = [...facts, ...own.flatMap(({ contact }) => centre.scans.get(contact.journey)?.facts ?? [])]
      .filter(({ data }) => data.case?.id === id)
      .sort(foldOrder);
    const category = latestOf(named, ({ data }) => data.case?.category) ?? UNCATEGORISED;
    const customer =
      latestOf(facts, ({ data }) => data.customer?.key) ?? own.flatMap((c) => c.customer ?? []).at(-1);
    const timesOf = (suffix: string) =>
      facts.filter(({ type }) => type.endsWith(`.${suffix}`)).map(({ timeMs }) => timeMs);
    const resolvedMs = timesOf('resolved');
    const reopenedMs = timesOf('reopened');
    const life = facts.filter(({ type }) => /\.(opened|resolved|reopened|closed_unresolved)$/.test(type));
    const closing = life.at(-1);
    const closed = closing !== undefined && /\.(resolved|closed_unresolved)$/.test(closing.type);
    const agents = facts.flatMap(({ data }) =>
      data.by === 'agent' || data.by === undefined ? (data.agent?.id ?? []) : [],
    );
    return {
      id,
      category,
      openedMs: timesOf('opened')[0],
      resolvedMs,
      reopenedMs,
      open: openSpells(life),
      lastClosing: closed
        ? { atMs: closing.timeMs, resolved: closing.type.endsWith('.resolved') }
        : undefined,
      contacts: own,
      agents: [...new Set([...agents, ...own.flatMap((c) => c.agents)])],
      firstResolution:
        resolvedMs[0] === undefined || customer === undefined
          ? undefined
          : judgeFirst(centre, { atMs: resolvedMs[0], reopenedMs, own, customer, category, contacts }),
    };
  });
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
  const counts = (c: CustomerContact) => c.servedMs !== undefined || (settings.countAbandons && c.abandoned);
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
  const classified = contacts.filter((c) => c.customer !== undefined && c.contact.presentedMs !== undefined);
  return classified.map((contact) => {
    const { fcrWindowMs } = caseSettingsOf(configAt(timeline, contact.arrivedMs));
    const repeat = classified.some(
      (earlier) =>
        earlier !== contact &&
        earlier.customer === contact.customer &&
        earlier.category === contact.category &&
        earlier.servedMs !== undefined &&
        earlier.arrivedMs < contact.arrivedMs &&
        earlier.arrivedMs >= contact.arrivedMs - fcrWindowMs,
    );
    return { contact, repeat };
  });
}
