import { parseInstant } from '../time.ts';
import { ACCESS_ROLES, type AccessRole } from './access-schema.ts';
import { problem, type ConfigProblem } from './problems.ts';
import type { ConfigurationFile } from './schema.ts';

/** Who holds the key with this hash may do this. */
export interface AccessKey {
  readonly name: string;
  /** Of the key, as `sha256:<hex>`. */
  readonly hash: string;
  readonly roles: readonly AccessRole[];
  /** Patterns of sources, queues and centres. */
  readonly sources: readonly string[];
  readonly queues: readonly string[];
  readonly centres: readonly string[];
  /** First instant at which it is no longer taken. */
  readonly expiresAtMs: number | undefined;
  /** Is it the key of one wall screen, which bears its name? */
  readonly isScreen: boolean;
}

export interface AccessSettings {
  readonly keys: readonly AccessKey[];
  /** `undefined`: the address that was asked for, and the advertised one. */
  readonly origins: readonly string[] | undefined;
}

const EVERYTHING = ['*'] as const;
const DAY_MS = 86_400_000;

/** `undefined` without the section: access is open. */
export function accessOf({ access }: Pick<ConfigurationFile, 'access'>): AccessSettings | undefined {
  if (access === undefined) return undefined;
  const keys = (access.keys ?? []).map((key) => keyOf(key, { isScreen: false }));
  const screens = (access.screens ?? []).map((screen) =>
    keyOf({ ...screen, roles: ['read'] }, { isScreen: true }),
  );
  return { keys: [...keys, ...screens], origins: access.origins };
}

type Written = NonNullable<NonNullable<ConfigurationFile['access']>['keys']>[number];

function keyOf(written: Written, { isScreen }: { readonly isScreen: boolean }): AccessKey {
  const { name, hash, roles, sources, queues, centres, expires } = written;
  return {
    name,
    hash,
    roles,
    isScreen,
    sources: sources ?? EVERYTHING,
    queues: queues ?? EVERYTHING,
    centres: centres ?? EVERYTHING,
    expiresAtMs: expires === undefined ? undefined : (parseInstant(`${expires}T00:00:00Z`) ?? 0) + DAY_MS,
  };
}

/** What the schema does not see: names and hashes that stand twice, and what is not built in. */
export function accessProblems({ access }: Pick<ConfigurationFile, 'access'>): ConfigProblem[] {
  const found: ConfigProblem[] = [];
  if (access?.oidc !== undefined) {
    const message = 'access.oidc is not yet in force: refusing to start rather than to ignore it';
    found.push({ path: 'access.oidc', value: undefined, expected: 'no such section yet', message });
  }
  const names = new Set<string>();
  const hashes = new Set<string>();
  for (const list of ['keys', 'screens'] as const) {
    for (const [index, { name, hash }] of (access?.[list] ?? []).entries()) {
      const path = `access.${list}.${index}`;
      if (names.has(name)) found.push(problem(`${path}.name`, name, 'a name that no other key has'));
      if (hashes.has(hash)) found.push(problem(`${path}.hash`, hash, 'the hash of another key', true));
      names.add(name);
      hashes.add(hash);
    }
  }
  return found;
}

/** Every role that these include. */
export function rolesWith(roles: readonly AccessRole[]): ReadonlySet<AccessRole> {
  const all = new Set(roles);
  if (all.has('admin')) all.add('supervise');
  if (all.has('supervise')) all.add('read');
  return new Set(ACCESS_ROLES.filter((role) => all.has(role)));
}

/**
 * Does a text match a pattern in which `*` stands for any characters, none included? The whole text, letter by letter;
 * in time proportional to both lengths multiplied, whatever they hold.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (pattern[next] === '*') {
      star = next;
      next += 1;
      resume = at;
    } else if (next < pattern.length && pattern[next] === text[at]) {
      next += 1;
      at += 1;
    } else if (star >= 0) {
      next = star + 1;
      resume += 1;
      at = resume;
    } else return false;
  }
  while (pattern[next] === '*') next += 1;
  return next === pattern.length;
}

/** Rows that belong to no single queue: a scope lets them through only as a whole. */
const TOTALS = ['_all', '_other'];

/** May a queue be seen with these patterns? `undefined` is everything; `_all` and `_other` take `*` itself. */
export function isInScope(queue: string, scope: readonly string[] | undefined): boolean {
  if (scope === undefined || scope.includes('*')) return true;
  return !TOTALS.includes(queue) && scope.some((pattern) => matchesPattern(pattern, queue));
}
