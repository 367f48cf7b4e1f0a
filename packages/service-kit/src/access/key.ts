import { createHash, randomBytes } from 'node:crypto';

/** Tells a key of Vigie from other secrets, for people and for scanners of repositories. */
const PREFIX = 'vigie_';

/** A new key: 256 random bits, as text that passes everywhere unquoted. */
export function makeKey(): string {
  return `${PREFIX}${randomBytes(32).toString('base64url')}`;
}

/**
 * What is kept of a key. A key is not a password: 256 random bits are beyond guessing however fast the hash is, so that
 * salt and stretching would add cost to every request and nothing else.
 */
export function hashOfKey(key: string): string {
  return `sha256:${digestOf(key).toString('hex')}`;
}

/** The raw SHA-256 of a text. */
export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
