import { createHash } from 'node:crypto';
import { canonicalJson } from '@vigie/contracts';

/** The version of a semantic configuration: the first 12 hex digits of the SHA-256 of its canonical JSON. */
export function configVersionOf(body: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(canonicalJson(body)).digest('hex').slice(0, 12);
}
