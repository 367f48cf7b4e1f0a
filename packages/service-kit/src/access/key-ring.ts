import { timingSafeEqual } from 'node:crypto';
import type { AccessKey } from '@vigie/contracts';
import { digestOf } from './key.ts';
import { principalOf, type Principal } from './principal.ts';

interface Held {
  readonly digest: Buffer;
  /** The whole setting: equal text, equal rights. */
  readonly text: string;
  readonly principal: Principal;
}

/** The keys in force. */
export class KeyRing {
  #held: ReadonlyMap<string, Held> = new Map();
  #marks: ReadonlyMap<Principal, string> = new Map();

  constructor(keys: readonly AccessKey[]) {
    this.replace(keys);
  }

  get size(): number {
    return this.#held.size;
  }

  get screens(): readonly string[] {
    return [...this.#marks.keys()].flatMap(({ isScreen, name }) => (isScreen ? [name] : []));
  }

  /** The holder of a key; `undefined` when there is no such key. An expired one is still told, for the caller to judge. */
  holderOf(key: string): Principal | undefined {
    const digest = digestOf(key);
    const held = this.#held.get(digest.toString('hex'));
    // The digest of a guess tells nothing of a key: what the look-up's time gives away is of no use. The comparison that
    // decides takes the same time whatever differs.
    return held !== undefined && timingSafeEqual(held.digest, digest) ? held.principal : undefined;
  }

  /** The name under which a holder can be found again as long as his key is in force: it tells no key. */
  markOf(principal: Principal): string | undefined {
    return this.#marks.get(principal);
  }
  marked(mark: string): Principal | undefined {
    return this.#held.get(mark)?.principal;
  }

  /** Is this holder's key in force, as it was when he showed it? */
  isCurrent(principal: Principal, nowMs: number): boolean {
    const { isOpen, expiresAtMs } = principal;
    if (isOpen) return true;
    return this.#marks.has(principal) && (expiresAtMs === undefined || nowMs < expiresAtMs);
  }

  /** Other keys from now on. Whoever's key is the same stays who he is; all others are no longer current. */
  replace(keys: readonly AccessKey[]): void {
    const before = this.#held;
    this.#held = new Map(
      keys.map((key) => {
        const hex = key.hash.slice('sha256:'.length);
        const text = JSON.stringify(key);
        const held = before.get(hex);
        const isSame = held?.text === text;
        return [hex, isSame ? held : { digest: Buffer.from(hex, 'hex'), text, principal: principalOf(key) }];
      }),
    );
    this.#marks = new Map([...this.#held].map(([hex, { principal }]) => [principal, hex]));
  }
}
