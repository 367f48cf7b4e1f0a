import { isInScope, matchesPattern, rolesWith, type AccessKey, type AccessRole } from '@vigie/contracts';

/** Who asks, and what he may. */
export interface Principal {
  /** Name of the key; `open` where access is not configured. */
  readonly name: string;
  /** Access is not configured: whoever reaches the port may everything, and nobody can be named. */
  readonly isOpen: boolean;
  /** Is it one wall screen, which bears the name? */
  readonly isScreen: boolean;
  /** Patterns of the queues that may be seen; `undefined`: all, and the totals. */
  readonly scope: readonly string[] | undefined;
  /** Does it see every queue of every centre? */
  readonly seesEverything: boolean;
  readonly expiresAtMs: number | undefined;
  may(role: AccessRole): boolean;
  seesQueue(queue: string): boolean;
  seesCentre(centre: string): boolean;
  sendsOf(source: string): boolean;
}

/** Everybody, where access is not configured. */
export const EVERYBODY: Principal = {
  name: 'open',
  isOpen: true,
  isScreen: false,
  scope: undefined,
  seesEverything: true,
  expiresAtMs: undefined,
  may: () => true,
  seesQueue: () => true,
  seesCentre: () => true,
  sendsOf: () => true,
};

/** The holder of a key. */
export function principalOf(key: AccessKey): Principal {
  const { name, isScreen, expiresAtMs } = key;
  const roles = rolesWith(key.roles);
  const scope = key.queues.includes('*') ? undefined : key.queues;
  const amongOf = (patterns: readonly string[]) => (text: string) =>
    patterns.some((pattern) => matchesPattern(pattern, text));
  return {
    name,
    isOpen: false,
    isScreen,
    scope,
    seesEverything: scope === undefined && key.centres.includes('*'),
    expiresAtMs,
    may: (role) => roles.has(role),
    seesQueue: (queue) => isInScope(queue, scope),
    seesCentre: amongOf(key.centres),
    sendsOf: amongOf(key.sources),
  };
}
