import type { AccessSettings } from '@vigie/contracts';
import type { Logger } from '../logging.ts';
import type { MetricFamily } from '../metrics.ts';
import { Allowances } from './allowance.ts';
import { KeyRing } from './key-ring.ts';
import { ACCESS_LIMITS } from './limits.ts';
import { EVERYBODY, type Principal } from './principal.ts';
import { makeTicket, MemoryTickets, ticketDigest, type TicketStore } from './tickets.ts';

/** Why somebody was refused, as the label of a metric. */
export type DenialReason =
  | 'no_key'
  | 'malformed'
  | 'unknown_key'
  | 'expired_key'
  | 'bad_ticket'
  | 'role'
  | 'scope'
  | 'too_many_tickets'
  | 'internal';

export interface Denial {
  readonly ok: false;
  readonly status: 401 | 403 | 429 | 503;
  /** One sentence for whoever asked; never anything of what he sent. */
  readonly detail: string;
  readonly reason: DenialReason;
}
export type Verdict = { readonly ok: true; readonly principal: Principal } | Denial;

/** A read of somebody's records: who, what, from where, never what was answered. */
export interface AuditEntry {
  readonly principal: Principal;
  /** The call or topic, such as `GET /v1/agents` or `subscribe agents`. */
  readonly what: string;
  readonly centre?: string | undefined;
  readonly queue?: string | undefined;
  readonly kpi?: string | undefined;
  readonly alarm?: string | undefined;
  readonly address: string;
}

export interface AccessOptions {
  /** `undefined`: open. */
  readonly settings: AccessSettings | undefined;
  readonly clock: () => number;
  readonly logger: Logger;
}

/** Decides who somebody is, remembers who failed, and counts and logs it all; keys and tickets are in neither. */
export class Access {
  readonly #clock: () => number;
  readonly #logger: Logger;
  readonly #ring: KeyRing;
  readonly #failures = new Allowances<string>({
    burst: ACCESS_LIMITS.failuresPerAddress,
    perSecond: ACCESS_LIMITS.failuresRegainedPerSecond,
    max: ACCESS_LIMITS.addresses,
  });
  readonly #ticketsOf = new Allowances<Principal>({
    burst: ACCESS_LIMITS.ticketsPerKey,
    perSecond: ACCESS_LIMITS.ticketsPerKeyRegainedPerSecond,
    max: ACCESS_LIMITS.addresses,
  });
  /** Of all keys together, wherever tickets are kept. */
  readonly #ticketsOfAll = new Allowances<'all'>({
    burst: ACCESS_LIMITS.tickets,
    perSecond: ACCESS_LIMITS.tickets / (ACCESS_LIMITS.ticketLifeMs / 1000),
    max: 1,
  });
  #tickets: TicketStore;
  readonly #denied = new Map<DenialReason, number>();
  readonly #audited = new Map<string, { readonly key: string; readonly what: string; count: number }>();
  readonly #reloads = { taken: 0, refused: 0 };
  /** Is access not configured? */
  readonly isOpen: boolean;
  /** Web origins of WebSockets; `undefined`: those of this server. */
  readonly origins: readonly string[] | undefined;

  constructor({ settings, clock, logger }: AccessOptions) {
    this.#clock = clock;
    this.#logger = logger;
    this.isOpen = settings === undefined;
    this.origins = settings?.origins;
    this.#ring = new KeyRing(settings?.keys ?? []);
    this.#tickets = new MemoryTickets(clock);
  }

  /** Tickets are kept there from now on: several gateways share one store. */
  shareTickets(store: TicketStore): void {
    this.#tickets = store;
  }

  /** Who an `Authorization` header says it is. */
  authenticate(header: string | undefined, address: string): Verdict {
    if (this.isOpen) return { ok: true, principal: EVERYBODY };
    if (header === undefined) return this.#failed(address, 'no_key', NO_KEY);
    const key = header.length > ACCESS_LIMITS.headerCharacters ? undefined : bearer(header);
    if (key === undefined) return this.#failed(address, 'malformed', NO_KEY);
    const principal = this.#ring.holderOf(key);
    if (principal === undefined) return this.#failed(address, 'unknown_key', 'The key is not known.');
    return this.#judged(principal, address);
  }

  /** Makes a ticket for one WebSocket. */
  async issueTicket(
    principal: Principal,
  ): Promise<{ readonly ok: true; readonly ticket: string; readonly expiresInMs: number } | Denial> {
    const { ticketLifeMs } = ACCESS_LIMITS;
    const full = 'Too many tickets were asked for: wait a moment.';
    if (!principal.isOpen && !this.#ticketsOf.take(principal, this.#clock()))
      return this.deny(429, 'too_many_tickets', full);
    if (!this.#ticketsOfAll.take('all', this.#clock())) return this.deny(503, 'too_many_tickets', full);
    const { ticket, digest } = makeTicket();
    // Where access is open a ticket is not needed, and taken all the same.
    const mark = this.#ring.markOf(principal) ?? '';
    if (!(await this.#tickets.put(digest, mark, ticketLifeMs)))
      return this.deny(503, 'too_many_tickets', full);
    return { ok: true, ticket, expiresInMs: ticketLifeMs };
  }

  /** Whose ticket this is; it is void afterwards. */
  async redeem(ticket: string, address: string): Promise<Verdict> {
    if (this.isOpen) return { ok: true, principal: EVERYBODY };
    const isOne = ticket.length <= ACCESS_LIMITS.headerCharacters;
    const mark = isOne ? await this.#tickets.take(ticketDigest(ticket)) : undefined;
    const principal = mark === undefined ? undefined : this.#ring.marked(mark);
    if (principal === undefined)
      return this.#failed(address, 'bad_ticket', 'The ticket is unknown, expired or was used already.');
    return this.#judged(principal, address);
  }

  /** Names of the wall screens that have a key. */
  get screens(): readonly string[] {
    return this.#ring.screens;
  }

  /** Is his key still in force, with the same rights? */
  isCurrent(principal: Principal): boolean {
    return this.#ring.isCurrent(principal, this.#clock());
  }

  /** Other keys are in force from now on. */
  replaceKeys(settings: AccessSettings): void {
    this.#ring.replace(settings.keys);
    this.#reloads.taken += 1;
    this.#logger.info({ keys: this.#ring.size }, 'other access keys are in force');
  }
  /** The file changed into what cannot be taken: what was in force stays. */
  refuseReload(error: unknown): void {
    this.#reloads.refused += 1;
    this.#logger.error({ err: error }, 'the changed configuration is refused: access stays as it was');
  }

  /** Counts a refusal that is the caller's to tell. */
  deny(status: Denial['status'], reason: DenialReason, detail: string): Denial {
    this.#denied.set(reason, (this.#denied.get(reason) ?? 0) + 1);
    return { ok: false, status, reason, detail };
  }

  /** Logs and counts that records were read. Where nobody has a name there is nothing to tell. */
  audit({ principal, what, address, ...about }: AuditEntry): void {
    if (principal.isOpen) return;
    const id = `${principal.name}\n${what}`;
    const held = this.#audited.get(id);
    if (held === undefined) this.#audited.set(id, { key: principal.name, what, count: 1 });
    else held.count += 1;
    const named = Object.entries(about).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, text.slice(0, ACCESS_LIMITS.auditCharacters)] as const],
    );
    const audit = { key: principal.name, what, ...Object.fromEntries(named), address };
    this.#logger.info({ audit }, 'records were read');
  }

  *families(): Generator<MetricFamily> {
    if (this.isOpen) return;
    const counter = (name: string, help: string, samples: MetricFamily['samples']): MetricFamily => ({
      name,
      help,
      type: 'counter',
      samples,
    });
    yield counter(
      'vigie_access_denied_total',
      'Requests and handshakes refused by access control, by reason.',
      [...this.#denied].map(([reason, value]) => ({ value, labels: { reason } })),
    );
    yield counter(
      'vigie_supervise_reads_total',
      'Reads of records (agents, contacts, explanations, corrections) by key and call.',
      [...this.#audited.values()].map(({ key, what, count }) => ({ value: count, labels: { key, what } })),
    );
    yield counter(
      'vigie_access_reloads_total',
      'Changes of the configuration file that were looked at for other keys.',
      Object.entries(this.#reloads).map(([outcome, value]) => ({ value, labels: { outcome } })),
    );
    yield {
      name: 'vigie_access_keys',
      help: 'Keys that are configured.',
      type: 'gauge',
      samples: [{ value: this.#ring.size }],
    };
    yield counter(
      'vigie_access_addresses_forgotten_total',
      'Addresses whose failures were forgotten early.',
      [{ value: this.#failures.forgotten }],
    );
  }

  #judged(principal: Principal, address: string): Verdict {
    if (this.#ring.isCurrent(principal, this.#clock())) return { ok: true, principal };
    return this.#failed(address, 'expired_key', 'The key has expired.', principal.name);
  }

  #failed(address: string, reason: DenialReason, detail: string, key?: string): Denial {
    const isFew = this.#failures.take(address, this.#clock());
    if (!isFew) return this.deny(429, reason, 'Too many failed attempts came from this address.');
    this.#logger.warn({ access: { reason, address, ...(key === undefined ? {} : { key }) } }, 'not let in');
    return this.deny(401, reason, detail);
  }
}

const NO_KEY = 'A key is needed: send it as "Authorization: Bearer …".';

/** The key of a header of that scheme. */
function bearer(header: string): string | undefined {
  return /^bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header)?.[1];
}
