import { expect, test } from 'vitest';
import { ConfigurationSchema, canonicalJson } from './config/index.ts';
import { EVENT_SCHEMAS } from './events/index.ts';
import { ClientMessage } from './live/index.ts';
import { Question } from './questions.ts';
import { WIRE_VERSIONS } from './wire.ts';

/** What only people read may change without a new version. */
const PROSE = new Set(['description', 'expected', 'title', 'examples']);

function withoutProse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutProse);
  if (typeof value !== 'object' || value === null) return value;
  const isProse = (key: string, item: unknown) => PROSE.has(key) && typeof item === 'string';
  const kept = Object.entries(value).filter(([key, item]) => !isProse(key, item));
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutProse(item)]));
}

/** FNV-1a, 64 bits: enough to notice a change, and pure. */
function fingerprint(schema: unknown): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of canonicalJson(withoutProse(schema))) {
    hash ^= BigInt(character.codePointAt(0) ?? 0);
    hash = (hash * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return hash.toString(16).padStart(16, '0');
}

test('a change of a schema comes with a new version: raise WIRE_VERSIONS and pin the new hash', () => {
  expect({
    events: `${WIRE_VERSIONS.events} ${fingerprint(EVENT_SCHEMAS)}`,
    live: `${WIRE_VERSIONS.live} ${fingerprint(ClientMessage)}`,
    questions: `${WIRE_VERSIONS.questions} ${fingerprint(Question)}`,
    configuration: `${WIRE_VERSIONS.configuration} ${fingerprint(ConfigurationSchema)}`,
  }).toMatchInlineSnapshot(`
    {
      "configuration": "5 d3e49915e184f209",
      "events": "1 59fbbba54e9861fc",
      "live": "2 c772d0f03c31232a",
      "questions": "2 b31d7262c93a1c74",
    }
  `);
});
